//! Giving a project to another member, who has to agree.

use std::time::Duration;

use kernel::{ProjectId, Role};
use reqwest::Method;
use serde_json::{Value, json};

use crate::kit::{Answer, Client, PASSWORD, Paths, Program, TestApp};

async fn offer(by: &Client, project: ProjectId, to: &Client) -> Answer {
    let body = json!({"userId": to.user_id()});
    by.post(&project.transfer(), body).await
}

async fn accept(by: &Client, project: ProjectId) -> Answer {
    by.post(&project.at("transfer/accept"), Value::Null).await
}

async fn role(client: &Client, project: ProjectId) -> Value {
    client.get(&project.path()).await.expect(200)["role"].clone()
}

#[tokio::test]
async fn a_project_is_given_to_another_member_who_agrees() {
    let app = TestApp::start().await;
    let (project, owner, [editor, other]) = app.project([Role::Editor, Role::Admin]).await;

    offer(&editor, project, &editor)
        .await
        .problem(403, "forbidden");
    let stranger = app.register("stranger").await;
    offer(&owner, project, &stranger)
        .await
        .problem(422, "invalid");
    offer(&owner, project, &owner).await.problem(422, "invalid");
    let offered = offer(&owner, project, &editor).await.expect(202);

    assert_eq!(offered["userId"], json!(editor.user_id()));
    assert_eq!(role(&owner, project).await, "OWNER");
    let seen = other.get(&project.transfer()).await.expect(200);
    assert_eq!(seen, offered);
    accept(&other, project).await.problem(404, "not_found");
    accept(&owner, project).await.problem(403, "forbidden");
    accept(&stranger, project).await.problem(404, "not_found");
    let owned = accept(&editor, project).await.expect(200);
    assert_eq!(owned["ownerId"], json!(editor.user_id()));
    assert_eq!(owned["role"], "OWNER");
    assert_eq!(role(&owner, project).await, "ADMIN");
    offer(&owner, project, &owner)
        .await
        .problem(403, "forbidden");
    accept(&editor, project).await.problem(404, "not_found");
}

#[tokio::test]
async fn an_offer_is_declined_taken_back_and_forgotten_and_then_nobody_accepts_it() {
    let app = TestApp::start().await;
    let (project, owner, [editor, other]) = app.project([Role::Editor, Role::Admin]).await;
    let path = project.transfer();

    offer(&owner, project, &editor).await.expect(202);
    other.delete(&path).await.problem(404, "not_found");
    editor.delete(&path).await.expect(204);
    accept(&editor, project).await.problem(404, "not_found");

    offer(&owner, project, &editor).await.expect(202);
    owner.delete(&path).await.expect(204);
    accept(&editor, project).await.problem(404, "not_found");
    owner.delete(&path).await.problem(404, "not_found");

    // A later offer takes the place of an earlier one.
    offer(&owner, project, &editor).await.expect(202);
    offer(&owner, project, &other).await.expect(202);
    accept(&editor, project).await.problem(404, "not_found");

    app.clock_shift(Duration::from_secs(15 * 24 * 60 * 60));
    let other = app.log_in("member1").await;
    accept(&other, project).await.problem(404, "not_found");
    assert_eq!(other.get(&path).await.expect(200), Value::Null);
}

#[tokio::test]
async fn who_was_removed_meanwhile_accepts_nothing() {
    let app = TestApp::start().await;
    let (project, owner, [editor]) = app.project([Role::Editor]).await;
    offer(&owner, project, &editor).await.expect(202);

    let member = project.member(editor.user_id());
    owner.delete(&member).await.expect(204);

    accept(&editor, project).await.problem(404, "not_found");
}

#[tokio::test]
async fn a_project_goes_to_nobody_whose_account_is_no_more_or_who_owns_too_many() {
    let app = TestApp::with(|settings| settings.storage.projects_per_owner = 2).await;
    let (project, owner, [gone, full]) = app.project([Role::Admin, Role::Admin]).await;
    let body = json!({"password": PASSWORD});
    let left = gone.send(Method::DELETE, "/users/me", &[], body).await;
    left.expect(204);
    full.create_project("the first").await;

    let refused = offer(&owner, project, &gone).await.problem(422, "invalid");
    assert_eq!(refused["errors"][0]["pointer"], "/userId");
    // There is room for one: what fills it meanwhile counts when the offer is accepted.
    offer(&owner, project, &full).await.expect(202);
    full.create_project("the last").await;
    accept(&full, project).await.problem(422, "limit_reached");
    offer(&owner, project, &full)
        .await
        .problem(422, "limit_reached");

    assert_eq!(role(&owner, project).await, "OWNER");
}

#[tokio::test]
async fn a_project_goes_to_nobody_whose_account_is_disabled() {
    let program = Program::new().await;
    let mut serving = program.serve(&["serve"]);
    let (_, client) = serving.ready().await;
    let (ada, ben) = (
        client.register("ada@example.org").await,
        client.register("ben@example.org").await,
    );
    let project = ada.create_project("Ada's").await;
    let member = json!({"userId": ben.user_id(), "role": "ADMIN"});
    ada.post(&project.members(), member).await.expect(201);
    offer(&ada, project, &ben).await.expect(202);

    let disable = ["user", "disable", "--email", "ben@example.org"];
    program.run(&disable).ok();

    accept(&ben, project).await.problem(401, "unauthenticated");
    let refused = offer(&ada, project, &ben).await.problem(422, "invalid");
    assert_eq!(refused["errors"][0]["pointer"], "/userId");
    assert_eq!(role(&ada, project).await, "OWNER");
    drop(serving);
    program.remove().await;
}

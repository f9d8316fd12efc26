//! Which event tells whom of what.

use std::{sync::Arc, time::Duration};

use kernel::Role;
use serde_json::{Value, json};
use tokio::sync::Notify;

use super::{inbox, mention, told};
use crate::{
    generations::with_models,
    kit::{Beat, Client, Paths, Provider, Reply, TestApp, text},
    tasks::roomy,
};

#[tokio::test]
async fn members_who_come_and_go_are_told_and_told_of_and_nobody_hears_of_their_own_doing() {
    let app = TestApp::start().await;
    let (project, owner, [admin, viewer]) = app.project([Role::Admin, Role::Viewer]).await;
    // The owner added both, and the first of them was there when the second came.
    assert!(told(&app, &owner).await.is_empty());
    assert_eq!(
        told(&app, &admin).await,
        ["COLLABORATION_JOINED", "PROJECT_SHARE"]
    );
    assert_eq!(told(&app, &viewer).await, ["PROJECT_SHARE"]);
    let share = inbox(&viewer).await["items"][0].clone();
    assert_eq!(share["title"], "owner added you to Project");

    let path = project.member(viewer.user_id());
    viewer.delete(&path).await.expect(204);

    assert_eq!(told(&app, &owner).await, ["COLLABORATION_LEFT"]);
    assert_eq!(inbox(&owner).await["items"][0]["priority"], "LOW");
    assert!(told(&app, &viewer).await.is_empty());
}

#[tokio::test]
async fn an_invitation_is_told_taken_back_and_its_acceptance_heard_by_who_invited() {
    let app = TestApp::start().await;
    let (project, owner, [admin]) = app.project([Role::Admin]).await;
    let guest = app.register("guest").await;
    let body = json!({"email": "guest@example.org", "role": "EDITOR"});
    let invite = async || {
        let made = admin.post(&project.invitations(), body.clone()).await;
        text(&made.expect(201)["id"]).to_owned()
    };

    let first = invite().await;
    assert_eq!(told(&app, &guest).await, ["PROJECT_INVITE"]);
    let note = inbox(&guest).await["items"][0].clone();
    assert_eq!(note["title"], "member0 invites you to Project");
    assert_eq!(note["data"]["invitationId"], first.as_str());
    let path = format!("{}/{first}", project.invitations());
    admin.delete(&path).await.expect(204);
    assert!(told(&app, &guest).await.is_empty());

    // Nor can one be accepted by somebody who could not invite today.
    invite().await;
    assert_eq!(told(&app, &guest).await, ["PROJECT_INVITE"]);
    let role = async |role: &str| {
        let path = project.member(admin.user_id());
        owner.patch(&path, json!({"role": role})).await.expect(200);
    };
    role("EDITOR").await;
    assert!(told(&app, &guest).await.is_empty());
    role("ADMIN").await;

    invite().await;
    // An older invitation to the same address gives way.
    let last = invite().await;
    assert_eq!(told(&app, &guest).await, ["PROJECT_INVITE"]);
    let path = format!("/invitations/{last}/accept");
    guest.post(&path, Value::Null).await.expect(200);

    assert!(told(&app, &guest).await.is_empty());
    assert_eq!(
        told(&app, &admin).await,
        ["INVITE_ACCEPTED", "PROJECT_SHARE"]
    );
    assert_eq!(told(&app, &owner).await, ["COLLABORATION_JOINED"]);
}

/// So many newcomers within an hour are told to everybody.
const NEWCOMERS_PER_HOUR_MAX: usize = 20;

#[tokio::test]
async fn where_a_crowd_comes_who_manages_members_hears_of_all_and_the_others_of_the_first() {
    let app = TestApp::start().await;
    let (project, owner, [admin, viewer]) = app.project([Role::Admin, Role::Viewer]).await;
    let already = 3;
    let more = NEWCOMERS_PER_HOUR_MAX;
    for number in 0..more {
        let new = app.register(&format!("new{number}")).await;
        let member = json!({"userId": new.user_id(), "role": "VIEWER"});
        owner.post(&project.members(), member).await.expect(201);
    }
    app.jobs_done().await;
    let heard_of = async |person: &Client| {
        let told = told(&app, person).await;
        told.iter()
            .filter(|kind| *kind == "COLLABORATION_JOINED")
            .count()
    };
    assert_eq!(heard_of(&admin).await, more + 1);
    assert_eq!(heard_of(&viewer).await, NEWCOMERS_PER_HOUR_MAX - already);
}

#[tokio::test]
async fn a_refused_key_is_told_to_the_owner_once_and_to_who_asked_each_time() {
    let provider = Provider::start().await;
    provider.usually(Reply::status(401));
    let app = with_models(&provider, &["one"], |_| {}).await;
    let (project, owner, [editor]) = app.project([Role::Editor]).await;
    for _ in 0..2 {
        let node = editor.create_node(project, "May I?").await;
        editor.answer(project, node).await;
    }
    assert_eq!(told(&app, &owner).await, ["NODE_ERROR"]);
    assert_eq!(inbox(&owner).await["items"][0]["priority"], "URGENT");
    let heard = told(&app, &editor).await;
    assert_eq!(heard, ["NODE_ERROR", "NODE_ERROR", "PROJECT_SHARE"]);

    let node = owner.create_node(project, "And I?").await;
    owner.answer(project, node).await;
    // Of the same key the owner heard today.
    assert_eq!(told(&app, &owner).await.len(), 1);
}

#[tokio::test]
async fn an_answer_is_told_to_who_did_not_sit_and_wait_for_it() {
    let provider = Provider::start().await;
    provider.usually(Reply::text("Soon."));
    let app = with_models(&provider, &["one"], |_| {}).await;
    let (project, owner, []) = app.project([]).await;
    let node = owner.create_node(project, "At once?").await;
    owner.answer(project, node).await;
    assert!(told(&app, &owner).await.is_empty());

    let go_on = Arc::new(Notify::new());
    provider.then([Reply::Stream(vec![
        Beat::Text("La".to_owned()),
        Beat::Until(go_on.clone()),
        Beat::Text("ter.".to_owned()),
        Beat::Finish("stop"),
        Beat::Done,
    ])]);
    let node = owner.create_node(project, "Later?").await;
    let (mut socket, _) = owner.listen(project).await;
    owner.generate(project, node, json!({})).await;
    socket.next_of("delta").await;
    app.clock_shift(Duration::from_secs(25));
    go_on.notify_one();
    socket
        .next_where("notification", |frame| {
            frame["notification"]["type"] == "NODE_GENERATED"
        })
        .await;

    let note = inbox(&owner).await["items"][0].clone();
    assert_eq!(
        (&note["message"], &note["priority"]),
        (&json!("Later?"), &json!("LOW"))
    );
}

#[tokio::test]
async fn tasks_tell_who_started_them_that_they_wait_end_and_fail() {
    let provider = Provider::start().await;
    let app = roomy(&provider).await;
    let (project, owner, [editor]) = app.project([Role::Editor]).await;
    let agent = owner.add_agent(project, "critic", "EDITOR").await;
    provider.then([
        Reply::calls(&[("ask_person", json!({"question": "Which one?"}))]),
        Reply::finish("That one."),
    ]);
    let task = editor.start_task(project, &agent, "Look into it.").await;
    editor.task_when(project, &task, "WAITING").await;

    let heard = told(&app, &editor).await;
    assert_eq!(heard[0], "TASK_WAITING");
    let note = inbox(&editor).await["items"][0].clone();
    assert_eq!(
        (&note["message"], &note["priority"]),
        (&json!("Which one?"), &json!("HIGH"))
    );
    assert_eq!(note["data"]["taskId"], task.to_string());
    let path = format!("{}/messages", project.task(&task));
    editor
        .post(&path, json!({"text": "Any."}))
        .await
        .expect(201);
    editor.task_when(project, &task, "COMPLETED").await;
    assert_eq!(told(&app, &editor).await[0], "AGENT_COMPLETED");

    provider.usually(Reply::status(400));
    let task = editor.start_task(project, &agent, "Fail.").await;
    editor.task_when(project, &task, "FAILED").await;
    assert_eq!(told(&app, &editor).await[0], "AGENT_FAILED");
    assert!(told(&app, &owner).await.is_empty());
}

#[tokio::test]
async fn a_budget_is_told_once_when_it_is_nearly_and_once_when_it_is_wholly_used() {
    let provider = Provider::start().await;
    // Each answer takes twelve tokens.
    provider.usually(Reply::text("Because."));
    let app = with_models(&provider, &["one"], |_| {}).await;
    let (project, owner, [admin, editor]) = app.project([Role::Admin, Role::Editor]).await;
    let node = editor.create_node(project, "Why?").await;
    let preview = format!("{}?maxTokens=1", project.context(node));
    let preview = editor.get(&preview).await.expect(200);
    let most = preview["manifest"]["tokens"].as_i64().expect("a count") + 1;
    let generate = async || {
        let body = json!({"maxTokens": 1, "force": true});
        editor.generate(project, node, body).await;
        app.jobs_done().await;
    };
    for _ in 0..4 {
        generate().await;
    }
    // There is room to ask once more when nearly all is used.
    let budget = json!({"userId": null, "period": "DAY", "tokensMax": 5 * 12 + most});
    let items = json!({"items": [budget]});
    owner.put(&project.budgets(), items).await.expect(200);
    let ask = async || {
        generate().await;
        let heard = told(&app, &owner).await;
        heard.iter().filter(|kind| *kind == "BUDGET").count()
    };

    assert_eq!(ask().await, 1);
    let note = inbox(&owner).await["items"][0].clone();
    assert_eq!(note["title"], "80% of a budget of Project is used");
    assert_eq!(note["priority"], "HIGH");
    assert_eq!(ask().await, 2);

    let note = inbox(&owner).await["items"][0].clone();
    assert_eq!(note["title"], "100% of a budget of Project is used");
    assert_eq!(note["priority"], "URGENT");
    assert!(told(&app, &admin).await.contains(&"BUDGET".to_owned()));
    assert!(!told(&app, &editor).await.contains(&"BUDGET".to_owned()));
}

#[tokio::test]
async fn an_agent_that_mentions_its_own_person_tells_them() {
    let provider = Provider::start().await;
    let app = roomy(&provider).await;
    let (project, owner, []) = app.project([]).await;
    let agent = owner.add_agent(project, "critic", "EDITOR").await;
    provider.then([
        Reply::calls(&[(
            "create_node",
            json!({"prompt": "@owner, what do you think?", "parentIds": []}),
        )]),
        Reply::finish("Asked."),
    ]);
    let task = owner.start_task(project, &agent, "Ask me.").await;
    owner.task_when(project, &task, "COMPLETED").await;
    let heard = told(&app, &owner).await;
    assert_eq!(heard, ["AGENT_COMPLETED", "MENTION"]);
    // Their own words tell them nothing.
    mention(&owner, project, &["owner"]).await;
    assert_eq!(told(&app, &owner).await.len(), 2);
}

#[tokio::test]
async fn whoever_may_change_a_project_is_told_of_its_new_owner_and_the_new_owner_is_not() {
    let app = TestApp::start().await;
    let roles = [Role::Admin, Role::Editor, Role::Viewer];
    let (project, owner, [admin, editor, viewer]) = app.project(roles).await;
    let everybody = [&owner, &admin, &editor, &viewer];
    app.jobs_done().await;
    for person in everybody {
        person.post("/notifications/read-all", json!({})).await.ok();
    }
    let new_owner = json!({"userId": editor.user_id()});
    owner.post(&project.transfer(), new_owner).await.expect(202);
    app.jobs_done().await;
    for person in everybody {
        assert!(!told(&app, person).await.contains(&"SYSTEM".to_owned()));
    }

    let accept = project.at("transfer/accept");
    editor.post(&accept, Value::Null).await.expect(200);

    // Who owned it before runs it still.
    for person in [&owner, &admin] {
        let heard = told(&app, person).await;
        assert_eq!(heard.iter().filter(|kind| *kind == "SYSTEM").count(), 1);
        let inbox = inbox(person).await;
        let note = inbox["items"].as_array().expect("a list").iter();
        let mut note = note.filter(|note| note["type"] == "SYSTEM");
        let note = note.next().expect("it is there");
        assert_eq!(note["title"], "member1 owns Project now");
        assert_eq!(note["priority"], "HIGH");
        assert_eq!(note["projectId"], json!(project));
        assert_eq!(note["data"]["userId"], json!(editor.user_id()));
    }
    for person in [&editor, &viewer] {
        assert!(!told(&app, person).await.contains(&"SYSTEM".to_owned()));
    }
    // What was told of a project goes with the membership.
    let path = project.member(admin.user_id());
    editor.delete(&path).await.expect(204);
    assert!(!told(&app, &admin).await.contains(&"SYSTEM".to_owned()));
}

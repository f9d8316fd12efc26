//! Members of a project, and who may change whose role.

use kernel::{ProjectId, Role};
use serde_json::{Value, json};

use crate::kit::{Answer, Client, Paths, TestApp, text};

async fn add(by: &Client, project: ProjectId, whom: &Client, role: &str) -> Answer {
    let body = json!({"userId": whom.user_id(), "role": role});
    by.post(&project.members(), body).await
}

async fn set_role(by: &Client, project: ProjectId, whom: &Client, role: &str) -> Answer {
    let path = project.member(whom.user_id());
    by.patch(&path, json!({"role": role})).await
}

async fn remove(by: &Client, project: ProjectId, whom: &Client) -> Answer {
    let path = project.member(whom.user_id());
    by.delete(&path).await
}

#[tokio::test]
async fn a_member_is_added_by_id() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let ada = app.register("ada").await;

    let added = add(&owner, project, &ada, "VIEWER").await.expect(201);

    assert_eq!(added["userId"], json!(ada.user_id()));
    assert_eq!(added["name"], "ada");
    assert_eq!(added["role"], "VIEWER");
    let ben = app.register("ben").await;
    let usual = json!({"userId": ben.user_id()});
    let usual = owner.post(&project.members(), usual).await.expect(201);
    assert_eq!(usual["role"], "MEMBER");
    let nobody = json!({"userId": kernel::UserId::generate(), "role": "VIEWER"});
    let nobody = owner.post(&project.members(), nobody).await;
    nobody.problem(404, "not_found");
    add(&owner, project, &ada, "VIEWER")
        .await
        .problem(409, "conflict");
}

#[tokio::test]
async fn members_are_listed_page_by_page_each_once() {
    let app = TestApp::start().await;
    let (project, owner, [viewer]) = app.project([Role::Viewer]).await;
    for number in 0..6 {
        let person = app.register(&format!("person{number}")).await;
        add(&owner, project, &person, "MEMBER").await.expect(201);
    }
    let path = project.members();

    let whole = viewer.all(&path, 200).await;
    let paged = viewer.all(&path, 3).await;

    assert_eq!(paged, whole);
    assert_eq!(whole.len(), 8);
    let owners = whole.iter().filter(|member| member["role"] == "OWNER");
    assert_eq!(owners.count(), 1);
    let stranger = app.register("stranger").await;
    stranger.get(&path).await.problem(404, "not_found");
}

#[tokio::test]
async fn nobody_grants_a_role_above_their_own_and_nobody_grants_ownership() {
    let app = TestApp::start().await;
    let (project, owner, [admin, editor]) = app.project([Role::Admin, Role::Editor]).await;
    let guest = app.register("guest").await;

    add(&admin, project, &guest, "OWNER")
        .await
        .problem(422, "invalid");
    add(&owner, project, &guest, "OWNER")
        .await
        .problem(422, "invalid");
    set_role(&owner, project, &editor, "OWNER")
        .await
        .problem(422, "invalid");
    add(&editor, project, &guest, "VIEWER")
        .await
        .problem(403, "forbidden");
    set_role(&editor, project, &editor, "ADMIN")
        .await
        .problem(403, "forbidden");
    // An admin may make others what they are themselves.
    add(&admin, project, &guest, "ADMIN").await.expect(201);
}

#[tokio::test]
async fn admins_do_not_touch_each_other_or_the_owner() {
    let app = TestApp::start().await;
    let (project, owner, [one, two, editor]) =
        app.project([Role::Admin, Role::Admin, Role::Editor]).await;

    for target in [&two, &owner] {
        set_role(&one, project, target, "VIEWER")
            .await
            .problem(403, "forbidden");
        remove(&one, project, target)
            .await
            .problem(403, "forbidden");
    }

    set_role(&one, project, &editor, "VIEWER").await.expect(200);
    remove(&one, project, &editor).await.expect(204);
    set_role(&owner, project, &two, "EDITOR").await.expect(200);
    remove(&owner, project, &one).await.expect(204);
}

#[tokio::test]
async fn members_leave_when_they_like_but_the_owner_cannot() {
    let app = TestApp::start().await;
    let (project, owner, [admin, viewer]) = app.project([Role::Admin, Role::Viewer]).await;

    remove(&owner, project, &owner)
        .await
        .problem(409, "conflict");
    set_role(&owner, project, &owner, "ADMIN")
        .await
        .problem(409, "conflict");
    remove(&viewer, project, &admin)
        .await
        .problem(403, "forbidden");
    remove(&viewer, project, &viewer).await.expect(204);
    remove(&admin, project, &admin).await.expect(204);

    let path = project.path();
    viewer.get(&path).await.problem(404, "not_found");
    admin.get(&path).await.problem(404, "not_found");
    assert_eq!(owner.all(&format!("{path}/members"), 50).await.len(), 1);
}

#[tokio::test]
async fn a_changed_role_counts_at_once() {
    let app = TestApp::start().await;
    let (project, owner, [editor]) = app.project([Role::Editor]).await;
    let node = json!({"prompt": "?", "position": {"x": 0, "y": 0}});
    let path = project.nodes();
    editor.post(&path, node.clone()).await.expect(201);

    let changed = set_role(&owner, project, &editor, "VIEWER")
        .await
        .expect(200);

    assert_eq!(changed["role"], "VIEWER");
    editor
        .post(&path, node.clone())
        .await
        .problem(403, "forbidden");
    remove(&owner, project, &editor).await.expect(204);
    editor.post(&path, node).await.problem(404, "not_found");
    editor.get(&path).await.problem(404, "not_found");
}

#[tokio::test]
async fn a_changed_role_counts_at_once_on_every_instance() {
    let app = TestApp::start().await;
    let other = app.beside().await;
    let (project, owner, [editor]) = app.project([Role::Editor]).await;
    let elsewhere = other
        .anonymous()
        .with_token(text(&editor.login["accessToken"]));
    let node = json!({"prompt": "?", "position": {"x": 0, "y": 0}});
    let path = project.nodes();
    elsewhere.post(&path, node.clone()).await.expect(201);

    set_role(&owner, project, &editor, "VIEWER")
        .await
        .expect(200);

    elsewhere.post(&path, node).await.problem(403, "forbidden");
}

#[tokio::test]
async fn the_same_role_again_changes_nothing() {
    let app = TestApp::start().await;
    let (project, owner, [editor]) = app.project([Role::Editor]).await;
    let events = project.events();
    let before = owner.get(&events).await.expect(200);

    set_role(&owner, project, &editor, "EDITOR")
        .await
        .expect(200);

    assert_eq!(owner.get(&events).await.expect(200), before);
    let path = project.member(kernel::UserId::generate());
    let nobody = owner.patch(&path, json!({"role": "VIEWER"})).await;
    nobody.problem(404, "not_found");
    owner.delete(&path).await.problem(404, "not_found");
    owner
        .send(reqwest::Method::PATCH, &path, &[], Value::Null)
        .await
        .problem(415, "unsupported_media_type");
}

#[tokio::test]
async fn adding_or_inviting_by_an_address_tells_nobody_whether_it_has_an_account() {
    for confirms in [false, true] {
        let app = TestApp::with(|settings| {
            settings.auth.confirm_addresses = Some(confirms);
        });
        let app = app.await;
        let (project, owner, []) = app.project([]).await;
        let registered = app.register("guest").await;
        let by_address = async |path: String, email: &str| {
            let body = json!({"email": email, "role": "EDITOR"});
            owner.post(&path, body).await
        };

        let somebody = by_address(project.members(), "guest@example.org").await;
        let nobody = by_address(project.members(), "nobody@example.org").await;
        assert_eq!(somebody.text, nobody.text);
        somebody.problem(422, "invalid");
        if confirms {
            // Whoever confirmed their own address invites others.
            app.confirm("owner").await;
        }
        let somebody = by_address(project.invitations(), "guest@example.org").await;
        let nobody = by_address(project.invitations(), "nobody@example.org").await;

        let fields = |invited: Value| {
            let fields = invited.as_object().expect("an invitation").keys().cloned();
            fields.collect::<Vec<String>>()
        };
        assert_eq!(fields(somebody.expect(201)), fields(nobody.expect(201)));
        let unseen = registered.get(&project.path()).await;
        unseen.problem(404, "not_found");
    }
}

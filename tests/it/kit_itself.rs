//! What every other test relies on.

use std::time::Duration;

use kernel::Role;
use serde_json::json;

use crate::kit::TestApp;

#[tokio::test]
async fn members_have_the_roles_they_were_given() {
    let app = TestApp::start().await;
    let (project, owner, [editor, viewer]) = app.project([Role::Editor, Role::Viewer]).await;

    let node = editor.create_node(project, "Why?").await;

    let path = format!("/projects/{project}/nodes/{node}");
    assert_eq!(viewer.get(&path).await.ok()["prompt"], "Why?");
    viewer.delete(&path).await.problem(403, "forbidden");
    owner.delete(&path).await.ok();
}

#[tokio::test]
async fn mails_can_be_read() {
    let app = TestApp::start().await;
    app.register("ada").await;

    let mail = app.mail("ada@example.org", |_| true).await;

    assert!(!mail.subject.is_empty());
    assert!(mail.text.contains("token="), "{}", mail.text);
}

#[tokio::test]
async fn time_can_pass_for_the_server() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    ada.get("/users/me").await.expect(200);

    app.clock_shift(Duration::from_secs(60 * 60));

    ada.get("/users/me").await.problem(401, "unauthenticated");
}

#[tokio::test]
async fn a_replayed_request_changes_nothing() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let key = [("idempotency-key", "once")];

    let create = async || {
        let body = json!({"name": "Once"});
        ada.send(reqwest::Method::POST, "/projects", &key, body)
            .await
    };
    let (first, second) = (create().await, create().await);

    assert_eq!(second.header("idempotent-replayed"), "true");
    assert_eq!(first.expect(201), second.expect(201));
    let projects = ada.get("/projects").await.ok();
    assert_eq!(projects["items"].as_array().map(Vec::len), Some(1));
}

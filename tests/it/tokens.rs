//! API tokens: a program acts as its owner, within scopes.

use std::time::Duration;

use kernel::ProjectId;
use reqwest::Method;
use serde_json::{Value, json};

use crate::kit::{Answer, Client, PASSWORD, Paths, TestApp, text, until};

async fn make(owner: &Client, scopes: &[&str]) -> Value {
    let body = json!({"name": "robot", "scopes": scopes});
    owner.post("/users/me/tokens", body).await.expect(201)
}

async fn robot(owner: &Client, scopes: &[&str]) -> Client {
    owner.with_token(text(&make(owner, scopes).await["token"]))
}

async fn write_node(client: &Client, project: ProjectId) -> Answer {
    let body = json!({"prompt": "?", "position": {"x": 0, "y": 0}});
    client.post(&project.nodes(), body).await
}

#[tokio::test]
async fn a_token_is_shown_once() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;

    let made = make(&ada, &["graph", "project", "graph"]).await;

    let token = text(&made["token"]);
    assert!(token.starts_with("nl_"), "{token}");
    assert!(token.starts_with(text(&made["hint"])));
    assert_eq!(made["scopes"], json!(["project", "graph"]));
    let list = ada.get("/users/me/tokens").await.expect(200);
    assert_eq!(list["items"][0]["id"], made["id"]);
    assert_eq!(list["items"][0]["name"], "robot");
    assert!(!list.to_string().contains(token));
}

#[tokio::test]
async fn a_token_does_what_its_scopes_allow_and_nothing_else() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let project = ada.create_project("Hers").await;

    let graph = robot(&ada, &["graph"]).await;
    write_node(&graph, project).await.expect(201);
    let members = graph.get(&project.members()).await;
    members.problem(403, "insufficient_scope");
    let create = graph.post("/projects", json!({"name": "Another"})).await;
    create.problem(403, "insufficient_scope");

    let nothing = robot(&ada, &[]).await;
    nothing.get("/users/me").await.expect(200);
    let refused = write_node(&nothing, project).await;
    refused.problem(403, "insufficient_scope");
}

#[tokio::test]
async fn a_token_does_no_more_than_its_owner() {
    let app = TestApp::start().await;
    let (project, _, [viewer]) = app.project([kernel::Role::Viewer]).await;
    let robot = robot(&viewer, &["project", "members", "graph"]).await;

    let path = project.path();
    robot.get(&path).await.expect(200);
    write_node(&robot, project).await.problem(403, "forbidden");
    let elsewhere = app.register("stranger").await.create_project("X").await;
    let refused = robot.get(&elsewhere.path()).await;
    refused.problem(404, "not_found");
}

#[tokio::test]
async fn no_token_manages_tokens_sessions_or_the_second_factor() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let made = make(
        &ada,
        &["project", "members", "graph", "run", "media", "agent"],
    )
    .await;
    let robot = ada.with_token(text(&made["token"]));
    let own = format!("/users/me/tokens/{}", text(&made["id"]));
    let password = json!({"password": PASSWORD});
    let change = json!({"currentPassword": PASSWORD, "newPassword": "another good secret"});

    for (method, path, body) in [
        (Method::GET, "/users/me/tokens", Value::Null),
        (
            Method::POST,
            "/users/me/tokens",
            json!({"name": "x", "scopes": []}),
        ),
        (Method::DELETE, &own, Value::Null),
        (Method::PATCH, "/users/me", json!({"firstName": "Eve"})),
        (Method::DELETE, "/users/me", password.clone()),
        (Method::GET, "/auth/sessions", Value::Null),
        (Method::POST, "/auth/logout-all", Value::Null),
        (Method::POST, "/auth/password", change),
        (Method::POST, "/auth/totp/enroll", password),
        (Method::POST, "/auth/ws-ticket", Value::Null),
    ] {
        let refused = robot.send(method, path, &[], body).await;
        refused.problem(403, "session_required");
    }
    ada.get("/users/me").await.expect(200);
}

#[tokio::test]
async fn a_token_lives_for_ninety_days_unless_told_otherwise() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let project = ada.create_project("Hers").await;
    let robot = robot(&ada, &["graph"]).await;
    let day = Duration::from_secs(24 * 60 * 60);

    app.clock_shift(day * 89);
    write_node(&robot, project).await.expect(201);
    app.clock_shift(day);

    let refused = write_node(&robot, project).await;
    refused.problem(401, "unauthenticated");
    let path = project.graph();
    robot.get(&path).await.problem(401, "unauthenticated");
}

#[tokio::test]
async fn an_expiry_is_in_the_future_and_within_a_year() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let after = |days| protocol::Timestamp(app.now() + chrono::TimeDelta::days(days));
    let ask = async |days| {
        let body = json!({"name": "robot", "scopes": [], "expiresAt": after(days)});
        ada.post("/users/me/tokens", body).await
    };

    ask(300).await.expect(201);
    for days in [-1, 0, 367] {
        let refused = ask(days).await.problem(422, "invalid");
        assert_eq!(refused["errors"][0]["pointer"], "/expiresAt");
    }
}

#[tokio::test]
async fn a_deleted_token_writes_nothing_more_on_any_instance_and_soon_reads_nothing() {
    let app = TestApp::start().await;
    let other = app.beside().await;
    let ada = app.register("ada").await;
    let project = ada.create_project("Hers").await;
    let made = make(&ada, &["graph"]).await;
    let robot = other.anonymous().with_token(text(&made["token"]));
    // From now on the other instance remembers that this token lives.
    write_node(&robot, project).await.expect(201);

    let path = format!("/users/me/tokens/{}", text(&made["id"]));
    ada.delete(&path).await.expect(204);

    let refused = write_node(&robot, project).await;
    refused.problem(401, "unauthenticated");
    let graph = project.graph();
    let refused = async || robot.get(&graph).await.status == 401;
    until("the other instance refuses to read", refused).await;
    ada.delete(&path).await.problem(404, "not_found");
}

#[tokio::test]
async fn nobody_sees_or_deletes_anothers_tokens() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let eve = app.register("eve").await;
    let made = make(&ada, &["graph"]).await;

    let list = eve.get("/users/me/tokens").await.expect(200);
    let path = format!("/users/me/tokens/{}", text(&made["id"]));
    eve.delete(&path).await.problem(404, "not_found");

    assert_eq!(list["items"], json!([]));
    let robot = ada.with_token(text(&made["token"]));
    robot.get("/users/me").await.expect(200);
}

#[tokio::test]
async fn when_a_token_was_used_last_becomes_known() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let robot = robot(&ada, &["graph"]).await;
    let last_used = async || {
        let list = ada.get("/users/me/tokens").await.expect(200);
        list["items"][0]["lastUsedAt"].clone()
    };
    assert_eq!(last_used().await, Value::Null);

    robot.get("/users/me").await.expect(200);

    until("the use is noted", async || !last_used().await.is_null()).await;
}

#[tokio::test]
async fn where_addresses_count_once_they_are_confirmed_an_account_makes_no_token_before() {
    let app = TestApp::with(|settings| settings.auth.confirm_addresses = Some(true)).await;
    let ada = app.register("ada").await;
    let body = json!({"name": "robot", "scopes": []});

    let early = ada.post("/users/me/tokens", body.clone()).await;
    early.problem(403, "forbidden");
    let mail = app.mail("ada@example.org", |_| true).await;
    let token = json!({"token": mail.after("/verify?token=")});
    let verified = app.anonymous().post("/auth/email/verify", token).await;
    verified.expect(204);

    ada.post("/users/me/tokens", body).await.expect(201);
}

#[tokio::test]
async fn tokens_come_in_pages() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    for _ in 0..5 {
        robot(&ada, &["graph"]).await;
    }

    let whole = ada.all("/users/me/tokens", 50).await;

    assert_eq!(whole.len(), 5);
    assert_eq!(ada.all("/users/me/tokens", 2).await, whole);
    let refused = ada.get("/users/me/tokens?limit=0").await;
    refused.problem(422, "invalid");
}

//! Who reads the audit, and what they find in it.

use std::time::Duration;

use kernel::Role;
use reqwest::Method;
use serde_json::{Value, json};

use crate::kit::{Answer, Client, PASSWORD, Paths, TestApp, text};

const HOUR: Duration = Duration::from_secs(60 * 60);

fn actions(records: &[Value]) -> Vec<&str> {
    records
        .iter()
        .map(|record| text(&record["action"]))
        .collect()
}

/// The newest record of an action in a list.
async fn newest(by: &Client, list: &str, action: &str) -> Value {
    let page = by.get(&format!("{list}?action={action}&limit=1")).await;
    page.expect(200)["items"][0].clone()
}

async fn table(by: &Client, path: &str) -> Answer {
    let headers = [("accept", "text/csv")];
    by.send(Method::GET, path, &headers, Value::Null).await
}

#[tokio::test]
async fn a_record_says_what_changed_from_what_to_what_and_never_a_prompt() {
    let app = TestApp::start().await;
    let (project, owner, [editor]) = app.project([Role::Editor]).await;
    let audit = project.at("audit");

    let secret = json!({"name": "Renamed", "systemPrompt": "canary-prompt"});
    owner.patch(&project.path(), secret).await.ok();
    let role = json!({"role": "ADMIN"});
    owner
        .patch(&project.member(editor.user_id()), role)
        .await
        .ok();
    let node = owner.create_node(project, "canary-prompt").await;
    let ops = json!({"ops": [
        {"op": "node.create", "data": {"prompt": "canary-prompt", "position": {"x": 0, "y": 0}}},
        {"op": "project.update", "data": {"name": "Again"}},
    ]});
    owner.post(&project.ops(), ops).await.ok();

    let renamed = newest(&owner, &audit, "project.update").await;
    assert_eq!(renamed["oldValues"], json!({"name": "Project"}));
    assert_eq!(renamed["newValues"], json!({"name": "Renamed"}));
    assert_eq!(renamed["actor"]["email"], "owner@example.org");
    assert_eq!(renamed["actor"]["name"], "owner");
    assert_eq!(renamed["severity"], "info");
    let promoted = newest(&owner, &audit, "member.update").await;
    assert_eq!(promoted["oldValues"]["role"], "EDITOR");
    assert_eq!(promoted["newValues"]["role"], "ADMIN");
    assert_eq!(promoted["tags"], json!(["security", "access"]));
    let made = newest(&owner, &audit, "node.create").await;
    assert_eq!(made["newValues"], json!({"id": node}));
    let batch = newest(&owner, &audit, "batch").await;
    assert_eq!(batch["newValues"]["ops"][0]["op"], "node.create");
    assert_eq!(
        batch["newValues"]["ops"][1]["data"],
        json!({"name": "Again"})
    );
    assert_eq!(
        batch["oldValues"],
        json!({"ops": [{"op": "project.update", "data": {"name": "Renamed"}}]})
    );
    let all = owner.get(&audit).await;
    assert!(!all.text.contains("canary-prompt"), "{all:?}");
    assert!(!table(&owner, &audit).await.text.contains("canary-prompt"));
}

#[tokio::test]
async fn by_which_way_somebody_came_is_for_themselves_and_not_for_the_project() {
    let app = TestApp::start().await;
    let (project, owner, [editor]) = app.project([Role::Editor]).await;
    editor.create_node(project, "Why?").await;

    let theirs = newest(&editor, "/users/me/audit", "node.create").await;
    let seen = newest(&owner, &project.at("audit"), "node.create").await;

    assert_eq!(theirs["id"], seen["id"]);
    assert_eq!(theirs["address"], "127.0.0.1");
    for way in ["sessionId", "requestId"] {
        assert!(theirs[way].is_string(), "{way}: {theirs}");
    }
    for way in ["address", "userAgent", "sessionId", "tokenId", "requestId"] {
        assert_eq!(seen[way], Value::Null, "{way}");
    }
    // What others did to one's account is there as well; what they did elsewhere is not.
    let own = editor.all("/users/me/audit", 50).await;
    assert!(actions(&own).contains(&"user.register"));
    assert!(!actions(&own).contains(&"project.create"));
}

#[tokio::test]
async fn records_are_found_by_action_actor_and_time_page_by_page() {
    let app = TestApp::start().await;
    let (project, owner, [editor]) = app.project([Role::Editor]).await;
    let audit = project.at("audit");
    for number in 0..5 {
        owner.create_node(project, &format!("{number}")).await;
    }
    app.clock_shift(HOUR);
    let between = (app.now() - HOUR / 2).to_rfc3339_opts(chrono::SecondsFormat::Millis, true);
    let editor = {
        let again = app.log_in("member0").await;
        assert_eq!(again.user_id(), editor.user_id());
        again
    };
    let owner = app.log_in("owner").await;
    let late = editor.create_node(project, "late").await;

    let nodes = owner.all(&format!("{audit}?action=node"), 2).await;
    assert_eq!(actions(&nodes), ["node.create"; 6]);
    assert_eq!(nodes[0]["newValues"]["id"], json!(late));
    let by_editor = format!("{audit}?actor={}", editor.user_id());
    assert_eq!(owner.all(&by_editor, 50).await.len(), 1);
    let after = owner.all(&format!("{audit}?after={between}"), 50).await;
    assert_eq!(actions(&after), ["node.create"]);
    let before = owner.all(&format!("{audit}?before={between}"), 3).await;
    assert_eq!(before.len(), 7, "{:?}", actions(&before));

    let wrong = owner.get(&format!("{audit}?action=%25")).await;
    wrong.problem(422, "invalid");
    let page = owner.get(&format!("{audit}?limit=1")).await.ok();
    let cursor = text(&page["nextCursor"]);
    let elsewhere = owner.get(&format!("/users/me/audit?cursor={cursor}")).await;
    elsewhere.problem(400, "bad_cursor");
}

#[tokio::test]
async fn an_export_holds_all_that_matches_and_no_cell_of_it_is_a_formula() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let body = json!({"name": "=HYPERLINK(\"x\")", "scopes": ["graph"]});
    let made = owner.post("/users/me/tokens", body).await.expect(201);
    let program = owner.with_token(text(&made["token"]));
    for number in 0..3 {
        program.create_node(project, &format!("{number}")).await;
    }
    let audit = project.at("audit?action=node");

    let table = table(&owner, &audit).await;

    assert_eq!(table.status, 200);
    assert_eq!(table.header("content-type"), "text/csv; charset=utf-8");
    let lines: Vec<&str> = table.text.trim_end().split("\r\n").collect();
    assert_eq!(lines.len(), 4, "{}", table.text);
    assert!(lines[0].starts_with("id,at,action,"), "{}", lines[0]);
    for line in &lines[1..] {
        assert!(line.contains("\"'=HYPERLINK(\"\"x\"\")\""), "{line}");
    }
    let exported = newest(&owner, &project.at("audit"), "audit.export").await;
    assert_eq!(exported["tags"], json!(["security", "export"]));
    let pages = self::table(&owner, &project.at("audit?limit=5")).await;
    pages.problem(422, "invalid");
}

#[tokio::test]
async fn the_operator_reads_everything_once_their_address_is_confirmed_and_nobody_else_does() {
    let app = TestApp::with(|settings| {
        settings.auth.operators = " Root@Example.org, other@example.org".to_owned();
    })
    .await;
    let (project, owner, []) = app.project([]).await;
    let root = app.register("root").await;

    // Whoever only says that the address is theirs is nobody.
    root.get("/audit").await.problem(404, "not_found");
    let unconfirmed = root.get("/users/me").await.ok();
    assert_eq!(unconfirmed["isOperator"], false);
    app.confirm("root").await;
    let confirmed = root.get("/users/me").await.ok();
    assert_eq!(confirmed["isOperator"], true);
    let all = root.all("/audit", 20).await;

    assert!(actions(&all).contains(&"project.create"));
    assert!(actions(&all).contains(&"user.register"));
    assert_eq!(table(&root, "/audit").await.status, 200);
    app.confirm("owner").await;
    owner.get("/audit").await.problem(404, "not_found");
    let other = owner.get("/users/me").await.ok();
    assert_eq!(other["isOperator"], false);
    let anonymous = app.anonymous().get("/audit").await;
    anonymous.problem(401, "unauthenticated");
    // A program is no operator, and an operator is no member.
    let body = json!({"name": "a program", "scopes": ["audit"]});
    let made = root.post("/users/me/tokens", body).await.expect(201);
    let program = root.with_token(text(&made["token"]));
    program.get("/audit").await.problem(404, "not_found");
    program.get("/users/me/audit").await.expect(200);
    let inside = root.get(&project.at("audit")).await;
    inside.problem(404, "not_found");
}

#[tokio::test]
async fn failed_logins_stand_in_the_audit_of_the_account_as_warnings() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let wrong = json!({"email": "ada@example.org", "password": "not the password"});
    app.anonymous()
        .post("/auth/login", wrong)
        .await
        .problem(401, "invalid_credentials");
    let right = json!({"email": "ada@example.org", "password": PASSWORD});
    app.anonymous().post("/auth/login", right).await.ok();

    let failed = newest(&ada, "/users/me/audit", "login.failed").await;
    assert_eq!(failed["severity"], "warning");
    let entered = newest(&ada, "/users/me/audit", "login").await;
    assert_eq!(entered["severity"], "info");
}

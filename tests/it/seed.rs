//! The demo account and project.

use serde_json::json;

use crate::kit::{Paths, TestApp, text};

#[tokio::test]
async fn an_empty_database_gets_a_demo_that_can_be_logged_in_to() {
    let app = TestApp::with(|settings| settings.seed_demo = true).await;
    let login = json!({"email": "demo@nonlinear.app", "password": "DemoPassword123!"});
    let answer = app.anonymous().post("/auth/login?tokens=body", login).await;
    let demo = app.anonymous().logged_in(&answer.ok());

    let projects = demo.get("/projects").await.ok();
    let project = &projects["items"][0];
    let graph = demo.get(&text(&project["id"]).graph()).await.ok();

    assert_eq!(demo.login["user"]["preferences"]["language"], "fr");
    assert_eq!(project["name"], "Demo Project - Architecture Web");
    let nodes = graph["nodes"].as_array().expect("the graph has nodes");
    let edges = graph["edges"].as_array().expect("the graph has edges");
    assert_eq!((nodes.len(), edges.len()), (3, 2));
    let answered = nodes.iter().find(|node| node["status"] == "COMPLETED");
    let answered = answered.expect("one node is answered");
    assert_eq!(answered["llmModel"], "gpt-4o");
    assert_eq!(answered["llmTokens"], 234);
    assert!(edges.iter().all(|edge| edge["sourceId"] == answered["id"]));
}

#[tokio::test]
async fn a_database_with_accounts_gets_no_demo() {
    let app = TestApp::start().await;
    app.register("ada").await;

    let seeded = app
        .inside(async |platform| server::seed_if_empty(&platform).await)
        .await;

    assert!(!seeded.expect("looking for accounts succeeds"));
}

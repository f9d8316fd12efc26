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

    assert_eq!(demo.login["user"]["preferences"]["language"], "fr");
    let projects = projects["items"].as_array().expect("projects");
    assert_eq!(projects.len(), 2);
    let (french, english) = (&projects[0], &projects[1]);
    assert_eq!(french["name"], "Demo Project - Architecture Web");
    assert_eq!(english["name"], "Demo Project - Web Architecture");
    for (project, question) in [
        (french, "Qu'est-ce que l'architecture de composants ?"),
        (english, "What is component architecture?"),
    ] {
        let graph = demo.get(&text(&project["id"]).graph()).await.ok();
        // Made in one transaction, which is one change.
        assert_eq!(graph["seq"], 1);
        let nodes = graph["nodes"].as_array().expect("the graph has nodes");
        assert_eq!(nodes.len(), 10);
        let answered = nodes.iter().find(|node| node["prompt"] == question);
        let answered = answered.expect("the first question is answered");
        assert_eq!(answered["status"], "COMPLETED");
        assert_eq!(answered["llmModel"], "gpt-4o");
        assert_eq!(answered["llmTokens"], 234);
        assert!(answered["generationId"].is_string());
        let has = |field: &str, word: &str| nodes.iter().any(|node| node[field] == word);
        assert!(has("status", "STALE") && has("status", "IDLE"));
        assert!(has("kind", "NOTE") && has("kind", "FRAME"));
    }
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

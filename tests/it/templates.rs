//! What a new project begins with.

use kernel::ProjectId;
use reqwest::Method;
use serde_json::{Value, json};

use crate::kit::{Client, Paths, Replica, TestApp, parsed, text};

async fn begin(owner: &Client, template: &str, language: &str) -> (ProjectId, Value) {
    let body = json!({"name": "Mine", "templateId": template, "language": language});
    let project = owner.post("/projects", body).await.expect(201);
    let id: ProjectId = parsed(&project["id"]);
    let graph = owner.get(&id.graph()).await.expect(200);
    (id, graph)
}

fn prompts(graph: &Value) -> Vec<String> {
    let nodes = graph["nodes"].as_array().expect("nodes");
    let prompts = nodes.iter().map(|node| text(&node["prompt"]).to_owned());
    prompts.collect()
}

#[tokio::test]
async fn every_template_makes_a_whole_project_in_one_change_in_either_language() {
    let app = TestApp::start().await;
    let owner = app.register("ada").await;
    let english = owner.get("/templates").await.expect(200);
    let french = owner.get("/templates?language=fr").await.expect(200);
    let items = english["items"].as_array().expect("items");
    assert_eq!(items.len(), 6);

    for (template, translated) in items.iter().zip(french["items"].as_array().expect("items")) {
        assert_eq!(template["id"], translated["id"]);
        assert_ne!(template["description"], translated["description"]);
        let id = text(&template["id"]);
        let (project, graph) = begin(&owner, id, "en").await;
        let (_, other) = begin(&owner, id, "fr").await;

        assert_eq!(graph["seq"], 1, "{id}");
        assert_eq!(graph["project"]["name"], "Mine");
        assert_eq!(graph["project"]["description"], template["description"]);
        assert!(!text(&graph["project"]["systemPrompt"]).is_empty());
        let count = graph["nodes"].as_array().map(Vec::len);
        assert_eq!(json!(count), template["nodeCount"], "{id}");
        assert!(!graph["edges"].as_array().expect("edges").is_empty());
        let said = prompts(&other);
        assert!(
            prompts(&graph)
                .iter()
                .all(|prompt| prompt.is_empty() || !said.contains(prompt))
        );
        let (seq, hash) = owner.state(project).await;
        assert_eq!((seq, Replica::of(parsed(&graph)).hash()), (1, hash));
    }
}

#[tokio::test]
async fn what_is_said_when_a_project_is_made_goes_before_what_its_template_says() {
    let app = TestApp::start().await;
    let owner = app.register("ada").await;
    let body = json!({
        "name": "Mine", "templateId": "plan-with-risks", "description": "My plan.",
        "systemPrompt": "Be brief.",
    });
    let project = owner.post("/projects", body).await.expect(201);
    assert_eq!(project["description"], "My plan.");
    assert_eq!(project["systemPrompt"], "Be brief.");

    let unknown = json!({"name": "Mine", "templateId": "nothing"});
    owner
        .post("/projects", unknown)
        .await
        .problem(422, "invalid");
    let language = json!({"name": "Mine", "templateId": "tour", "language": "de"});
    owner
        .post("/projects", language)
        .await
        .problem(422, "invalid");
    app.anonymous()
        .get("/templates")
        .await
        .problem(401, "unauthenticated");
}

#[tokio::test]
async fn a_template_that_may_not_be_filled_in_leaves_no_project_behind() {
    let app = TestApp::start().await;
    let owner = app.register("ada").await;
    let token = json!({"name": "program", "scopes": ["project"]});
    let token = owner.post("/users/me/tokens", token).await.expect(201);
    let program = owner.with_token(text(&token["token"]));

    let body = json!({"name": "Mine", "templateId": "tour"});
    let refused = program.post("/projects", body).await;

    refused.problem(403, "insufficient_scope");
    assert_eq!(owner.all("/projects", 50).await, Vec::<Value>::new());
}

#[tokio::test]
async fn the_tour_has_answers_of_a_model_of_which_one_is_out_of_date_and_fresh_again_without_its_cause()
 {
    let app = TestApp::start().await;
    let owner = app.register("ada").await;

    let (project, graph) = begin(&owner, "tour", "en").await;

    let nodes = graph["nodes"].as_array().expect("nodes");
    let with = |status: &str| -> Vec<&Value> {
        nodes
            .iter()
            .filter(|node| node["status"] == status)
            .collect()
    };
    let [stale] = with("STALE")[..] else {
        panic!("one is out of date: {nodes:?}");
    };
    assert_eq!(with("COMPLETED").len(), 3);
    assert_eq!(stale["llmModel"], "gpt-4o");
    let answers = stale["id"].as_str().expect("an id");
    let attempts = format!("{}/generations", project.node(answers));
    let attempts = owner.get(&attempts).await.expect(200);
    assert_eq!(attempts["items"].as_array().map(Vec::len), Some(1));
    assert!(attempts["items"][0]["fingerprint"].is_string());
    assert_eq!(attempts["items"][0]["cost"], Value::Null);
    // The note that came later is what the answer does not know of.
    let notes: Vec<&Value> = nodes.iter().filter(|node| node["kind"] == "NOTE").collect();
    let edges = graph["edges"].as_array().expect("edges");
    let later = edges
        .iter()
        .find(|edge| {
            edge["targetId"] == stale["id"]
                && notes.iter().any(|note| note["id"] == edge["sourceId"])
        })
        .expect("an edge");
    owner
        .delete(&project.edge(text(&later["id"])))
        .await
        .expect(204);
    let again = owner.get(&project.node(answers)).await.expect(200);
    assert_eq!(again["status"], "COMPLETED");
}

#[tokio::test]
async fn a_project_that_is_asked_for_twice_under_a_key_is_filled_once() {
    let app = TestApp::start().await;
    let owner = app.register("ada").await;
    let body = json!({"name": "Mine", "templateId": "learn-subject"});
    let ask = async || {
        let key = "0199f3c2-0000-7000-8000-000000000001";
        let headers = [("Idempotency-Key", key)];
        let sent = owner.send(Method::POST, "/projects", &headers, body.clone());
        sent.await.expect(201)
    };
    let [first, second] = [ask().await, ask().await];
    assert_eq!(first["id"], second["id"]);
    assert_eq!(owner.all("/projects", 50).await.len(), 1);
}

//! Attempts: what was answered before stays, and any of it can be the answer again.

use kernel::Role;
use reqwest::Method;
use serde_json::{Value, json};

use super::with_models;
use crate::kit::{Client, Listener, Paths, Provider, Reply, TestApp, generated, text};

async fn attempts(client: &Client, project: kernel::ProjectId, node: kernel::NodeId) -> Vec<Value> {
    let path = project.generations(node);
    let list = client.get(&path).await.expect(200);
    list["items"].as_array().expect("a list").clone()
}

#[tokio::test]
async fn an_old_answer_can_be_made_the_answer_again() {
    let provider = Provider::start().await;
    provider.then([Reply::text("First."), Reply::text("Second.")]);
    let app = with_models(&provider, &["one"], |_| {}).await;
    let (project, owner, [viewer]) = app.project([Role::Viewer]).await;
    let mut viewing = Listener::begin(&viewer, project).await;
    let node = owner.create_node(project, "Which?").await;
    owner.answer(project, node).await;
    owner.generate(project, node, json!({"force": true})).await;
    assert_eq!(
        generated(&owner, project, node).await["response"],
        "Second."
    );
    let [second, first] = &attempts(&owner, project, node).await[..] else {
        panic!("two attempts");
    };
    assert_eq!(
        (&first["isCurrent"], &second["isCurrent"]),
        (&json!(false), &json!(true))
    );

    let id = first["id"].as_str().expect("an id");
    let path = format!("{}/select", project.attempt(node, id));
    let chosen = owner.post(&path, Value::Null).await.expect(200);

    assert_eq!(chosen["isCurrent"], true);
    let now = generated(&owner, project, node).await;
    assert_eq!(
        (&now["response"], &now["generationId"]),
        (&json!("First."), &json!(id))
    );
    let (seq, hash) = owner.state(project).await;
    viewing.follow_until(seq).await;
    assert_eq!(viewing.copy.hash(), hash);
}

#[tokio::test]
async fn what_somebody_wrote_is_kept_when_a_model_answers() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let path = project.nodes();
    let body = json!({"prompt": "Who?", "response": "Me.", "position": {"x": 0, "y": 0}});
    let node = owner.post(&path, body).await.expect(201);
    let node = node["id"].as_str().expect("an id").parse().expect("an id");

    owner.answer(project, node).await;

    let kept = attempts(&owner, project, node).await;
    let person = kept.iter().find(|attempt| attempt["origin"] == "PERSON");
    let person = person.expect("the person's answer");
    assert_eq!(person["text"], "Me.");
    let id = person["id"].as_str().expect("an id");
    let select = format!("{path}/{node}/generations/{id}/select");
    owner.post(&select, Value::Null).await.expect(200);
    let now = generated(&owner, project, node).await;
    assert_eq!(
        (&now["response"], &now["generationId"]),
        (&json!("Me."), &Value::Null)
    );
}

#[tokio::test]
async fn what_somebody_writes_in_place_of_an_answer_is_no_models_and_has_no_summary_of_it() {
    let app = TestApp::start().await;
    let (project, owner, [viewer]) = app.project([Role::Viewer]).await;
    let mut viewing = Listener::begin(&viewer, project).await;
    let node = owner.create_node(project, "Who?").await;
    let answered = owner.answer(project, node).await;
    assert!(answered["llmModel"].is_string() && answered["summary"].is_string());
    assert!(answered["llmTokens"].is_number());

    let path = project.node(node);
    let fields = json!({"response": "Me."});
    owner
        .send(Method::PATCH, &path, &[("if-match", "*")], fields)
        .await
        .ok();

    let now = owner.get(&path).await.ok();
    for field in [
        "llmModel",
        "llmTokens",
        "llmCost",
        "generationId",
        "summary",
    ] {
        assert_eq!(now[field], Value::Null, "{field}");
    }
    let (seq, hash) = owner.state(project).await;
    viewing.follow_until(seq).await;
    assert_eq!(viewing.copy.hash(), hash);
}

#[tokio::test]
async fn undoing_an_edit_and_asking_again_brings_the_old_answer_back_without_a_call() {
    let provider = Provider::start().await;
    provider.then([Reply::text("One."), Reply::text("Two.")]);
    let app = with_models(&provider, &["one"], |_| {}).await;
    let (project, owner, []) = app.project([]).await;
    let node = owner.create_node(project, "One?").await;
    owner.answer(project, node).await;
    let ask = async |prompt: &str| {
        let path = project.node(node);
        let fields = json!({"prompt": prompt});
        owner
            .send(Method::PATCH, &path, &[("if-match", "*")], fields)
            .await
            .ok();
        owner.answer(project, node).await
    };

    assert_eq!(ask("Two?").await["response"], "Two.");
    assert_eq!(ask("One?").await["response"], "One.");

    assert_eq!(provider.times_asked(), 2);
}

#[tokio::test]
async fn an_answer_that_outlived_a_failure_is_the_answer_again_once_it_is_asked_for_or_chosen() {
    let provider = Provider::start().await;
    provider.then([Reply::text("Yes."), Reply::status(401), Reply::status(401)]);
    let app = with_models(&provider, &["one"], |_| {}).await;
    let (project, owner, []) = app.project([]).await;
    let node = owner.create_node(project, "Sure?").await;
    let answer = text(&owner.answer(project, node).await["generationId"]).to_owned();
    let fail = async || {
        owner.generate(project, node, json!({"force": true})).await;
        let failed = generated(&owner, project, node).await;
        assert_eq!(
            (&failed["status"], &failed["response"]),
            (&json!("ERROR"), &json!("Yes."))
        );
    };

    fail().await;
    owner.generate(project, node, json!({})).await;
    assert_eq!(
        generated(&owner, project, node).await["status"],
        "COMPLETED"
    );

    fail().await;
    let select = format!("{}/select", project.attempt(node, answer));
    owner.post(&select, Value::Null).await.expect(200);
    assert_eq!(
        generated(&owner, project, node).await["status"],
        "COMPLETED"
    );
    assert_eq!(provider.times_asked(), 3);
}

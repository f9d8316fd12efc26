//! Follow-ups: the next question in one call, which waits for the answer above it.

use std::sync::Arc;

use kernel::Role;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::sync::Notify;

use crate::generations::with_models;
use crate::kit::{Beat, Client, Listener, Paths, Provider, Reply, TestApp, generated, text, until};

async fn follow_up(client: &Client, at: &str, body: Value) -> Value {
    client.post(at, body).await.expect(201)
}

fn sent(provider: &Provider, place: usize) -> String {
    provider.asked()[place].body["messages"].to_string()
}

#[tokio::test]
async fn a_follow_up_is_made_placed_and_asked_under_one_number() {
    let provider = Provider::start().await;
    provider.usually(Reply::text("Blue."));
    let app = with_models(&provider, &["one"], |_| {}).await;
    let (project, owner, [editor]) = app.project([Role::Editor]).await;
    let mut watching = Listener::begin(&editor, project).await;
    let root = owner.create_node(project, "Which colour?").await;
    owner.answer(project, root).await;
    let (before, _) = owner.state(project).await;

    let first = follow_up(&owner, &project.followups(root), json!({"prompt": "Why?"})).await;
    let second = follow_up(
        &owner,
        &project.followups(root),
        json!({"prompt": "And then?"}),
    )
    .await;

    let events = owner.get(&project.events_after(before)).await.expect(200);
    let event = &events["events"][0];
    let ops = event["data"]["ops"].as_array().expect("a batch");
    let ops: Vec<&str> = ops.iter().map(|op| text(&op["op"])).collect();
    assert_eq!(ops, ["node.create", "generation.start"]);
    assert_eq!(first["node"]["edges"][0]["sourceId"], json!(root));
    assert_eq!(first["generation"]["nodeId"], first["node"]["id"]);
    let place = |added: &Value| {
        let position = &added["node"]["position"];
        (position["x"].as_f64(), position["y"].as_f64())
    };
    assert_eq!(place(&first).1, place(&second).1, "they stand side by side");
    assert!(place(&first).0 < place(&second).0);
    for added in [&first, &second] {
        let answered = generated(&owner, project, text(&added["node"]["id"])).await;
        assert_eq!(answered["status"], "COMPLETED");
        assert_eq!(answered["response"], "Blue.");
    }
    let (seq, hash) = owner.state(project).await;
    watching.follow_until(seq).await;
    assert_eq!(watching.copy.hash(), hash);
}

#[tokio::test]
async fn asked_while_the_answer_above_is_written_it_waits_for_that_and_is_not_stale_after_it() {
    let provider = Provider::start().await;
    let go_on = Arc::new(Notify::new());
    provider.then([Reply::Stream(vec![
        Beat::Until(go_on.clone()),
        Beat::Text("The sea.".to_owned()),
        Beat::Finish("stop"),
        Beat::Done,
    ])]);
    provider.usually(Reply::text("Because of the salt."));
    let app = with_models(&provider, &["one"], |_| {}).await;
    let (project, owner, []) = app.project([]).await;
    let root = owner.create_node(project, "What is it?").await;
    owner.generate(project, root, json!({})).await;
    until("the model is asked", async || provider.times_asked() == 1).await;

    let child = follow_up(
        &owner,
        &project.followups(root),
        json!({"prompt": "Why so?"}),
    )
    .await;
    let below = project.followups(text(&child["node"]["id"]));
    let grandchild = follow_up(&owner, &below, json!({"prompt": "Really?"})).await;
    assert_eq!(child["generation"]["state"], "QUEUED");
    assert_eq!(app.open_jobs().await, 1, "only the first one runs");
    go_on.notify_one();

    for added in [&child, &grandchild] {
        let answered = generated(&owner, project, text(&added["node"]["id"])).await;
        assert_eq!(answered["status"], "COMPLETED");
    }
    app.jobs_done().await;
    assert_eq!(provider.asked().len(), 3, "nothing was asked twice");
    assert!(sent(&provider, 1).contains("The sea."));
    assert!(sent(&provider, 2).contains("Because of the salt."));
}

#[tokio::test]
async fn a_follow_up_that_waited_in_vain_fails_and_says_why() {
    let provider = Provider::start().await;
    provider.usually(Reply::Stream(vec![Beat::Hang]));
    let app = with_models(&provider, &["one"], |_| {}).await;
    let (project, owner, []) = app.project([]).await;
    let root = owner.create_node(project, "What is it?").await;
    let generation = owner.generate(project, root, json!({})).await;
    until("the model is asked", async || provider.times_asked() == 1).await;
    let child = follow_up(
        &owner,
        &project.followups(root),
        json!({"prompt": "Why so?"}),
    )
    .await;

    let path = project.attempt(root, text(&generation["generation"]["id"]));
    let cancelled = owner.post(&format!("{path}/cancel"), json!({})).await;
    assert!(cancelled.status.is_success());

    let id = text(&child["node"]["id"]).to_owned();
    let ended = generated(&owner, project, &id).await;
    assert_eq!(ended["status"], "ERROR");
    let path = project.attempt(&id, text(&child["generation"]["id"]));
    let attempt = owner.get(&path).await.expect(200);
    assert_eq!(attempt["error"]["code"], "answer_above_missing");
    assert_eq!(provider.asked().len(), 1);
    app.jobs_done().await;
}

#[tokio::test]
async fn a_follow_up_goes_on_once_what_it_waited_for_is_out_of_its_context() {
    let provider = Provider::start().await;
    provider.then([Reply::Stream(vec![Beat::Hang])]);
    provider.usually(Reply::text("Yes."));
    let app = with_models(&provider, &["one"], |_| {}).await;
    let (project, owner, []) = app.project([]).await;
    let root = owner.create_node(project, "What is it?").await;
    owner.generate(project, root, json!({})).await;
    until("the model is asked", async || provider.times_asked() == 1).await;
    let child = follow_up(
        &owner,
        &project.followups(root),
        json!({"prompt": "Why so?"}),
    )
    .await;
    let edge = project.edge(text(&child["node"]["edges"][0]["id"]));

    owner
        .patch(&edge, json!({"policy": "EXCLUDE"}))
        .await
        .expect(200);

    let answered = generated(&owner, project, text(&child["node"]["id"])).await;
    assert_eq!(answered["status"], "COMPLETED");
}

#[tokio::test]
async fn what_is_quoted_begins_the_question_and_says_where_it_stood() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let body =
        json!({"prompt": "Tell", "position": {"x": 0, "y": 0}, "response": "Salt\nand été."});
    let root = owner.post(&project.nodes(), body).await.expect(201);
    let root = text(&root["id"]);
    let at = project.followups(root);

    let body = json!({"prompt": "What is it?", "quote": "and été", "ask": false});
    let added = follow_up(&owner, &at, body).await;
    let lines = json!({"prompt": "Both?", "quote": "Salt\nand été", "ask": false});
    let lines = follow_up(&owner, &at, lines).await;

    assert_eq!(added["generation"], Value::Null);
    assert_eq!(added["node"]["status"], "IDLE");
    assert_eq!(added["node"]["prompt"], "> and été\n\nWhat is it?");
    let quote = json!({"nodeId": root, "text": "and été", "begin": 5});
    assert_eq!(added["node"]["metadata"]["quote"], quote);
    assert_eq!(lines["node"]["prompt"], "> Salt\n> and été\n\nBoth?");
}

#[tokio::test]
async fn a_follow_up_sent_twice_is_one_over_rest_and_in_a_batch() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let root = owner.create_node(project, "Which?").await;
    let key = [("idempotency-key", "a follow-up, once")];
    let body = json!({"prompt": "Why?"});
    let at = project.followups(root);

    let first = owner.send(Method::POST, &at, &key, body.clone()).await;
    let again = owner.send(Method::POST, &at, &key, body).await;
    let (first, again) = (first.expect(201), again.expect(201));

    assert_eq!(first["node"]["id"], again["node"]["id"]);
    let ops = json!({"ops": [
        {"id": "0196a000-0000-7000-8000-000000000001", "op": "node.followup",
            "data": {"nodeId": root, "prompt": "In a batch?", "ask": false}},
    ]});
    let done = owner.post(&project.ops(), ops.clone()).await.expect(200);
    let again = owner.post(&project.ops(), ops).await.expect(200);
    assert_eq!(done["seq"], again["seq"]);
    let nodes = owner.get(&project.nodes()).await.expect(200);
    assert_eq!(nodes["items"].as_array().map(Vec::len), Some(3));
    app.jobs_done().await;
}

#[tokio::test]
async fn a_follow_up_without_words_is_refused_and_leaves_nothing_behind() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let root = owner.create_node(project, "Which?").await;

    let refused = owner
        .post(&project.followups(root), json!({"prompt": " "}))
        .await;

    refused.problem(422, "invalid");
    let nodes = owner.get(&project.nodes()).await.expect(200);
    assert_eq!(nodes["items"].as_array().map(Vec::len), Some(1));
}

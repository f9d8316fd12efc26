//! Summaries: the beginning of an answer at once, a model's words for it a little later.

use kernel::Role;
use serde_json::{Value, json};

use super::with_models;
use crate::kit::{Beat, Listener, Paths, Provider, Reply, until};

#[tokio::test]
async fn an_answer_is_summarised_by_its_model_where_that_is_set_up() {
    let provider = Provider::start().await;
    provider.then([
        Reply::text("It is a long story. Then it goes on."),
        Reply::Stream(vec![
            Beat::Text("A story.".to_owned()),
            Beat::Finish("stop"),
            Beat::Usage(100, 0, 3),
            Beat::Done,
        ]),
    ]);
    let app = with_models(&provider, &["one"], |settings| {
        settings.providers[0].models[0].summaries = true;
    })
    .await;
    let (project, owner, [viewer]) = app.project([Role::Viewer]).await;
    let mut viewing = Listener::begin(&viewer, project).await;
    let node = owner.create_node(project, "What happened?").await;

    let answered = owner.answer(project, node).await;

    assert_eq!(answered["response"], "It is a long story. Then it goes on.");
    let path = project.node(node);
    until("the summary is there", async || {
        owner.get(&path).await.expect(200)["summary"] == "A story."
    })
    .await;
    let asked = &provider.asked()[1].body;
    assert_eq!(asked["messages"][1]["content"], answered["response"]);
    // What it cost is part of what the answer cost.
    let attempts = owner.get(&format!("{path}/generations")).await.expect(200);
    assert_eq!(
        attempts["items"][0]["tokens"],
        json!({"input": 110, "cached": 4, "output": 5})
    );
    let (seq, hash) = owner.state(project).await;
    viewing.follow_until(seq).await;
    assert_eq!(viewing.copy.hash(), hash);
}

#[tokio::test]
async fn a_model_that_cannot_summarise_leaves_the_beginning_of_the_answer() {
    let provider = Provider::start().await;
    provider.then([Reply::text("First this. Then that.")]);
    provider.usually(Reply::status(500));
    let app = with_models(&provider, &["one"], |settings| {
        settings.providers[0].models[0].summaries = true;
    })
    .await;
    let (project, owner, []) = app.project([]).await;
    let node = owner.create_node(project, "What happened?").await;

    let answered = owner.answer(project, node).await;

    assert_eq!(answered["summary"], "First this. Then that.");
    until("the summary was tried", async || {
        provider.times_asked() == 4
    })
    .await;
    let path = project.node(node);
    let now = owner.get(&path).await.expect(200);
    assert_eq!(
        (&now["status"], &now["summary"]),
        (&json!("COMPLETED"), &answered["summary"])
    );
}

#[tokio::test]
async fn a_server_that_stops_leaves_a_summary_to_the_next_one() {
    let provider = Provider::start().await;
    provider.then([
        Reply::text("It is a long story. Then it goes on."),
        Reply::Stream(vec![Beat::Text("A st".to_owned()), Beat::Hang]),
        Reply::text("A story."),
    ]);
    let app = with_models(&provider, &["one"], |settings| {
        settings.providers[0].models[0].summaries = true;
        // Whoever waits for the end of the lease waits too long.
        settings.jobs.lease_ms = 600_000;
    })
    .await;
    let (project, owner, []) = app.project([]).await;
    let node = owner.create_node(project, "What happened?").await;
    owner.answer(project, node).await;
    until("a summary is asked for", async || {
        provider.times_asked() == 2
    })
    .await;

    let app = app.restart().await;

    let owner = app.log_in("owner").await;
    let path = project.node(node);
    until("the summary is there", async || {
        owner.get(&path).await.expect(200)["summary"] == "A story."
    })
    .await;
    provider.asked()[1].hung_up().await;
}

#[tokio::test]
async fn the_owner_hears_of_a_key_that_a_provider_refuses_whatever_they_look_at() {
    let provider = Provider::start().await;
    provider.usually(Reply::status(403));
    let app = with_models(&provider, &["one"], |_| {}).await;
    let (project, owner, [editor]) = app.project([Role::Editor]).await;
    let mut socket = owner.socket().await;
    let node = editor.create_node(project, "May I?").await;

    editor.answer(project, node).await;

    let told: Value = socket.next_of("notification").await;
    let note = &told["notification"];
    assert_eq!(
        (&note["type"], &note["nodeId"]),
        (&json!("NODE_ERROR"), &json!(node))
    );
    assert_eq!(note["data"]["code"], "provider_refused_key");
    assert_eq!(note["priority"], "URGENT");
}

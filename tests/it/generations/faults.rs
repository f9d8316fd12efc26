//! What people see when providers fail: rows B9 to B12, over the whole way.

use serde_json::{Value, json};

use super::{SOON, with_models};
use crate::kit::{Beat, Client, Paths, Provider, Reply, TestApp, generated};

/// Answers are kept, and looked after, every second.
const LONGER_THAN_A_BEAT_MS: u64 = 1_500;

async fn last_attempt(client: &Client, project: kernel::ProjectId, node: kernel::NodeId) -> Value {
    let path = project.generations(node);
    client.get(&path).await.expect(200)["items"][0].clone()
}

fn tries(attempt: &Value) -> Vec<(String, String)> {
    let tries = attempt["tries"].as_array().expect("a list").iter();
    let word = |tried: &Value, field: &str| tried[field].as_str().expect("a word").to_owned();
    tries
        .map(|tried| (word(tried, "model"), word(tried, "outcome")))
        .collect()
}

#[tokio::test]
async fn b9_a_provider_that_is_too_busy_is_asked_again_when_it_says() {
    let provider = Provider::start().await;
    provider.then([Reply::rate_limited("0"), Reply::text("Now.")]);
    let app = with_models(&provider, &["one"], |_| {}).await;
    let (project, owner, []) = app.project([]).await;
    let node = owner.create_node(project, "When?").await;

    let now = owner.answer(project, node).await;

    assert_eq!(now["response"], "Now.");
    let attempt = last_attempt(&owner, project, node).await;
    let outcomes: Vec<_> = tries(&attempt)
        .into_iter()
        .map(|(_, outcome)| outcome)
        .collect();
    assert_eq!(outcomes, ["rate_limited", "answered"]);
}

#[tokio::test]
async fn b10_when_a_model_is_away_the_project_falls_back_on_another_and_says_which_answered() {
    let provider = Provider::start().await;
    provider.then([
        Reply::status(503),
        Reply::status(503),
        Reply::status(503),
        Reply::text("Here."),
    ]);
    let app = with_models(&provider, &["one", "two"], |_| {}).await;
    let (project, owner, []) = app.project([]).await;
    let path = project.path();
    let fallback = json!({"model": "scripted/one", "fallbackModels": ["scripted/two"]});
    owner.patch(&path, fallback).await.ok();
    let node = owner.create_node(project, "Where?").await;

    let now = owner.answer(project, node).await;

    assert_eq!(
        (&now["response"], &now["llmModel"]),
        (&json!("Here."), &json!("scripted/two"))
    );
    let attempt = last_attempt(&owner, project, node).await;
    assert_eq!(
        (&attempt["model"], &attempt["answeredBy"]),
        (&json!("scripted/one"), &json!("scripted/two"))
    );
    assert_eq!(tries(&attempt).len(), 4);
    let models = owner.get("/models").await.expect(200);
    let one = models["items"].as_array().expect("a list").iter();
    let one = one
        .clone()
        .find(|model| model["id"] == "scripted/one")
        .expect("it is listed");
    assert_eq!(one["health"]["failureCount"], 3);
    // The answer rests on what was sent to the model that answered: it is not stale.
    assert_eq!(now["status"], "COMPLETED");
}

#[tokio::test]
async fn b10_a_refused_key_is_not_tried_again_and_the_node_says_what_to_do() {
    let provider = Provider::start().await;
    provider.usually(Reply::status(401));
    let app = with_models(&provider, &["one"], |_| {}).await;
    let (project, owner, []) = app.project([]).await;
    let node = owner.create_node(project, "May I?").await;

    let now = owner.answer(project, node).await;

    assert_eq!(
        (&now["status"], &now["response"]),
        (&json!("ERROR"), &Value::Null)
    );
    let attempt = last_attempt(&owner, project, node).await;
    assert_eq!(attempt["error"]["code"], "provider_refused_key");
    assert_eq!(provider.times_asked(), 1);
}

#[tokio::test]
async fn b11_an_answer_that_stalls_is_kept_as_far_as_it_came_and_marked() {
    let provider = Provider::start().await;
    provider.usually(Reply::Stream(vec![
        Beat::Text("Half of".to_owned()),
        Beat::Hang,
    ]));
    let app = with_models(&provider, &["one"], |settings| {
        settings.generation.idle_ms = u64::try_from(SOON.as_millis()).expect("short");
    })
    .await;
    let (project, owner, []) = app.project([]).await;
    let node = owner.create_node(project, "All of it?").await;

    let now = owner.answer(project, node).await;

    assert_eq!(
        (&now["status"], &now["response"]),
        (&json!("ERROR"), &json!("Half of"))
    );
    let attempt = last_attempt(&owner, project, node).await;
    assert_eq!(attempt["error"]["code"], "provider_stalled");
    assert_eq!(attempt["text"], "Half of");
    // It cost what it cost.
    assert!(attempt["tokens"]["input"].as_i64().expect("a count") > 0);
}

#[tokio::test]
async fn b11_silence_that_outlasts_the_beat_of_keeping_ends_an_answer_too() {
    let provider = Provider::start().await;
    provider.usually(Reply::Stream(vec![
        Beat::Text("Half of".to_owned()),
        Beat::Hang,
    ]));
    let app = with_models(&provider, &["one"], |settings| {
        settings.generation.idle_ms = LONGER_THAN_A_BEAT_MS;
    })
    .await;
    let (project, owner, []) = app.project([]).await;
    let node = owner.create_node(project, "All of it?").await;

    let now = owner.answer(project, node).await;

    assert_eq!(
        (&now["status"], &now["response"]),
        (&json!("ERROR"), &json!("Half of"))
    );
    let attempt = last_attempt(&owner, project, node).await;
    assert_eq!(attempt["error"]["code"], "provider_stalled");
}

#[tokio::test]
async fn b9_a_model_that_is_left_alone_is_not_asked_even_if_there_is_no_other() {
    let provider = Provider::start().await;
    provider.usually(Reply::status(503));
    let app = with_models(&provider, &["one"], |settings| {
        settings.generation.breaker_failures = 2;
    })
    .await;
    let (project, owner, []) = app.project([]).await;
    let mut outcomes = Vec::new();
    for _ in 0..3 {
        let node = owner.create_node(project, "Anyone?").await;
        assert_eq!(owner.answer(project, node).await["status"], "ERROR");
        let attempt = last_attempt(&owner, project, node).await;
        assert_eq!(attempt["error"]["code"], "provider_unavailable");
        outcomes.push(tries(&attempt));
    }

    let tried = |outcome: &str| ("scripted/one".to_owned(), outcome.to_owned());
    let failed = tried("provider_unavailable");
    let skipped = [tried("skipped")];
    assert_eq!(outcomes[0], [failed.clone(), failed]);
    assert_eq!((&*outcomes[1], &*outcomes[2]), (&skipped[..], &skipped[..]));
    assert_eq!(provider.times_asked(), 2);
}

#[tokio::test]
async fn b12_what_is_no_stream_ends_in_an_error_that_never_shows_it() {
    for reply in [
        Reply::html(),
        Reply::Stream(vec![
            Beat::Raw("data: {broken canary\n\n".to_owned()),
            Beat::Done,
        ]),
    ] {
        let provider = Provider::start().await;
        provider.usually(reply);
        let app = with_models(&provider, &["one"], |_| {}).await;
        let (project, owner, []) = app.project([]).await;
        let node = owner.create_node(project, "Eh?").await;

        let now = owner.answer(project, node).await;

        assert_eq!(now["status"], "ERROR");
        let attempt = last_attempt(&owner, project, node).await;
        assert_eq!(attempt["error"]["code"], "provider_protocol");
        assert!(!attempt.to_string().contains("canary") && !attempt.to_string().contains("<html"));
    }
}

#[tokio::test]
async fn a_good_answer_is_not_given_up_for_half_of_another() {
    let provider = Provider::start().await;
    provider.then([
        Reply::text("Whole."),
        Reply::Stream(vec![Beat::Text("Ha".to_owned()), Beat::Cut]),
    ]);
    let app = with_models(&provider, &["one"], |_| {}).await;
    let (project, owner, []) = app.project([]).await;
    let node = owner.create_node(project, "All?").await;
    owner.answer(project, node).await;

    owner.generate(project, node, json!({"force": true})).await;
    let now = generated(&owner, project, node).await;

    assert_eq!(
        (&now["status"], &now["response"]),
        (&json!("ERROR"), &json!("Whole."))
    );
    assert_eq!(last_attempt(&owner, project, node).await["text"], "Ha");
}

#[tokio::test]
async fn b10_a_provider_that_is_not_there_is_tried_three_times() {
    let nowhere = Provider::nowhere().await;
    let app = TestApp::with(|settings| {
        settings.provider.openai_base_url = Some(nowhere);
        settings.generation.default_model = Some("openai/any".to_owned());
    })
    .await;
    let (project, owner, []) = app.project([]).await;
    let node = owner.create_node(project, "Anyone?").await;

    let now = owner.answer(project, node).await;

    assert_eq!(now["status"], "ERROR");
    let attempt = last_attempt(&owner, project, node).await;
    assert_eq!(attempt["error"]["code"], "provider_unavailable");
    assert_eq!(tries(&attempt).len(), 3);
}

#[tokio::test]
async fn b11_silence_and_an_answer_without_end_have_limits_of_their_own() {
    let provider = Provider::start().await;
    provider.then([Reply::Silence, Reply::Silence, Reply::Silence]);
    provider.usually(Reply::Stream(vec![Beat::Endless("more ".to_owned())]));
    let app = with_models(&provider, &["one"], |settings| {
        settings.generation.first_byte_ms = u64::try_from(SOON.as_millis()).expect("short");
        settings.generation.output_bytes_max = 20_000;
    })
    .await;
    let (project, owner, []) = app.project([]).await;
    let silent = owner.create_node(project, "Hello?").await;
    let endless = owner.create_node(project, "Stop?").await;

    owner.answer(project, silent).await;
    let attempt = last_attempt(&owner, project, silent).await;
    assert_eq!(attempt["error"]["code"], "provider_timeout");

    owner.answer(project, endless).await;
    let attempt = last_attempt(&owner, project, endless).await;
    assert_eq!(attempt["error"]["code"], "too_large");
    let kept = attempt["text"].as_str().expect("a text").len();
    assert!((1..=20_000).contains(&kept), "{kept} bytes are kept");
}

#[tokio::test]
async fn b12_an_error_in_the_middle_of_a_stream_keeps_what_came() {
    let provider = Provider::start().await;
    provider.usually(Reply::Stream(vec![
        Beat::Text("Well,".to_owned()),
        Beat::Chunk(json!({"error": {"code": 502, "message": "canary"}})),
        Beat::Done,
    ]));
    let app = with_models(&provider, &["one"], |_| {}).await;
    let (project, owner, []) = app.project([]).await;
    let node = owner.create_node(project, "And?").await;

    let now = owner.answer(project, node).await;

    assert_eq!(
        (&now["status"], &now["response"]),
        (&json!("ERROR"), &json!("Well,"))
    );
    let attempt = last_attempt(&owner, project, node).await;
    assert!(!attempt.to_string().contains("canary"), "{attempt}");
}

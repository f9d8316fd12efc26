//! Whatever a provider does, an interaction ends, says why, and costs what was heard.

use std::time::Duration;

use serde_json::{Value, json};

use super::{ended, events, say, send, spent, with_voice};
use crate::kit::{
    Beat, Paths, Provider, Reply, TestApp,
    files::{form, wav},
    text,
};

fn words(words: &str) -> Beat {
    Beat::Chunk(json!({"type": "transcript.text.delta", "delta": words}))
}

async fn impatient(provider: &Provider) -> TestApp {
    with_voice(provider, |settings| {
        settings.generation.first_byte_ms = 400;
        settings.generation.idle_ms = 400;
        settings.generation.output_bytes_max = 10_000;
        settings.voice.total_ms = 1_500;
        settings.voice.per_minute = 1_000;
    })
    .await
}

#[tokio::test]
async fn every_fault_of_a_provider_has_a_code_and_shows_nothing_that_it_said() {
    let provider = Provider::start().await;
    let app = impatient(&provider).await;
    let (project, owner, []) = app.project([]).await;
    let often = (0..40).flat_map(|_| [words("x "), Beat::Pause(Duration::from_millis(100))]);
    let said = json!({"type": "error", "error": {"code": "rate_limit_exceeded"}});
    let overloaded = json!({"type": "error", "error": {"type": "server_error"}});
    for (reply, code) in [
        (Reply::status(401), "provider_refused_key"),
        (Reply::status(403), "provider_refused_key"),
        (Reply::rate_limited("1"), "rate_limited"),
        (Reply::status(503), "provider_unavailable"),
        (Reply::status(404), "request_rejected"),
        (Reply::status(413), "too_large"),
        (Reply::html(), "provider_protocol"),
        (Reply::Silence, "provider_timeout"),
        (
            Reply::Stream(vec![words("Rain "), Beat::Hang]),
            "provider_stalled",
        ),
        (
            Reply::Stream(vec![words("Rain "), Beat::Cut]),
            "provider_unavailable",
        ),
        (Reply::Stream(vec![words("Rain ")]), "provider_protocol"),
        (Reply::Stream(vec![Beat::Chunk(said)]), "rate_limited"),
        (
            Reply::Stream(vec![Beat::Chunk(overloaded)]),
            "provider_unavailable",
        ),
        (
            Reply::Stream(vec![Beat::Raw("data: canary\n\n".to_owned())]),
            "provider_protocol",
        ),
        (Reply::Stream(vec![words(&"x".repeat(20_000))]), "too_large"),
        (Reply::Stream(often.collect()), "too_long"),
    ] {
        provider.then([reply.clone()]);
        let failed = say(&owner, project, 1).await.expect(201);
        assert_eq!(failed["status"], "FAILED", "{reply:?}");
        assert_eq!(failed["error"], code, "{reply:?}");
        assert!(!failed.to_string().contains("canary"), "{failed}");
    }
}

#[tokio::test]
async fn what_was_heard_before_a_break_is_kept_and_paid_and_the_end_of_the_stream_says_so() {
    let provider = Provider::start().await;
    let app = impatient(&provider).await;
    let (project, owner, []) = app.project([]).await;
    provider.then([Reply::Stream(vec![
        words("Rain "),
        words("falls"),
        Beat::Cut,
    ])]);

    let form = form(&[("projectId", &project.to_string())], "said.wav", &wav(2));
    let answer = send(&owner, form, "text/event-stream").await;

    let events = events(&answer);
    let (name, end) = events.last().expect("an end");
    assert_eq!(name, "end");
    assert_eq!(
        (&end["status"], &end["error"]),
        (&json!("FAILED"), &json!("provider_unavailable"))
    );
    assert_eq!(end["text"], "Rain falls");
    assert_eq!(spent(&owner, project).await, 0.02);
}

#[tokio::test]
async fn who_owns_the_project_hears_of_a_refused_key_once_a_day() {
    let provider = Provider::start().await;
    let app = impatient(&provider).await;
    let (project, owner, [editor]) = app.project([kernel::Role::Editor]).await;
    provider.usually(Reply::status(401));

    for _ in 0..2 {
        let said = say(&editor, project, 1).await.expect(201);
        assert_eq!(said["error"], "provider_refused_key");
    }
    app.jobs_done().await;

    let told = owner.get("/notifications").await.ok();
    let told: Vec<&Value> = told["items"]
        .as_array()
        .expect("a list")
        .iter()
        .filter(|notice| notice["type"] == "NODE_ERROR")
        .collect();
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0]["priority"], "URGENT");
    assert_eq!(told[0]["data"]["code"], "provider_refused_key");
    assert_eq!(told[0]["data"]["model"], "scripted/ear");
}

#[tokio::test]
async fn reading_that_breaks_breaks_the_sound_and_is_not_kept() {
    let provider = Provider::start().await;
    let app = impatient(&provider).await;
    let (project, owner, []) = app.project([]).await;
    let node = json!({"prompt": "?", "response": "Rain.", "position": {"x": 0, "y": 0}});
    let node = owner.post(&project.nodes(), node).await.expect(201);
    let asked = json!({"projectId": project, "nodeId": node["id"]});
    let raw = |text: &str| Beat::Raw(text.to_owned());
    for (reply, code) in [
        (Reply::status(401), "provider_refused_key"),
        (Reply::status(429), "rate_limited"),
        (Reply::html(), "provider_protocol"),
        (Reply::Silence, "provider_timeout"),
        (
            Reply::Sound(vec![raw("sound"), Beat::Cut]),
            "provider_unavailable",
        ),
        (
            Reply::Sound(vec![raw("sound"), Beat::Hang]),
            "provider_stalled",
        ),
    ] {
        provider.then([reply.clone()]);
        let begun = owner.post("/voice/speech", asked.clone()).await.expect(202);
        let url = format!("http://{}{}", owner.address(), text(&begun["audioUrl"]));
        // A connection that breaks at once has no answer at all.
        let is_whole = match reqwest::get(url).await {
            Ok(heard) => heard.status() == 200 && heard.bytes().await.is_ok(),
            Err(_) => false,
        };
        assert!(!is_whole, "{reply:?}");
        let end: Value = ended(&owner, &begun["id"]).await;
        assert_eq!(end["error"], code, "{reply:?}");
        assert_eq!(end["audioUrl"], json!(null));
    }
}

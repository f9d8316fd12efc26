//! What is refused before anybody is asked, and what it costs.

use kernel::Role;
use serde_json::json;

use super::{say, send, spent, with_voice};
use crate::kit::{
    Beat, Paths, Provider, Reply, TestApp,
    files::{fields, form, wav},
    text, until,
};

#[tokio::test]
async fn a_server_without_a_voice_says_what_to_set() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let node = json!({"prompt": "?", "response": "Rain.", "position": {"x": 0, "y": 0}});
    let node = owner.post(&project.nodes(), node).await.expect(201);

    let offer = owner.get("/voice").await.ok();
    assert_eq!(offer["transcriptionModel"], json!(null));
    assert_eq!(offer["speechModel"], json!(null));
    let problem = say(&owner, project, 1).await.problem(409, "conflict");
    let detail = text(&problem["detail"]);
    assert!(detail.contains("voice.transcription_model"), "{detail}");
    let asked = json!({"projectId": project, "nodeId": node["id"]});
    let problem = owner.post("/voice/speech", asked).await;
    let problem = problem.problem(409, "conflict");
    assert!(text(&problem["detail"]).contains("voice.speech_model"));
    assert_eq!(app.rows_of("voice_interactions", project).await, 0);
}

#[tokio::test]
async fn what_is_no_recording_too_large_or_too_long_is_refused_before_anybody_hears_it() {
    let provider = Provider::start().await;
    let app = with_voice(&provider, |settings| {
        settings.voice.audio_bytes_max = 100_000;
        settings.voice.audio_seconds_max = 5;
    })
    .await;
    let (project, owner, [editor, member, viewer]) = app
        .project([Role::Editor, Role::Member, Role::Viewer])
        .await;
    let stranger = app.register("stranger").await;

    say(&owner, project, 7)
        .await
        .problem(413, "payload_too_large");
    let problem = say(&owner, project, 6).await.problem(422, "invalid");
    let detail = text(&problem["errors"][0]["detail"]);
    assert!(detail.contains("lasts 6 s, and may last 5 s"), "{detail}");
    let id = project.to_string();
    let with = |name: &str, value: &str| form(&[("projectId", &id), (name, value)], "x", &wav(1));
    for (form, status, code) in [
        (
            form(&[("projectId", &id)], "x.wav", b"no sound"),
            415,
            "unsupported_media_type",
        ),
        (
            form(&[("projectId", &id)], "x.wav", b""),
            415,
            "unsupported_media_type",
        ),
        (form(&[], "x.wav", &wav(1)), 422, "invalid"),
        (fields(&[("projectId", &id)]), 422, "invalid"),
        (with("language", "French"), 422, "invalid"),
        (with("nodeId", &id), 404, "not_found"),
        (with("model", "other"), 422, "invalid"),
    ] {
        let refused = send(&owner, form, "application/json").await;
        refused.problem(status, code);
    }
    say(&member, project, 1).await.problem(403, "forbidden");
    say(&viewer, project, 1).await.problem(403, "forbidden");
    say(&stranger, project, 1).await.problem(404, "not_found");
    assert_eq!(provider.times_asked(), 0);
    assert_eq!(app.rows_of("voice_interactions", project).await, 0);

    provider.usually(Reply::heard(&["Rain."], 1.0));
    say(&editor, project, 1).await.expect(201);
}

#[tokio::test]
async fn what_a_recording_may_cost_is_reserved_and_what_it_did_not_cost_is_free_again() {
    let provider = Provider::start().await;
    let app = with_voice(&provider, |_| {}).await;
    let (project, owner, []) = app.project([]).await;
    // Three seconds, and a bit.
    let budget = json!({"items": [{"userId": null, "period": "DAY", "costMax": 0.035}]});
    owner.put(&project.budgets(), budget).await.ok();

    say(&owner, project, 4)
        .await
        .problem(402, "budget_exceeded");
    assert_eq!(provider.times_asked(), 0);

    provider.then([Reply::status(500), Reply::heard(&["Rain."], 1.0)]);
    let failed = say(&owner, project, 3).await.expect(201);
    assert_eq!(failed["error"], "provider_unavailable");
    assert_eq!(spent(&owner, project).await, 0.0);
    say(&owner, project, 3).await.expect(201);
    assert_eq!(spent(&owner, project).await, 0.01);
    say(&owner, project, 3)
        .await
        .problem(402, "budget_exceeded");
}

#[tokio::test]
async fn one_person_has_only_so_much_on_its_way_and_begins_only_so_much_a_minute() {
    let provider = Provider::start().await;
    let app = with_voice(&provider, |settings| {
        settings.voice.at_once_per_person = 1;
        settings.voice.per_minute = 2;
        settings.rates.enabled = true;
    })
    .await;
    let (project, owner, [editor]) = app.project([Role::Editor]).await;
    let go_on = std::sync::Arc::new(tokio::sync::Notify::new());
    let Reply::Stream(mut beats) = Reply::heard(&["Rain."], 1.0) else {
        unreachable!();
    };
    beats.insert(1, Beat::Until(go_on.clone()));
    provider.then([Reply::Stream(beats)]);
    provider.usually(Reply::heard(&["Sea."], 1.0));

    let first = async { say(&owner, project, 1).await.expect(201) };
    let meanwhile = async {
        until("it is being heard", async || provider.times_asked() == 1).await;
        let second = say(&owner, project, 1).await;
        second.problem(429, "rate_limited");
        say(&editor, project, 1).await.expect(201);
        go_on.notify_one();
    };
    let (first, ()) = futures::join!(first, meanwhile);
    assert_eq!(first["text"], "Rain.");

    say(&owner, project, 1).await.expect(201);
    say(&owner, project, 1).await.problem(429, "rate_limited");
}

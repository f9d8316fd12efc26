//! Voice: speech becomes text, answers are read aloud, both within budgets, and nobody else's.

mod faults;
mod kills;
mod limits;
mod reading;

use kernel::ProjectId;
use platform::{
    Settings,
    settings::{ModelEntry, ProviderEntry},
};
use reqwest::Method;
use serde_json::{Value, json};

use crate::kit::{
    Answer, Client, PASSWORD, Paths, Provider, Reply, TestApp,
    files::{self, form, form_type, wav},
    text, until,
};

/// A server whose provider hears for a cent a second and reads for a tenth of a cent a character.
async fn with_voice(provider: &Provider, change: impl FnOnce(&mut Settings)) -> TestApp {
    let entry = ProviderEntry {
        name: "scripted".to_owned(),
        base_url: provider.base_url(),
        api_key: Some("a key".replace(' ', "-").as_str().into()),
        api_key_file: None,
        models: vec![ModelEntry::unknown("writer")],
    };
    TestApp::with(|settings| {
        settings.providers = vec![entry];
        settings.voice.transcription_model = Some("scripted/ear".to_owned());
        settings.voice.transcription_price = 0.6;
        settings.voice.speech_model = Some("scripted/reader".to_owned());
        settings.voice.speech_price = 1_000.0;
        settings.voice.voices = "sea, rain".to_owned();
        // What fails here fails often.
        settings.generation.breaker_failures = 1_000;
        change(settings);
    })
    .await
}

async fn send(by: &Client, form: Vec<u8>, accept: &str) -> Answer {
    let kind = form_type();
    let headers = [("content-type", kind.as_str()), ("accept", accept)];
    by.send_bytes(Method::POST, "/voice/transcriptions", &headers, form)
        .await
}

/// Says so many seconds of nothing, and hears what came of it.
async fn say(by: &Client, project: ProjectId, seconds: u32) -> Answer {
    let form = form(
        &[("projectId", &project.to_string())],
        "said.wav",
        &wav(seconds),
    );
    send(by, form, "application/json").await
}

/// The events of an answer, as they came.
fn events(answer: &Answer) -> Vec<(String, Value)> {
    let blocks = answer.text.split("\n\n");
    let of = |block: &str, field: &str| {
        let mut lines = block.lines();
        let found = lines.find_map(|line| line.strip_prefix(field));
        found.unwrap_or_default().trim().to_owned()
    };
    blocks
        .filter(|block| block.contains("data:"))
        .map(|block| {
            let data = serde_json::from_str(&of(block, "data:")).expect("it is JSON");
            (of(block, "event:"), data)
        })
        .collect()
}

async fn interaction(by: &Client, id: &Value) -> Value {
    by.get(&format!("/voice/{}", text(id))).await.ok()
}

/// The interaction once it is over.
async fn ended(by: &Client, id: &Value) -> Value {
    until("it is over", async || {
        let now = interaction(by, id).await;
        ["COMPLETED", "FAILED"].contains(&text(&now["status"]))
    })
    .await;
    interaction(by, id).await
}

async fn spent(by: &Client, project: ProjectId) -> f64 {
    let usage = by.get(&project.usage()).await.ok();
    usage["own"][0]["spent"]["cost"]
        .as_f64()
        .expect("an amount")
}

#[tokio::test]
async fn words_come_while_a_recording_is_heard_and_the_whole_is_kept_for_who_spoke() {
    let provider = Provider::start().await;
    let app = with_voice(&provider, |_| {}).await;
    let (project, owner, [editor]) = app.project([kernel::Role::Editor]).await;
    provider.then([Reply::heard(&["Rain ", "falls."], 2.5)]);
    let node = owner.create_node(project, "What falls?").await;

    let form = form(
        &[
            ("projectId", &project.to_string()),
            ("nodeId", &node.to_string()),
            ("language", "fr"),
        ],
        "said.wav",
        &wav(3),
    );
    let answer = send(&owner, form, "text/event-stream").await;

    assert_eq!(answer.header("content-type"), "text/event-stream");
    let events = events(&answer);
    let names: Vec<&str> = events.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["begin", "delta", "delta", "end"]);
    let [(_, begun), (_, first), (_, second), (_, end)] = events.as_slice() else {
        unreachable!();
    };
    assert_eq!(begun["status"], "PENDING");
    assert_eq!(
        (&first["text"], &second["text"]),
        (&json!("Rain "), &json!("falls."))
    );
    assert_eq!(end["status"], "COMPLETED", "{end}");
    assert_eq!(end["type"], "SPEECH_TO_TEXT");
    assert_eq!(end["text"], "Rain falls.");
    assert_eq!(end["duration"], 2.5);
    assert_eq!(end["language"], "fr");
    assert_eq!(end["nodeId"], json!(node));
    assert_eq!(end["userId"], json!(owner.user_id()));
    assert_eq!(end["metadata"]["cost"], 0.025);
    assert_eq!(end["metadata"]["model"], "scripted/ear");
    assert_eq!(interaction(&owner, &end["id"]).await, *end);
    let by_model = format!("{}?by=model&node={node}", project.usage());
    let usage = owner.get(&by_model).await.ok();
    assert_eq!(usage["items"][0]["key"], "scripted/ear", "{usage}");
    assert_eq!(usage["total"]["cost"], 0.025);
    let theirs = format!("/voice/{}", text(&end["id"]));
    editor.get(&theirs).await.problem(404, "not_found");
    editor
        .get(&format!("{theirs}/audio"))
        .await
        .problem(404, "not_found");
    app.anonymous()
        .get(&theirs)
        .await
        .problem(401, "unauthenticated");

    let asked = provider.asked();
    assert_eq!(asked.len(), 1);
    assert_eq!(asked[0].authorization.as_deref(), Some("Bearer a-key"));
    let sent = String::from_utf8_lossy(&asked[0].bytes).into_owned();
    for part in [
        "\"model\"\r\n\r\near",
        "\"language\"\r\n\r\nfr",
        "recording.wav",
        "audio/wav",
        "\"stream\"\r\n\r\ntrue",
    ] {
        assert!(sent.contains(part), "{part}");
    }
}

#[tokio::test]
async fn a_provider_that_tells_a_text_whole_is_asked_so_and_the_language_is_the_persons() {
    let provider = Provider::start().await;
    let app = with_voice(&provider, |_| {}).await;
    let (project, owner, []) = app.project([]).await;
    let french = json!({"preferences": {"language": "fr"}});
    owner.patch("/users/me", french).await.ok();
    provider.then([
        Reply::status(400),
        Reply::Plain {
            status: 200,
            headers: vec![("content-type", "application/json".to_owned())],
            body: json!({"text": " Il pleut. "}).to_string(),
        },
    ]);

    let said = say(&owner, project, 3).await.expect(201);

    assert_eq!(said["status"], "COMPLETED", "{said}");
    assert_eq!(said["text"], "Il pleut.");
    assert_eq!(said["language"], "fr");
    assert_eq!(said["duration"], 3.0);
    assert_eq!(said["metadata"]["cost"], 0.03);
    let asked = provider.asked();
    assert_eq!(asked.len(), 2);
    assert!(!String::from_utf8_lossy(&asked[1].bytes).contains("\"stream\""));
}

#[tokio::test]
async fn a_file_of_the_project_is_heard_as_well_and_no_other() {
    let provider = Provider::start().await;
    let app = with_voice(&provider, |_| {}).await;
    let (project, owner, []) = app.project([]).await;
    let elsewhere = owner.create_project("Elsewhere").await;
    let file = files::read_file(&owner, project, "said.wav", &wav(1)).await;
    assert_eq!(file["type"], "AUDIO");
    let paper = files::read_file(&owner, project, "said.txt", b"words").await;
    let hear = async |project: ProjectId, file: &Value| {
        let form = files::fields(&[
            ("projectId", &project.to_string()),
            ("mediaId", text(&file["id"])),
        ]);
        send(&owner, form, "application/json").await
    };

    provider.then([Reply::heard(&["Rain."], 1.0)]);
    let said = hear(project, &file).await.expect(201);
    assert_eq!(said["text"], "Rain.");
    hear(elsewhere, &file).await.problem(404, "not_found");
    hear(project, &paper)
        .await
        .problem(415, "unsupported_media_type");
    assert_eq!(provider.times_asked(), 1);
}

#[tokio::test]
async fn words_go_with_the_account_of_who_spoke_and_what_they_cost_stays() {
    let provider = Provider::start().await;
    let app = with_voice(&provider, |_| {}).await;
    let (project, owner, [editor]) = app.project([kernel::Role::Editor]).await;
    provider.usually(Reply::heard(&["Rain."], 1.0));
    let budget = json!({"items": [{"userId": null, "period": "DAY", "costMax": 1.0}]});
    owner.put(&project.budgets(), budget).await.ok();
    say(&editor, project, 1).await.expect(201);

    let password = json!({"password": PASSWORD});
    let left = editor.send(Method::DELETE, "/users/me", &[], password);
    left.await.expect(204);
    app.sweep().await;

    let words = "SELECT count(*) AS records FROM voice_interactions WHERE text IS NOT NULL";
    assert_eq!(app.count(words, []).await, 0);
    let usage = owner.get(&project.usage()).await.ok();
    assert_eq!(usage["budgets"][0]["spent"]["cost"], 0.01);
}

#[tokio::test]
async fn what_was_said_goes_with_its_time_and_with_its_project() {
    let provider = Provider::start().await;
    let app = with_voice(&provider, |_| {}).await;
    let (project, owner, []) = app.project([]).await;
    provider.usually(Reply::heard(&["Rain."], 1.0));
    say(&owner, project, 1).await.expect(201);
    assert_eq!(app.rows_of("voice_interactions", project).await, 1);

    app.clock_shift(std::time::Duration::from_secs(91 * 86_400));
    app.sweep().await;
    assert_eq!(app.rows_of("voice_interactions", project).await, 0);

    let owner = app.log_in("owner").await;
    say(&owner, project, 1).await.expect(201);
    owner.delete(&project.path()).await.ok();
    app.clock_shift(std::time::Duration::from_secs(31 * 86_400));
    app.sweep().await;
    assert_eq!(app.rows_of("voice_interactions", project).await, 0);
}

//! Answers are read aloud.

use std::{sync::Arc, time::Duration};

use kernel::Role;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::sync::Notify;

use super::{ended, interaction, spent, with_voice};
use crate::kit::{Beat, Client, Paths, Provider, Reply, generated, text};

async fn answered(by: &Client, project: kernel::ProjectId, answer: &str) -> String {
    let node = json!({"prompt": "?", "response": answer, "position": {"x": 0, "y": 0}});
    let node = by.post(&project.nodes(), node).await.expect(201);
    text(&node["id"]).to_owned()
}

fn sound(pieces: &[&str]) -> Reply {
    let beats = pieces.iter().map(|piece| Beat::Raw((*piece).to_owned()));
    Reply::Sound(beats.collect())
}

fn url(by: &Client, view: &Value) -> String {
    format!("http://{}{}", by.address(), text(&view["audioUrl"]))
}

#[tokio::test]
async fn an_answer_is_heard_while_it_is_read_and_again_afterwards_for_a_day() {
    let provider = Provider::start().await;
    let app = with_voice(&provider, |_| {}).await;
    let (project, owner, [editor]) = app.project([Role::Editor]).await;
    let node = answered(&owner, project, "# Rain\n\nIt **falls**.").await;
    let go_on = Arc::new(Notify::new());
    let raw = |text: &str| Beat::Raw(text.to_owned());
    let beats = vec![raw("one "), Beat::Until(go_on.clone()), raw("two")];
    provider.then([Reply::Sound(beats)]);

    let asked = json!({"projectId": project, "nodeId": node, "voice": "rain"});
    let begun = owner.post("/voice/speech", asked).await.expect(202);
    assert_eq!(begun["type"], "TEXT_TO_SPEECH");
    assert_eq!(begun["text"], "Rain.\n\nIt falls.");
    let mut heard = reqwest::get(url(&owner, &begun)).await.expect("an answer");
    assert_eq!(heard.headers()["content-type"], "audio/mpeg");
    assert_eq!(
        heard.chunk().await.expect("sound").as_deref(),
        Some(&b"one "[..])
    );
    go_on.notify_one();
    assert_eq!(heard.text().await.expect("sound"), "two");

    let end = ended(&owner, &begun["id"]).await;
    assert_eq!(end["status"], "COMPLETED", "{end}");
    let chars = "Rain.\n\nIt falls.".chars().count();
    assert_eq!(
        end["metadata"]["cost"],
        json!(f64::from(u32::try_from(chars).unwrap()) / 1_000.0)
    );
    assert_eq!(end["metadata"]["voice"], "rain");
    assert_eq!(end["metadata"]["bytes"], 7);
    let sent = &provider.asked()[0].body;
    assert_eq!(
        (&sent["model"], &sent["voice"]),
        (&json!("reader"), &json!("rain"))
    );
    assert_eq!(sent["input"], "Rain.\n\nIt falls.");

    let path = format!("/voice/{}/audio", text(&end["id"]));
    let part = owner
        .send(Method::GET, &path, &[("range", "bytes=0-2")], Value::Null)
        .await;
    assert_eq!(
        (part.status, part.text.as_str()),
        (StatusCode::PARTIAL_CONTENT, "one")
    );
    assert_eq!(
        reqwest::get(url(&owner, &end))
            .await
            .unwrap()
            .text()
            .await
            .unwrap(),
        "one two"
    );
    editor.get(&path).await.problem(404, "not_found");
    app.anonymous()
        .get(&path)
        .await
        .problem(401, "unauthenticated");
    let forged = format!("{path}?token=x.y");
    app.anonymous()
        .get(&forged)
        .await
        .problem(400, "invalid_token");

    app.clock_shift(Duration::from_secs(25 * 3_600));
    let owner = app.log_in("owner").await;
    owner.get(&path).await.problem(404, "not_found");
    assert_eq!(
        interaction(&owner, &end["id"]).await["audioUrl"],
        json!(null)
    );
}

#[tokio::test]
async fn a_long_answer_is_read_in_parts_and_too_long_a_one_or_none_is_not() {
    let provider = Provider::start().await;
    let app = with_voice(&provider, |settings| {
        settings.voice.speech_chars_max = 6_000
    })
    .await;
    let (project, owner, [member]) = app.project([Role::Member]).await;
    let sentence = "Rain falls on the sea. ";
    let long = answered(&owner, project, &sentence.repeat(200)).await;
    let too_long = answered(&owner, project, &sentence.repeat(300)).await;
    let signs = answered(&owner, project, "---").await;
    let unanswered = owner.create_node(project, "?").await;
    provider.then([sound(&["one "]), sound(&["two"])]);
    let ask = async |by: &Client, node: &str, voice: &str| {
        let asked = json!({"projectId": project, "nodeId": node, "voice": voice});
        by.post("/voice/speech", asked).await
    };

    let begun = ask(&owner, &long, "sea").await.expect(202);
    assert_eq!(
        reqwest::get(url(&owner, &begun))
            .await
            .unwrap()
            .text()
            .await
            .unwrap(),
        "one two"
    );
    ended(&owner, &begun["id"]).await;
    let parts: Vec<usize> = provider
        .asked()
        .iter()
        .map(|asked| text(&asked.body["input"]).chars().count())
        .collect();
    assert_eq!(parts.len(), 2);
    assert!(parts.iter().all(|chars| *chars <= 4_000), "{parts:?}");

    let problem = ask(&owner, &too_long, "sea").await.problem(422, "invalid");
    assert!(text(&problem["detail"]).contains("6000"), "{problem}");
    ask(&owner, &signs, "sea").await.problem(409, "conflict");
    ask(&owner, &unanswered.to_string(), "sea")
        .await
        .problem(409, "conflict");
    let problem = ask(&owner, &long, "wind").await.problem(422, "invalid");
    assert!(text(&problem["detail"]).contains("sea, rain"), "{problem}");
    ask(&member, &long, "sea").await.problem(403, "forbidden");
    let nothing = owner
        .post("/voice/speech", json!({"projectId": project}))
        .await;
    nothing.problem(422, "invalid");
    assert_eq!(provider.times_asked(), 2);
}

#[tokio::test]
async fn another_attempt_is_read_as_well_and_what_it_may_cost_must_have_room() {
    let provider = Provider::start().await;
    let app = with_voice(&provider, |_| {}).await;
    let (project, owner, []) = app.project([]).await;
    let node = owner.create_node(project, "What falls?").await;
    provider.then([Reply::text("Rain falls."), Reply::text("Snow.")]);
    let first = owner.answer(project, node).await;
    let again = json!({"force": true});
    owner.generate(project, node, again).await;
    generated(&owner, project, node).await;
    let attempts = owner.get(&project.generations(node)).await.ok();
    let old = attempts["items"]
        .as_array()
        .expect("a list")
        .iter()
        .find(|attempt| attempt["text"] == first["response"])
        .expect("the first attempt");

    provider.then([sound(&["one"])]);
    let asked = json!({"projectId": project, "generationId": old["id"]});
    let begun = owner.post("/voice/speech", asked.clone()).await.expect(202);
    assert_eq!(begun["text"], "Rain falls.");
    assert_eq!(begun["nodeId"], json!(node));
    ended(&owner, &begun["id"]).await;
    assert_eq!(spent(&owner, project).await, 0.011);

    let budget = json!({"items": [{"userId": null, "period": "DAY", "costMax": 0.02}]});
    owner.put(&project.budgets(), budget).await.ok();
    let refused = owner.post("/voice/speech", asked).await;
    refused.problem(402, "budget_exceeded");
}

//! Streaming: everyone sees the same text, on every instance, whoever comes when.

use std::time::Duration;

use kernel::{ProjectId, Role};
use reqwest::Method;
use serde_json::{Value, json};

use super::with_models;
use crate::kit::{
    Beat, Client, Paths, Provider, RedisServer, Reply, Socket, TestApp, generated, on_postgres,
    patiently, text,
};

/// A reply in many words, with a pause after each so that it takes a while.
fn in_words(count: usize, pause: Duration) -> (Reply, String) {
    let words: Vec<String> = (0..count)
        .map(|number| format!("word{number} ü "))
        .collect();
    let beats = words
        .iter()
        .flat_map(|word| [Beat::Text(word.clone()), Beat::Pause(pause)])
        .chain([Beat::Finish("stop"), Beat::Done]);
    (Reply::Stream(beats.collect()), words.concat())
}

/// What a viewer has of one generation, put together from frames.
#[derive(Debug, Default)]
struct Seen {
    text: String,
    next: u64,
}

impl Seen {
    /// What a snapshot or a tail says of what runs.
    fn of(first: &Value) -> Self {
        let Some(running) = first["generations"]
            .as_array()
            .and_then(|list| list.first())
        else {
            return Self::default();
        };
        Self {
            text: running["text"].as_str().expect("a text").to_owned(),
            next: running["chunk"].as_u64().map_or(0, |chunk| chunk + 1),
        }
    }

    fn take(&mut self, delta: &Value) {
        let chunk = delta["chunk"].as_u64().expect("a number");
        let from = delta["from"].as_u64().unwrap_or(chunk);
        assert_eq!(from, self.next, "a gap or a repetition: {delta}");
        self.text.push_str(delta["text"].as_str().expect("a text"));
        self.next = chunk + 1;
    }

    /// Reads until the answer is there; what was seen before must be its beginning.
    async fn until_end(mut self, socket: &mut Socket) -> String {
        loop {
            let frame = socket.next().await.expect("the socket stays open");
            match frame["type"].as_str() {
                Some("delta") => self.take(&frame),
                Some("events") => {
                    let events = frame["events"].as_array().expect("a list");
                    let end = events.iter().find(|event| event["op"] == "generation.end");
                    if let Some(end) = end {
                        let whole = end["data"]["response"].as_str().expect("an answer");
                        assert!(
                            whole.starts_with(&self.text),
                            "{:?} and {whole:?}",
                            self.text
                        );
                        return whole.to_owned();
                    }
                }
                _ => {}
            }
        }
    }
}

#[tokio::test]
async fn two_viewers_and_one_who_comes_later_see_the_same_text_without_a_gap() {
    let provider = Provider::start().await;
    let (reply, whole) = in_words(60, Duration::from_millis(10));
    provider.usually(reply);
    let app = with_models(&provider, &["one"], |_| {}).await;
    let (project, owner, [viewer]) = app.project([Role::Viewer]).await;
    let node = owner.create_node(project, "Tell me").await;
    let (mut first, _) = owner.listen(project).await;
    let (mut second, _) = viewer.listen(project).await;
    owner.generate(project, node, json!({})).await;
    let mut seen = Seen::default();
    while seen.next < 3 {
        seen.take(&first.next_of("delta").await);
    }

    let (mut late, snapshot) = viewer.listen(project).await;
    let joined = Seen::of(&snapshot);

    assert!(whole.starts_with(&joined.text));
    assert_eq!(seen.until_end(&mut first).await, whole);
    assert_eq!(Seen::default().until_end(&mut second).await, whole);
    assert_eq!(joined.until_end(&mut late).await, whole);
    assert_eq!(
        generated(&owner, project, node).await["response"],
        whole.as_str()
    );
}

#[tokio::test]
async fn viewers_on_two_instances_see_the_same_bytes_and_one_who_was_away_misses_nothing() {
    // Several instances share a database, which SQLite does not offer.
    if !on_postgres() {
        return;
    }
    let Some(redis) = RedisServer::start().await else {
        return;
    };
    let provider = Provider::start().await;
    let (reply, whole) = in_words(80, Duration::from_millis(10));
    provider.usually(reply);
    let url = redis.url();
    let app = with_models(&provider, &["one"], |settings| {
        settings.redis_url = Some(url)
    })
    .await;
    let other = app.beside().await;
    let (project, owner, [viewer]) = app.project([Role::Viewer]).await;
    let there = other.anonymous().logged_in(&viewer.login);
    let node = owner.create_node(project, "Tell me").await;
    let (mut here, _) = owner.listen(project).await;
    let (mut first, snapshot) = there.listen(project).await;
    owner.generate(project, node, json!({})).await;
    let mut seen = Seen::default();
    while seen.next < 3 {
        seen.take(&first.next_of("delta").await);
    }

    first.break_off().await;
    let mut back = there.socket().await;
    let since = snapshot["seq"].as_i64().expect("a number");
    let tail = back.resume(project, &snapshot["epoch"], since).await;
    let resumed = Seen::of(&tail);

    assert!(whole.starts_with(&resumed.text));
    assert_eq!(Seen::default().until_end(&mut here).await, whole);
    assert_eq!(resumed.until_end(&mut back).await, whole);
    drop(other);
}

/// The events of a stream: name, id, data.
fn events(body: &str) -> Vec<(String, Option<u64>, Value)> {
    let blocks = body.split("\n\n").filter(|block| block.contains("event:"));
    blocks
        .map(|block| {
            let field = |name: &str| {
                let lines = block.lines().filter_map(|line| line.strip_prefix(name));
                lines.map(str::trim).next().map(str::to_owned)
            };
            let data = field("data:").expect("data");
            (
                field("event:").expect("a name"),
                field("id:").map(|id| id.parse().expect("a number")),
                serde_json::from_str(&data).expect("JSON"),
            )
        })
        .collect()
}

async fn stream(client: &Client, path: &str) -> Vec<(String, Option<u64>, Value)> {
    let answer = client.get(path).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let kind = answer.headers.get("content-type").expect("a type");
    assert_eq!(kind, "text/event-stream");
    events(&answer.text)
}

#[tokio::test]
async fn the_text_comes_as_server_sent_events_too_from_any_chunk_on() {
    let provider = Provider::start().await;
    let (reply, whole) = in_words(30, Duration::from_millis(10));
    provider.usually(reply);
    let app = with_models(&provider, &["one"], |_| {}).await;
    let (project, owner, []) = app.project([]).await;
    let node = owner.create_node(project, "Tell me").await;
    let started = owner.generate(project, node, json!({})).await;
    let id = started["generation"]["id"]
        .as_str()
        .expect("an id")
        .to_owned();
    let path = format!("{}/generations/{id}/stream", project.path());

    let live = stream(&owner, &path).await;

    let mut seen = Seen::default();
    let (end, deltas) = live.split_last().expect("events");
    for (name, chunk, delta) in deltas {
        assert_eq!((name.as_str(), *chunk), ("delta", delta["chunk"].as_u64()));
        seen.take(delta);
    }
    assert_eq!(seen.text, whole);
    assert_eq!(
        (end.0.as_str(), &end.2["state"]),
        ("end", &json!("COMPLETED"))
    );

    let over = stream(&owner, &format!("{path}?after={}", seen.next - 1)).await;
    assert_eq!(over.len(), 1, "nothing was missed: {over:?}");
    let unknown = stream(&owner, &format!("{path}?after={}", seen.next)).await;
    assert_eq!(unknown[0].2["text"], whole.as_str());
}

/// The pieces of a stream, from the number of their first chunk on.
fn joined(pieces: &[(String, Option<u64>, Value)]) -> (u64, String) {
    let deltas = pieces.iter().filter(|(name, ..)| name == "delta");
    let deltas: Vec<&Value> = deltas.map(|(.., delta)| delta).collect();
    let first = deltas.first().expect("a piece");
    let from = first["from"].as_u64().or(first["chunk"].as_u64());
    let words = deltas.iter().map(|delta| text(&delta["text"]));
    (from.expect("a number"), words.collect())
}

#[tokio::test]
async fn whoever_comes_back_goes_on_where_they_were_after_the_end_and_on_another_instance_too() {
    let provider = Provider::start().await;
    let (reply, whole) = in_words(30, Duration::from_millis(10));
    provider.usually(reply);
    let app = with_models(&provider, &["one"], |_| {}).await;
    let (project, owner, []) = app.project([]).await;
    let node = owner.create_node(project, "Tell me").await;
    let started = owner.generate(project, node, json!({})).await;
    let id = text(&started["generation"]["id"]);
    let path = format!("{}/generations/{id}/stream", project.path());
    let live = stream(&owner, &path).await;
    let deltas = live.iter().filter(|(name, ..)| name == "delta");
    let chunks: Vec<u64> = deltas.filter_map(|(_, chunk, _)| *chunk).collect();
    let [first, .., before_last, _] = &*chunks else {
        panic!("{live:?}");
    };
    let until = |chunk: u64| {
        let heard = live.iter().filter(|(_, number, _)| *number <= Some(chunk));
        let deltas = heard.filter(|(name, ..)| name == "delta");
        deltas
            .map(|(.., delta)| text(&delta["text"]))
            .collect::<String>()
    };

    let other = if on_postgres() {
        Some(app.beside().await)
    } else {
        None
    };
    let mut readers = vec![owner.clone()];
    readers.extend(
        other
            .iter()
            .map(|other| other.anonymous().logged_in(&owner.login)),
    );
    for reader in readers {
        for chunk in [first, before_last] {
            let last = chunk.to_string();
            let asked = stream(&reader, &format!("{path}?after={last}")).await;
            assert_eq!(joined(&asked).0, chunk + 1);
            assert_eq!(until(*chunk) + &joined(&asked).1, whole);

            let headers = [("last-event-id", last.as_str())];
            let back = reader.send(Method::GET, &path, &headers, Value::Null).await;
            assert_eq!(events(&back.text), asked);
        }
    }
}

#[tokio::test]
async fn whoever_joins_late_hears_at_once_all_that_is_said() {
    let provider = Provider::start().await;
    let (reply, whole) = in_words(60, Duration::from_millis(30));
    provider.usually(reply);
    let app = with_models(&provider, &["one"], |_| {}).await;
    let (project, owner, [viewer]) = app.project([Role::Viewer]).await;
    let node = owner.create_node(project, "Tell me").await;
    let (mut socket, _) = owner.listen(project).await;
    let started = owner.generate(project, node, json!({})).await;
    let id = text(&started["generation"]["id"]);
    let path = format!("{}/generations/{id}/stream", project.path());
    // Far from what is kept, which is the first chunk and then what was said within a second.
    let mut seen = Seen::default();
    while seen.next < 10 {
        seen.take(&socket.next_of("delta").await);
    }

    let late = stream(&viewer, &path).await;

    let first = late[0].1.expect("a number");
    assert!(first + 1 >= seen.next, "{first} and {}", seen.next);
    assert_eq!(joined(&late), (0, whole));
    let last = late.iter().filter_map(|(_, chunk, _)| *chunk).max();
    let pieces = u64::try_from(late.len()).expect("small");
    let to_come = last.expect("a number") - first;
    assert!(pieces > to_come / 2, "{pieces} pieces of {to_come} chunks");
}

#[tokio::test]
async fn whoever_loses_the_right_to_read_loses_the_stream() {
    let provider = Provider::start().await;
    provider.usually(Reply::Stream(vec![Beat::Text("So".to_owned()), Beat::Hang]));
    let app = with_models(&provider, &["one"], |_| {}).await;
    let (project, owner, [viewer]) = app.project([Role::Viewer]).await;
    let node = owner.create_node(project, "Tell me").await;
    let started = owner.generate(project, node, json!({})).await;
    let id = started["generation"]["id"]
        .as_str()
        .expect("an id")
        .to_owned();
    let path = format!("{}/generations/{id}/stream", project.path());

    let reading = viewer.get(&path);
    let removing = async {
        let path = project.member(viewer.user_id());
        owner.delete(&path).await.ok();
    };
    let (read, ()) = tokio::join!(reading, removing);

    // It ends by itself, whether the reader came before or after.
    assert!(!read.text.contains("\"end\""), "{read:?}");
    let ops = json!({"ops": [{"op": "generation.cancel", "data": {"nodeId": node}}]});
    owner.post(&project.ops(), ops).await.expect(200);
}

#[tokio::test]
async fn without_anybody_listening_the_answer_is_there_all_the_same() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let node = owner.create_node(project, "Anyone?").await;

    let now = owner.answer(project, node).await;

    assert_eq!(now["status"], "COMPLETED");
}

/// A model that begins and never ends, and an answer that is being written by it.
async fn endless(app: &TestApp) -> (ProjectId, Client, Client, String) {
    let (project, owner, [viewer]) = app.project([Role::Viewer]).await;
    let node = owner.create_node(project, "Tell me").await;
    let started = owner.generate(project, node, json!({})).await;
    let id = text(&started["generation"]["id"]);
    let path = project.at(&format!("generations/{id}/stream"));
    (project, owner, viewer, path)
}

async fn cancel_all(owner: &Client, project: ProjectId) {
    let nodes = owner.all(&project.nodes(), 50).await;
    for node in nodes.iter().filter(|node| node["status"] == "GENERATING") {
        let ops = json!({"ops": [{"op": "generation.cancel", "data": {"nodeId": node["id"]}}]});
        owner.post(&project.ops(), ops).await.expect(200);
    }
}

#[tokio::test]
async fn a_stream_ends_with_the_session_the_token_and_the_account_that_reads_it() {
    let provider = Provider::start().await;
    provider.usually(Reply::Stream(vec![Beat::Text("So".to_owned()), Beat::Hang]));
    let app = with_models(&provider, &["one"], |_| {}).await;
    let (project, owner, viewer, path) = endless(&app).await;
    let scopes = json!({"name": "robot", "scopes": ["graph"]});
    let made = viewer.post("/users/me/tokens", scopes).await.expect(201);
    let robot = viewer.with_token(text(&made["token"]));
    let token = format!("/users/me/tokens/{}", text(&made["id"]));

    // Each ends by itself, although nothing about the project changes.
    let reading = async || {
        let read = patiently("the end of the token's stream", robot.get(&path)).await;
        assert!(!read.text.contains("\"end\""), "{read:?}");
    };
    let ending = async || drop(viewer.delete(&token).await.expect(204));
    tokio::join!(reading(), ending());
    let reading = async || {
        let read = patiently("the end of the session's stream", viewer.get(&path)).await;
        assert!(!read.text.contains("\"end\""), "{read:?}");
    };
    let ending = async || drop(viewer.post("/auth/logout", Value::Null).await.expect(204));
    tokio::join!(reading(), ending());
    cancel_all(&owner, project).await;
}

#[tokio::test]
async fn an_attempt_that_is_not_the_answer_is_for_those_who_may_see_attempts() {
    let provider = Provider::start().await;
    provider.then([Reply::text("First."), Reply::text("Second.")]);
    let app = with_models(&provider, &["one"], |_| {}).await;
    let (project, owner, [viewer]) = app.project([Role::Viewer]).await;
    let node = owner.create_node(project, "Which?").await;
    let first = owner.answer(project, node).await;
    owner.generate(project, node, json!({"force": true})).await;
    let second = generated(&owner, project, node).await;
    let path = |node: &Value| {
        let id = text(&node["generationId"]);
        project.at(&format!("generations/{id}/stream"))
    };

    let refused = viewer.get(&path(&first)).await;

    assert!(!refused.text.contains("First."), "{refused:?}");
    refused.problem(404, "not_found");
    assert_eq!(stream(&owner, &path(&first)).await.len(), 2);
    assert_eq!(stream(&viewer, &path(&second)).await.len(), 2);
}

#[tokio::test]
async fn nothing_of_a_deleted_node_is_streamed() {
    let provider = Provider::start().await;
    provider.usually(Reply::text("Something."));
    let app = with_models(&provider, &["one"], |_| {}).await;
    let (project, owner, []) = app.project([]).await;
    let node = owner.create_node(project, "What?").await;
    let answered = owner.answer(project, node).await;
    let id = text(&answered["generationId"]);
    let path = project.at(&format!("generations/{id}/stream"));
    stream(&owner, &path).await;

    owner.delete(&project.node(node)).await.expect(204);

    let refused = owner.get(&path).await;
    refused.problem(404, "not_found");
}

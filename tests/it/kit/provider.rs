//! A provider that does what a test tells it, as OpenAI's chat completions and its endpoints for audio.

use std::{
    collections::VecDeque,
    convert::Infallible,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use futures::{Stream, StreamExt, stream};
use serde_json::{Value, json};
use tokio::{
    net::TcpListener,
    sync::{Notify, watch},
    time::{sleep, timeout},
};

/// Far longer than anything here takes: it only turns a hang into a failure.
const PATIENCE: Duration = Duration::from_secs(30);

/// What becomes of one request.
#[derive(Clone, Debug)]
pub(crate) enum Reply {
    /// An answer, beat by beat.
    Stream(Vec<Beat>),
    /// Sound, of which only `Raw` and what stands between are told.
    Sound(Vec<Beat>),
    /// A refusal, or anything else that is no stream.
    Plain {
        status: u16,
        headers: Vec<(&'static str, String)>,
        body: String,
    },
    /// Not even headers.
    Silence,
}

/// What happens next in a stream.
#[derive(Clone, Debug)]
pub(crate) enum Beat {
    Text(String),
    Finish(&'static str),
    /// Tokens: sent, of those cached, answered.
    Usage(u32, u32, u32),
    /// A chunk as it stands here.
    Chunk(Value),
    /// Bytes as they stand here.
    Raw(String),
    Pause(Duration),
    /// Nothing more until the test says so.
    Until(Arc<Notify>),
    Done,
    /// Nothing more, but the connection stays.
    Hang,
    /// The connection breaks.
    Cut,
    /// The same text again and again.
    Endless(String),
}

impl Reply {
    /// A whole answer, a chunk a word.
    pub(crate) fn text(text: &str) -> Self {
        let words = text.split_inclusive(' ');
        let mut beats: Vec<Beat> = words.map(|word| Beat::Text(word.to_owned())).collect();
        beats.extend([Beat::Finish("stop"), Beat::Usage(10, 4, 2), Beat::Done]);
        Self::Stream(beats)
    }

    /// What was heard, a piece after the other, and how many seconds it was.
    pub(crate) fn heard(pieces: &[&str], seconds: f64) -> Self {
        let delta =
            |piece: &&str| Beat::Chunk(json!({"type": "transcript.text.delta", "delta": piece}));
        let done = json!({
            "type": "transcript.text.done", "text": pieces.concat(),
            "usage": {"type": "duration", "seconds": seconds},
        });
        let beats = pieces
            .iter()
            .map(delta)
            .chain([Beat::Chunk(done), Beat::Done]);
        Self::Stream(beats.collect())
    }

    pub(crate) fn status(status: u16) -> Self {
        let body = json!({"error": {"message": "canary of the provider", "type": null}});
        Self::Plain {
            status,
            headers: Vec::new(),
            body: body.to_string(),
        }
    }

    pub(crate) fn rate_limited(retry_after: &str) -> Self {
        Self::Plain {
            status: 429,
            headers: vec![("retry-after", retry_after.to_owned())],
            body: String::new(),
        }
    }

    /// A page for people, as a proxy in front of a provider sends it.
    pub(crate) fn html() -> Self {
        Self::Plain {
            status: 200,
            headers: vec![("content-type", "text/html".to_owned())],
            body: "<html><p>canary of the provider</p></html>".to_owned(),
        }
    }
}

/// A request that came.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    /// Null if it is no JSON.
    pub(crate) body: Value,
    pub(crate) bytes: Bytes,
    pub(crate) authorization: Option<String>,
    fate: watch::Receiver<Fate>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Served,
    Whole,
    HungUp,
}

impl Asked {
    /// Waits until whoever asked has gone away before the answer was whole.
    pub(crate) async fn hung_up(&self) {
        let mut fate = self.fate.clone();
        let ended = timeout(PATIENCE, fate.wait_for(|fate| *fate != Fate::Served)).await;
        let ended = ended.map(|fate| fate.map(|fate| *fate));
        assert!(
            matches!(ended, Ok(Ok(Fate::HungUp))),
            "nobody hung up: {ended:?}"
        );
    }
}

#[derive(Debug, Default)]
struct Script {
    next: VecDeque<Reply>,
    usual: Option<Reply>,
    offered: Vec<String>,
    asked: Vec<Asked>,
    lists_asked: usize,
}

type Shared = Arc<Mutex<Script>>;

/// It serves until it is dropped.
#[derive(Debug)]
pub(crate) struct Provider {
    address: SocketAddr,
    script: Shared,
    serving: tokio::task::JoinHandle<()>,
}

impl Provider {
    pub(crate) async fn start() -> Self {
        let script = Shared::default();
        let listener = TcpListener::bind("127.0.0.1:0").await;
        let listener = listener.expect("a port");
        let address = listener.local_addr().expect("an address");
        let routes = Router::new()
            .route("/v1/chat/completions", post(complete))
            .route("/v1/audio/transcriptions", post(complete))
            .route("/v1/audio/speech", post(complete))
            .route("/v1/models", get(list))
            .with_state(script.clone());
        let serving = tokio::spawn(async move {
            // It ends with the task.
            let _ = axum::serve(listener, routes).await;
        });
        Self {
            address,
            script,
            serving,
        }
    }

    pub(crate) fn base_url(&self) -> String {
        format!("http://{}/v1", self.address)
    }

    /// Where nobody listens.
    pub(crate) async fn nowhere() -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        format!("http://{address}/v1")
    }

    /// What becomes of the next requests, one after another.
    pub(crate) fn then(&self, replies: impl IntoIterator<Item = Reply>) {
        locked(&self.script).next.extend(replies);
    }

    /// What becomes of requests that nothing else is planned for; a short answer by default.
    pub(crate) fn usually(&self, reply: Reply) {
        locked(&self.script).usual = Some(reply);
    }

    /// Which models it lists.
    pub(crate) fn offer(&self, models: &[&str]) {
        locked(&self.script).offered = models.iter().map(ToString::to_string).collect();
    }

    /// How often its list was read.
    pub(crate) fn lists_asked(&self) -> usize {
        locked(&self.script).lists_asked
    }

    /// How many requests came so far.
    pub(crate) fn times_asked(&self) -> usize {
        locked(&self.script).asked.len()
    }

    /// The requests so far, oldest first.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        locked(&self.script).asked.clone()
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

fn locked(script: &Shared) -> std::sync::MutexGuard<'_, Script> {
    script.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Dropped with what serves the request, and so knows whether that came to its end.
struct Served(watch::Sender<Fate>);

impl Served {
    fn is_whole(&self) {
        self.0.send_replace(Fate::Whole);
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.0.send_if_modified(|fate| {
            let was_served = *fate == Fate::Served;
            if was_served {
                *fate = Fate::HungUp;
            }
            was_served
        });
    }
}

async fn list(State(script): State<Shared>) -> Response {
    let mut script = locked(&script);
    script.lists_asked += 1;
    if script.offered.is_empty() {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    let models: Vec<Value> = script.offered.iter().map(|id| json!({"id": id})).collect();
    axum::Json(json!({"object": "list", "data": models})).into_response()
}

async fn complete(State(script): State<Shared>, headers: HeaderMap, body: Bytes) -> Response {
    let (fate, watched) = watch::channel(Fate::Served);
    let served = Served(fate);
    let authorization = headers.get(header::AUTHORIZATION);
    let asked = Asked {
        body: serde_json::from_slice(&body).unwrap_or_default(),
        bytes: body,
        authorization: authorization.and_then(|value| value.to_str().ok().map(str::to_owned)),
        fate: watched,
    };
    let reply = {
        let mut script = locked(&script);
        script.asked.push(asked);
        let next = script.next.pop_front().or_else(|| script.usual.clone());
        next.unwrap_or_else(|| Reply::text("A short answer."))
    };
    match reply {
        Reply::Stream(beats) => {
            let body = Body::from_stream(played(beats, served));
            ([(header::CONTENT_TYPE, "text/event-stream")], body).into_response()
        }
        Reply::Sound(beats) => {
            let body = Body::from_stream(played(beats, served));
            ([(header::CONTENT_TYPE, "audio/mpeg")], body).into_response()
        }
        Reply::Plain {
            status,
            headers,
            body,
        } => {
            served.is_whole();
            let mut builder = Response::builder().status(status);
            for (name, value) in headers {
                builder = builder.header(name, value);
            }
            builder.body(body.into()).expect("a response")
        }
        Reply::Silence => {
            let never: Infallible = std::future::pending().await;
            drop(served);
            match never {}
        }
    }
}

/// The bytes of a stream; an error breaks the connection.
fn played(
    beats: Vec<Beat>,
    served: Served,
) -> impl Stream<Item = Result<Bytes, std::io::Error>> + use<> {
    let beats = VecDeque::from(beats);
    stream::unfold((beats, served), |(mut beats, served)| async move {
        loop {
            let bytes = match beats.pop_front() {
                None => {
                    served.is_whole();
                    return None;
                }
                Some(Beat::Pause(pause)) => {
                    // The script of the test says how slowly the provider answers.
                    sleep(pause).await;
                    continue;
                }
                Some(Beat::Until(said)) => {
                    said.notified().await;
                    continue;
                }
                Some(Beat::Hang) => std::future::pending().await,
                Some(Beat::Cut) => {
                    served.is_whole();
                    return Some((Err(std::io::Error::other("cut")), (beats, served)));
                }
                Some(Beat::Endless(text)) => {
                    beats.push_front(Beat::Endless(text.clone()));
                    text_chunk(&text)
                }
                Some(Beat::Text(text)) => text_chunk(&text),
                Some(Beat::Finish(reason)) => {
                    chunk(&json!({"choices": [{"index": 0, "delta": {}, "finish_reason": reason}]}))
                }
                Some(Beat::Usage(sent, cached, answered)) => chunk(&json!({
                    "choices": [],
                    "usage": {
                        "prompt_tokens": sent, "completion_tokens": answered,
                        "prompt_tokens_details": {"cached_tokens": cached},
                    },
                })),
                Some(Beat::Chunk(json)) => chunk(&json),
                Some(Beat::Raw(bytes)) => bytes,
                Some(Beat::Done) => "data: [DONE]\n\n".to_owned(),
            };
            return Some((Ok(bytes.into()), (beats, served)));
        }
    })
    // Each beat is a write of its own.
    .then(|beat| async move {
        tokio::task::yield_now().await;
        beat
    })
}

fn text_chunk(text: &str) -> String {
    chunk(&json!({
        "id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "scripted",
        "choices": [{"index": 0, "delta": {"content": text}, "finish_reason": null}],
    }))
}

fn chunk(json: &Value) -> String {
    format!("data: {json}\n\n")
}

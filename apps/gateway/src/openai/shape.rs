//! How an answer is written down: whole, or as events while it comes.

use std::{collections::VecDeque, convert::Infallible, time::Duration};

use axum::{
    Json,
    http::{HeaderName, HeaderValue, StatusCode},
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use futures::stream;
use kernel::NodeId;
use platform::Ctx;
use protocol::generations::TokenCounts;
use serde_json::Value;

use super::{
    answer::{Answer, Step},
    ask::Asked,
    error::Refusal,
};

/// Names the node that the question became, for clients that want to go on from there.
const NODE_HEADER: HeaderName = HeaderName::from_static("x-nonlinear-node");
/// Proxies close connections that are silent for longer.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// What every part of an answer says of it.
#[derive(Clone, Debug)]
pub(super) struct About {
    pub(super) model: String,
    pub(super) node: NodeId,
    /// In seconds.
    pub(super) created: i64,
}

/// A form in which answers are written down.
pub(super) trait Shape: Send + 'static {
    fn begin(&mut self) -> Vec<Event>;
    fn words(&mut self, words: &str) -> Vec<Event>;
    fn end(&mut self, text: &str, tokens: Option<TokenCounts>) -> Vec<Event>;
    fn failed(&mut self, error: &Value) -> Vec<Event>;
    fn whole(&self, text: &str, tokens: Option<TokenCounts>) -> Value;
}

/// An event of JSON. Nothing here cannot be encoded.
pub(super) fn event(name: Option<&str>, data: &Value) -> Event {
    let event = Event::default().data(data.to_string());
    match name {
        Some(name) => event.event(name),
        None => event,
    }
}

/// An object with a field more, or with another value of one.
pub(super) fn with(mut object: Value, name: &str, value: Value) -> Value {
    if let Some(fields) = object.as_object_mut() {
        fields.insert(name.to_owned(), value);
    }
    object
}

pub(super) async fn respond<S: Shape>(
    ctx: Ctx,
    asked: Asked,
    shape: S,
    is_stream: bool,
) -> Result<Response, Refusal> {
    let answer = Answer::begin(ctx, asked).await?;
    let mut response = if is_stream {
        streamed(answer, shape)
    } else {
        whole(answer, shape).await
    };
    if let Ok(node) = HeaderValue::from_str(&asked.end.node.to_string()) {
        response.headers_mut().insert(NODE_HEADER, node);
    }
    Ok(response)
}

async fn whole<S: Shape>(mut answer: Answer, shape: S) -> Response {
    loop {
        match answer.next().await {
            Step::Words(_) => {}
            Step::Whole(tokens) => {
                return Json(shape.whole(&answer.text, tokens)).into_response();
            }
            // The question is on the canvas: asked again, it would be there twice.
            Step::Failed(error) => {
                let once = [("x-should-retry", "false")];
                return (StatusCode::BAD_GATEWAY, once, Json(error)).into_response();
            }
        }
    }
}

struct Streaming<S> {
    answer: Answer,
    shape: S,
    waiting: VecDeque<Event>,
    is_over: bool,
}

fn streamed<S: Shape>(answer: Answer, mut shape: S) -> Response {
    let streaming = Streaming {
        waiting: shape.begin().into(),
        answer,
        shape,
        is_over: false,
    };
    let events = stream::unfold(streaming, |mut streaming| async move {
        let event = streaming.next().await?;
        Some((Ok::<_, Infallible>(event), streaming))
    });
    let keep_alive = KeepAlive::new().interval(KEEP_ALIVE);
    Sse::new(events).keep_alive(keep_alive).into_response()
}

impl<S: Shape> Streaming<S> {
    async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.waiting.pop_front() {
                return Some(event);
            }
            if self.is_over {
                return None;
            }
            let step = self.answer.next().await;
            self.is_over = !matches!(step, Step::Words(_));
            let events = match step {
                Step::Words(words) => self.shape.words(&words),
                Step::Whole(tokens) => self.shape.end(&self.answer.text, tokens),
                Step::Failed(error) => self.shape.failed(&error),
            };
            self.waiting.extend(events);
        }
    }
}

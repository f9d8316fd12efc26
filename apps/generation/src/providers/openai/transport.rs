//! What stands between async-openai and the network.
//!
//! Left to itself, async-openai tries again behind our back, hides `Retry-After`, reads refusals of any
//! length, logs what providers say, and reads ahead of its reader without limit. This service sends
//! once, says refusals in our own words, and lets the stream through only as fast as it is read.

use std::{
    future::poll_fn,
    pin::Pin,
    sync::{
        Arc, Mutex, OnceLock, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use async_openai::{error::OpenAIError, middleware::HttpRequestFactory};
use axum::http::{
    HeaderMap,
    header::{AUTHORIZATION, CONTENT_TYPE, DATE, RETRY_AFTER},
};
use bytes::Bytes;
use chrono::DateTime;
use futures::{FutureExt, Stream, StreamExt, future::BoxFuture, stream, task::AtomicWaker};
use reqwest::{Body, Response};
use tokio::time::Instant;

use super::events::EventMeter;
use crate::providers::failure::{Failure, FailureKind, Said};

/// How much of a refusal is read.
const REFUSAL_BYTES_MAX: usize = 16 * 1024;
/// How much is handed on at once: the parser behind copies what it has with every line it finds.
const SLICE_BYTES_MAX: usize = 16 * 1024;
/// How long the rest of a refusal is waited for.
const REFUSAL_TIMEOUT: Duration = Duration::from_secs(5);

/// What is known of one answer's connection.
#[derive(Debug)]
pub(super) struct Line {
    wanted: Gate,
    heard_at: Mutex<Option<Instant>>,
    /// Why the connection came to nothing.
    broken: OnceLock<Failure>,
    /// The provider closed it, rather than our parser, which does so at `[DONE]`.
    ended: OnceLock<()>,
}

impl Line {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self {
            wanted: Gate::default(),
            heard_at: Mutex::default(),
            broken: OnceLock::new(),
            ended: OnceLock::new(),
        })
    }

    /// Lets the stream through until this is dropped.
    pub(super) fn want(&self) -> Wanted<'_> {
        self.wanted.open();
        Wanted(self)
    }

    pub(super) fn heard_at(&self) -> Option<Instant> {
        *self.heard_at.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn broken(&self) -> Option<Failure> {
        self.broken.get().cloned()
    }

    pub(super) fn has_ended(&self) -> bool {
        self.ended.get().is_some()
    }

    fn hear(&self) {
        let mut heard_at = self.heard_at.lock().unwrap_or_else(PoisonError::into_inner);
        *heard_at = Some(Instant::now());
    }

    /// The first reason is the true one.
    fn breaks(&self, failure: Failure) {
        self.broken.get_or_init(|| failure);
    }
}

/// The reader waits.
pub(super) struct Wanted<'a>(&'a Line);

impl Drop for Wanted<'_> {
    fn drop(&mut self) {
        self.0.wanted.close();
    }
}

/// Whether the reader waits. While it does not, nothing is read ahead for it. It opens and closes with
/// every word, so it takes no lock.
#[derive(Debug, Default)]
struct Gate {
    is_open: AtomicBool,
    waiting: AtomicWaker,
}

impl Gate {
    fn open(&self) {
        self.is_open.store(true, Ordering::Release);
        self.waiting.wake();
    }

    fn close(&self) {
        self.is_open.store(false, Ordering::Release);
    }

    /// Waits until it is open. Only one may wait.
    async fn opened(&self) {
        poll_fn(|cx| {
            self.waiting.register(cx.waker());
            if self.is_open.load(Ordering::Acquire) {
                Poll::Ready(())
            } else {
                Poll::Pending
            }
        })
        .await;
    }
}

/// Sends one request, once.
#[derive(Clone)]
pub(super) struct Transport {
    pub(super) http: reqwest::Client,
    pub(super) has_key: bool,
    pub(super) line: Arc<Line>,
}

impl tower::Service<HttpRequestFactory> for Transport {
    type Response = Response;
    type Error = OpenAIError;
    type Future = BoxFuture<'static, Result<Response, OpenAIError>>;

    fn poll_ready(&mut self, _cx: &mut Context<'_>) -> Poll<Result<(), OpenAIError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: HttpRequestFactory) -> Self::Future {
        let transport = self.clone();
        async move {
            let mut request = request.build().await?;
            if !transport.has_key {
                // It would say `Bearer ` and nothing.
                request.headers_mut().remove(AUTHORIZATION);
            }
            let answer = transport.http.execute(request).await;
            let opened = match answer {
                Ok(answer) => opened(answer, &transport.line).await,
                Err(_) => Err(Failure::new(FailureKind::ProviderUnavailable)),
            };
            opened.map_err(|failure| OpenAIError::Boxed(Box::new(failure)))
        }
        .boxed()
    }
}

/// The answer with its body led past us, or why it is none.
async fn opened(answer: Response, line: &Arc<Line>) -> Result<Response, Failure> {
    let status = answer.status();
    let content_type = answer.headers().get(CONTENT_TYPE);
    let content_type = content_type
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    if status.is_success() && !content_type.contains("html") && !content_type.contains("json") {
        return Ok(watched(answer, line.clone()));
    }
    Err(refusal(answer).await)
}

/// What is wrong, whatever it is said with.
pub(super) async fn refusal(answer: Response) -> Failure {
    let status = answer.status();
    let headers = answer.headers().clone();
    let body = beginning(answer).await;
    let said = Said::read(&body);
    if status.is_success() {
        // Some say what is wrong as if it were an answer.
        let mut failure = Failure::said(&said);
        failure.status.get_or_insert(status.as_u16());
        return failure;
    }
    let mut failure = Failure::refused(status.as_u16(), &said);
    failure.retry_after = retry_after(&headers);
    failure
}

/// As much of a refusal as is worth reading.
async fn beginning(answer: Response) -> Vec<u8> {
    let mut body = Vec::new();
    let mut pieces = answer.bytes_stream();
    let reading = async {
        while let Some(Ok(piece)) = pieces.next().await {
            let room = REFUSAL_BYTES_MAX.saturating_sub(body.len());
            body.extend(piece.iter().take(room));
            if piece.len() >= room {
                return;
            }
        }
    };
    // What came in time is enough to know more, and the status alone is enough to go on.
    let _ = tokio::time::timeout(REFUSAL_TIMEOUT, reading).await;
    body
}

/// In seconds, in milliseconds, or as a time, which is read by the provider's own clock.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let number = |text: &str| text.trim().parse::<f64>().ok();
    let millis = headers
        .get("retry-after-ms")
        .and_then(|value| value.to_str().ok())
        .and_then(number);
    if let Some(millis) = millis {
        return Duration::try_from_secs_f64(millis / 1_000.0).ok();
    }
    let after = text(RETRY_AFTER)?;
    if let Some(seconds) = number(after) {
        return Duration::try_from_secs_f64(seconds).ok();
    }
    let at = DateTime::parse_from_rfc2822(after).ok()?;
    let now = DateTime::parse_from_rfc2822(text(DATE)?).ok()?;
    (at - now).to_std().ok()
}

/// The answer, whose body is read only as fast as it is asked for.
fn watched(answer: Response, line: Arc<Line>) -> Response {
    let reading = Reading {
        body: answer.bytes_stream().boxed(),
        rest: Bytes::new(),
        meter: EventMeter::default(),
        line,
    };
    let slices = stream::unfold(reading, |mut reading| async move {
        let slice = reading.next().await?;
        Some((slice, reading))
    });
    axum::http::Response::new(Body::wrap_stream(slices)).into()
}

type Bodies = Pin<Box<dyn Stream<Item = reqwest::Result<Bytes>> + Send>>;

struct Reading {
    body: Bodies,
    rest: Bytes,
    meter: EventMeter,
    line: Arc<Line>,
}

impl Reading {
    async fn next(&mut self) -> Option<Result<Bytes, Failure>> {
        self.line.wanted.opened().await;
        while self.rest.is_empty() {
            match self.body.next().await {
                Some(Ok(bytes)) => {
                    self.line.hear();
                    self.rest = self.meter.without_mark(bytes);
                }
                Some(Err(_)) => {
                    return self.breaks(
                        Failure::new(FailureKind::ProviderUnavailable)
                            .saying("The connection to the provider broke."),
                    );
                }
                None => {
                    self.line.ended.get_or_init(|| ());
                    return None;
                }
            }
        }
        let slice = self.rest.split_to(self.rest.len().min(SLICE_BYTES_MAX));
        match self.meter.measure(&slice) {
            Ok(()) => Some(Ok(slice)),
            Err(failure) => self.breaks(failure),
        }
    }

    fn breaks(&mut self, failure: Failure) -> Option<Result<Bytes, Failure>> {
        self.line.breaks(failure.clone());
        Some(Err(failure))
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn read(pairs: &[(&'static str, &'static str)]) -> Option<Duration> {
        let header = |(name, value): &(&'static str, &'static str)| {
            (
                axum::http::HeaderName::from_static(name),
                HeaderValue::from_static(value),
            )
        };
        retry_after(&pairs.iter().map(header).collect())
    }

    #[test]
    fn how_long_to_wait_is_read_in_every_form() {
        let date = ("date", "Wed, 21 Oct 2015 07:28:00 GMT");
        let at = ("retry-after", "Wed, 21 Oct 2015 07:28:30 GMT");

        assert_eq!(read(&[("retry-after", "7")]), Some(Duration::from_secs(7)));
        assert_eq!(
            read(&[("retry-after-ms", "20"), ("retry-after", "7")]),
            Some(Duration::from_millis(20))
        );
        assert_eq!(read(&[date, at]), Some(Duration::from_secs(30)));
        assert_eq!(read(&[at]), None);
        for nonsense in ["-1", "NaN", "1e999", "soon", ""] {
            assert_eq!(read(&[("retry-after", nonsense)]), None, "{nonsense}");
        }
        assert_eq!(read(&[]), None);
    }
}

//! Streams over HTTP, as server-sent events.

use std::time::Duration;

use axum::{
    http::HeaderMap,
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use futures::stream;
use kernel::{Error, Result};
use platform::streams::{Chunk, Followed};
use serde::Serialize;
use tokio::sync::mpsc::Receiver;

/// Proxies close connections that are silent for longer.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// The last chunk that a reader has: a browser that comes back says it in a header.
pub fn last_chunk(headers: &HeaderMap, after: Option<u64>) -> Result<Option<u64>> {
    let Some(last) = headers.get("last-event-id") else {
        return Ok(after);
    };
    let last = last.to_str().ok().and_then(|last| last.parse().ok());
    let refused = || Error::BadRequest("`Last-Event-ID` must be a chunk number".to_owned());
    last.map(Some).ok_or_else(refused)
}

/// Tells a stream until it ends: `delta` for each piece, and `end`.
pub fn respond<E: Serialize + Send + 'static>(followed: Receiver<Followed<E>>) -> Response {
    let events = stream::unfold(followed, async |mut followed| {
        Some((event(followed.recv().await?), followed))
    });
    let keep_alive = KeepAlive::new().interval(KEEP_ALIVE);
    Sse::new(events).keep_alive(keep_alive).into_response()
}

/// Nothing here cannot be encoded.
fn event<E: Serialize>(followed: Followed<E>) -> Result<Event, axum::Error> {
    #[derive(Serialize)]
    struct Delta<'a> {
        chunk: u64,
        #[serde(skip_serializing_if = "Option::is_none")]
        from: Option<u64>,
        text: &'a str,
    }
    match followed {
        Followed::Chunk(chunk) => {
            let from = chunk.first_of_several();
            let Chunk { number, text, .. } = &chunk;
            let delta = Delta {
                chunk: *number,
                from,
                text,
            };
            let event = Event::default().event("delta").id(number.to_string());
            event.json_data(delta)
        }
        Followed::End(end) => Event::default().event("end").json_data(end),
    }
}

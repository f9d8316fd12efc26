//! Bodies that nobody reads to their end.
//!
//! A server that has answered and closes while its caller still sends takes the answer back: what
//! arrives at a closed socket resets the connection, and with it what the caller has not read yet. So the
//! rest is read and thrown away, as long as it comes, and within bounds.

use std::{
    convert::Infallible,
    future::poll_fn,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, ready},
    time::Duration,
};

use axum::{
    Router,
    http::{HeaderValue, header},
    response::Response,
};
use bytes::Bytes;
use hyper::{
    Request,
    body::{Body, Frame, Incoming, SizeHint},
};
use tokio::{runtime::Handle, time::timeout};
use tower::ServiceExt;

/// What is longer than this is not read to its end, whoever sends it.
const REST_BYTES_MAX: usize = 64 * 1024 * 1024;
const REST_TIMEOUT: Duration = Duration::from_secs(30);
/// Whoever sends nothing for so long is not waited for.
const SILENCE_MAX: Duration = Duration::from_secs(2);
/// A body that is no longer is read, and the connection goes on.
const SHORT_BYTES_MAX: u64 = 64 * 1024;

/// Has a request answered. If that does not take its whole body, the answer says that the connection
/// closes, unless the rest is short.
pub(crate) async fn answer(
    app: Router,
    request: Request<Incoming>,
) -> Result<Response, Infallible> {
    if request.body().is_end_stream() {
        return app.oneshot(request).await;
    }
    let is_read = Arc::new(AtomicBool::new(false));
    let is_waiting = request.headers().contains_key(header::EXPECT);
    let length = request.body().size_hint().exact();
    let goes_on = !is_waiting && length.is_some_and(|length| length <= SHORT_BYTES_MAX);
    let request = request.map(|body| Watched {
        body: Some(body),
        is_waiting,
        is_read: is_read.clone(),
    });
    let mut response = app.oneshot(request).await?;
    if !goes_on && !is_read.load(Ordering::Acquire) {
        let close = HeaderValue::from_static("close");
        response.headers_mut().insert(header::CONNECTION, close);
    }
    Ok(response)
}

/// A body that is read to its end by somebody else if its reader leaves it.
struct Watched {
    body: Option<Incoming>,
    /// Nothing is sent before somebody wants it (`Expect: 100-continue`), and so nothing is left.
    is_waiting: bool,
    is_read: Arc<AtomicBool>,
}

impl Body for Watched {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        self.is_waiting = false;
        let Some(body) = &mut self.body else {
            return Poll::Ready(None);
        };
        let frame = ready!(Pin::new(&mut *body).poll_frame(context));
        let goes_on = matches!(frame, Some(Ok(_))) && !body.is_end_stream();
        if !goes_on {
            self.is_read.store(true, Ordering::Release);
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.body.as_ref().map(Body::size_hint).unwrap_or_default()
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        let is_left = !self.is_waiting && !self.is_read.load(Ordering::Acquire);
        let Some(body) = self.body.take().filter(|_| is_left) else {
            return;
        };
        // Outside of the runtime the server is gone.
        if let Ok(runtime) = Handle::try_current() {
            runtime.spawn(throw_away(body));
        }
    }
}

async fn throw_away(mut body: Incoming) {
    let reading = async {
        let mut left = REST_BYTES_MAX;
        loop {
            let frame = poll_fn(|context| Pin::new(&mut body).poll_frame(context));
            let Ok(Some(Ok(frame))) = timeout(SILENCE_MAX, frame).await else {
                return;
            };
            let bytes = frame.data_ref().map_or(0, Bytes::len);
            let Some(fewer) = left.checked_sub(bytes) else {
                return;
            };
            left = fewer;
        }
    };
    // However it ends, the connection does, too, if something is left.
    let _ = timeout(REST_TIMEOUT, reading).await;
}

//! From an HTTP request to a socket (RFC 6455, section 4).

use axum::{
    body::Body,
    http::{
        HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode,
        header::{
            CONNECTION, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_PROTOCOL,
            SEC_WEBSOCKET_VERSION, UPGRADE,
        },
    },
    response::IntoResponse,
};
use base64::{Engine, prelude::BASE64_STANDARD};
use http::{ApiError, patience::Patient};
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper_util::rt::TokioIo;
use kernel::Error;
use protocol::frames::{FRAME_BYTES_MAX, SUBPROTOCOL};
use socket2::SockRef;
use tokio::net::TcpStream;
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{
        handshake::derive_accept_key,
        protocol::{Role, WebSocketConfig},
    },
};

const KEY_BYTES: usize = 16;
const VERSION: &str = "13";
/// Frames of clients are small; larger ones grow the buffer while they are read.
const READ_BUFFER_BYTES: usize = 1024;
/// tungstenite only writes pongs and closes here.
const CONTROL_BUFFER_BYTES_MAX: usize = 4 * 1024;
/// How much the kernel takes before a reader that stopped is noticed.
const SEND_BUFFER_BYTES: usize = 256 * 1024;

pub(crate) type Stream = WebSocketStream<TcpStream>;

/// Checks the request, and gives the answer and what will become the connection.
pub(crate) fn accept(
    request: &mut Request<Body>,
) -> Result<(OnUpgrade, Response<Body>), Box<Response<Body>>> {
    let key = key(request).map_err(|detail| {
        let mut refusal = ApiError(Error::BadRequest(detail)).into_response();
        let version = HeaderValue::from_static(VERSION);
        refusal.headers_mut().insert(SEC_WEBSOCKET_VERSION, version);
        Box::new(refusal)
    })?;
    let upgrade = request.extensions_mut().remove::<OnUpgrade>();
    let upgrade = upgrade.ok_or_else(|| {
        let detail = "this connection cannot become a socket".to_owned();
        Box::new(ApiError(Error::BadRequest(detail)).into_response())
    })?;
    let accept = derive_accept_key(key.as_bytes());
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    let headers = response.headers_mut();
    headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
    headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
    headers.insert(
        SEC_WEBSOCKET_PROTOCOL,
        HeaderValue::from_static(SUBPROTOCOL),
    );
    if let Ok(accept) = HeaderValue::from_str(&accept) {
        headers.insert(SEC_WEBSOCKET_ACCEPT, accept);
    }
    Ok((upgrade, response))
}

fn key(request: &Request<Body>) -> Result<String, String> {
    let headers = request.headers();
    if request.method() != Method::GET
        || !lists(headers, CONNECTION, "upgrade")
        || !lists(headers, UPGRADE, "websocket")
    {
        return Err("open this address as a WebSocket".to_owned());
    }
    if only(headers, SEC_WEBSOCKET_VERSION) != Some(VERSION) {
        return Err(format!("Sec-WebSocket-Version must be {VERSION}"));
    }
    // Clients compare it letter by letter with what they asked for.
    if !listed(headers, SEC_WEBSOCKET_PROTOCOL).any(|protocol| protocol == SUBPROTOCOL) {
        return Err(format!("ask for the subprotocol `{SUBPROTOCOL}`"));
    }
    let key = only(headers, SEC_WEBSOCKET_KEY).unwrap_or_default();
    match BASE64_STANDARD.decode(key) {
        Ok(bytes) if bytes.len() == KEY_BYTES => Ok(key.to_owned()),
        _ => Err("Sec-WebSocket-Key must be 16 bytes in base64".to_owned()),
    }
}

/// A header that must not be repeated.
fn only(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?.to_str().ok()?;
    values.next().is_none().then_some(value)
}

/// Whether a header that is a list holds this word, in any case.
fn lists(headers: &HeaderMap, name: HeaderName, word: &str) -> bool {
    listed(headers, name).any(|listed| listed.eq_ignore_ascii_case(word))
}

fn listed(headers: &HeaderMap, name: HeaderName) -> impl Iterator<Item = &str> {
    headers
        .get_all(name)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
}

/// Takes the connection over once the answer is sent; `None` if it went away meanwhile.
pub(crate) async fn take_over(upgrade: OnUpgrade) -> Option<Stream> {
    let upgraded: Upgraded = upgrade.await.ok()?;
    let parts = upgraded.downcast::<TokioIo<Patient>>().ok()?;
    let stream = parts.io.into_inner().into_inner();
    // A hint: with the system's own size only the memory of slow readers differs.
    let _ = SockRef::from(&stream).set_send_buffer_size(SEND_BUFFER_BYTES);
    let config = WebSocketConfig::default()
        .read_buffer_size(READ_BUFFER_BYTES)
        .write_buffer_size(0)
        .max_write_buffer_size(CONTROL_BUFFER_BYTES_MAX)
        .max_message_size(Some(FRAME_BYTES_MAX))
        .max_frame_size(Some(FRAME_BYTES_MAX));
    let early = parts.read_buf.to_vec();
    Some(WebSocketStream::from_partially_read(stream, early, Role::Server, Some(config)).await)
}

//! Finding out once, for each request, which request it is and who sends it.

use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

use axum::{
    extract::{ConnectInfo, Request, State},
    http::{HeaderMap, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use kernel::Error;
use platform::{Principal, RequestInfo, access};
use uuid::Uuid;

use crate::{AppState, problem::ApiError};

const REQUEST_ID: &str = "x-request-id";
const REQUEST_ID_CHARS_MAX: usize = 64;
const AGENT_CHARS_MAX: usize = 200;

/// What is known of a request before any route sees it.
#[derive(Clone, Debug)]
pub struct Identified {
    /// `None` when a credential was sent that does not count.
    pub principal: Option<Principal>,
    pub request: RequestInfo,
}

pub async fn layer(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let info = request_info(&state, &request);
    let principal = match bearer(request.headers()) {
        None => Some(Principal::Anonymous),
        Some(bearer) => match access::authenticate(&state, bearer).await {
            Ok(principal) => Some(principal),
            Err(Error::Unauthenticated) => None,
            Err(error) => return ApiError(error).into_response(),
        },
    };
    request.extensions_mut().insert(Identified {
        principal,
        request: info,
    });
    next.run(request).await
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?;
    // A credential that cannot even be read is one that does not count, not none at all.
    let text = value.to_str().unwrap_or_default();
    match text.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => Some(token.trim()),
        _ => Some(""),
    }
}

fn request_info(state: &AppState, request: &Request) -> RequestInfo {
    let headers = request.headers();
    let text = |name: &str, chars_max: usize| -> Option<Arc<str>> {
        let value = headers.get(name)?.to_str().ok()?;
        let fits = !value.is_empty() && value.chars().count() <= chars_max;
        fits.then(|| value.into())
    };
    // A proxy's id is kept, so that a request can be followed through both logs.
    let id = text(REQUEST_ID, REQUEST_ID_CHARS_MAX)
        .filter(|id| {
            id.chars()
                .all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
        })
        .unwrap_or_else(|| Uuid::now_v7().to_string().into());
    RequestInfo {
        id: Some(id),
        address: address(state, request),
        agent: text("user-agent", AGENT_CHARS_MAX),
        op: None,
    }
}

/// The caller's address: the last one that our own proxy added, or that of the connection. Whatever
/// stands before it, in the same line or in one above, anybody may have written.
fn address(state: &AppState, request: &Request) -> Option<IpAddr> {
    if state.settings.http.behind_proxy {
        let lines = request.headers().get_all("x-forwarded-for");
        let last = lines.iter().next_back()?.to_str().ok()?;
        return last.rsplit(',').next()?.trim().parse().ok();
    }
    request
        .extensions()
        .get::<ConnectInfo<SocketAddr>>()
        .map(|ConnectInfo(peer)| peer.ip())
}

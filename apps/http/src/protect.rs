//! Headers that keep browsers careful, and the check of origins.

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use kernel::Error;
use platform::Settings;
use tower_http::cors::{AllowOrigin, CorsLayer};

use crate::{AppState, cookies, problem::ApiError};

const API_CSP: &str = "default-src 'none'; frame-ancestors 'none'";
/// The reference page: its own scripts and styles, nothing from elsewhere.
const DOCS_CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
    img-src 'self' data:; connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; \
    frame-ancestors 'none'";

/// Adds the headers that every answer carries.
pub async fn headers(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let is_docs = request.uri().path().starts_with("/docs");
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let mut add = |name: HeaderName, value: &'static str| {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    };
    add(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    add(header::REFERRER_POLICY, "no-referrer");
    add(
        header::CONTENT_SECURITY_POLICY,
        if is_docs { DOCS_CSP } else { API_CSP },
    );
    if !is_docs {
        add(header::CACHE_CONTROL, "no-store");
    }
    if state.settings.is_https() {
        add(
            header::STRICT_TRANSPORT_SECURITY,
            "max-age=63072000; includeSubDomains",
        );
    }
    response
}

/// Refuses requests that carry our cookie but come from somebody else's page.
pub async fn origin(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    let has_cookie = cookies::refresh_token(&state.settings, headers).is_some();
    if has_cookie && is_foreign(&state.settings, headers) {
        return ApiError(Error::ForeignOrigin).into_response();
    }
    next.run(request).await
}

/// Whether a browser says that somebody else's page asks.
#[must_use]
pub fn is_foreign(settings: &Settings, headers: &HeaderMap) -> bool {
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let Some(origin) = text(header::ORIGIN) else {
        let site = text(HeaderName::from_static("sec-fetch-site"));
        return site == Some("cross-site");
    };
    if allowed_origins(settings).any(|allowed| allowed == origin) {
        return false;
    }
    let authority = origin.split_once("://").map(|(_, authority)| authority);
    let is_host = authority.is_some() && authority == text(header::HOST);
    origin != settings.public_url() && !is_host
}

fn allowed_origins(settings: &Settings) -> impl Iterator<Item = &str> {
    settings
        .http
        .cors_origins
        .split(',')
        .map(str::trim)
        .filter(|origin| !origin.is_empty())
}

/// Other sites' pages may call the API only if they are on the list.
pub fn cors(settings: &Settings) -> CorsLayer {
    let origins: Vec<HeaderValue> = allowed_origins(settings)
        .filter_map(|origin| origin.parse().ok())
        .collect();
    let methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];
    CorsLayer::new()
        .allow_origin(AllowOrigin::list(origins))
        .allow_credentials(true)
        .allow_methods(
            methods
                .into_iter()
                .filter_map(|method| method.parse().ok())
                .collect::<Vec<_>>(),
        )
        .allow_headers([
            header::AUTHORIZATION,
            header::CONTENT_TYPE,
            header::IF_MATCH,
            header::IF_NONE_MATCH,
            HeaderName::from_static("idempotency-key"),
            HeaderName::from_static("x-request-id"),
            HeaderName::from_static("mcp-protocol-version"),
            HeaderName::from_static("tus-resumable"),
            HeaderName::from_static("upload-length"),
            HeaderName::from_static("upload-metadata"),
            HeaderName::from_static("upload-offset"),
        ])
        .expose_headers([
            header::ETAG,
            header::RETRY_AFTER,
            header::WWW_AUTHENTICATE,
            HeaderName::from_static("x-request-id"),
            HeaderName::from_static("x-nonlinear-node"),
            header::LOCATION,
            HeaderName::from_static("tus-resumable"),
            HeaderName::from_static("upload-offset"),
            HeaderName::from_static("upload-length"),
            HeaderName::from_static("upload-expires"),
            HeaderName::from_static("upload-media-id"),
        ])
}

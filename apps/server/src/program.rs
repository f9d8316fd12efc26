//! The browser's program: its page under every address that is nothing else, and its files.

use axum::{
    Router,
    body::Bytes,
    extract::Path,
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header},
    response::{Html, IntoResponse, Response},
    routing::get,
};
use http::{Anyone, ApiError, AppState};
use kernel::Error;
use web::Asset;

use crate::{pages, preview};

/// Scripts, styles and pictures from here and nowhere else: what a model or a person writes stays text.
const CSP: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; \
     connect-src 'self'; font-src 'self'; frame-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; \
     frame-ancestors 'none'",
);
/// Only the microphone is ever asked for, and only by this page itself.
const PERMISSIONS: HeaderValue =
    HeaderValue::from_static("microphone=(self), camera=(), geolocation=()");
/// The page that draws diagrams: its own program, styles that the drawing brings, and nothing else, not even an origin.
const DIAGRAM_CSP: HeaderValue = HeaderValue::from_static(
    "sandbox allow-scripts; default-src 'none'; script-src 'self'; style-src 'unsafe-inline'; \
     base-uri 'none'; form-action 'none'; frame-ancestors 'self'",
);
/// Whoever has no origin, as that page, may load the files too: everybody may, and nothing in them is secret.
const ANYBODY: HeaderValue = HeaderValue::from_static("*");
/// The names of these files change with what is in them.
const FOREVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// Others are asked about each time, which costs an empty answer as long as they are the same.
const ASK_EACH_TIME: HeaderValue = HeaderValue::from_static("no-cache");
/// Addresses that are not the program's, so that a wrong one among them gets an error and not a page.
const NOT_PAGES: [&str; 7] = [
    "/api/",
    "/docs",
    "/problems",
    "/assets/",
    "/mcp",
    "/v1/",
    "/.well-known/",
];

pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route("/", get(page))
        .route("/projects/{project_id}", get(project))
        .route("/diagram.html", get(diagram))
        .route("/icon.svg", get(icon))
        .route("/push-worker.js", get(push_worker))
        .route("/assets/{*file}", get(file))
}

async fn page(headers: HeaderMap) -> Response {
    match web::page() {
        Some(page) => respond(page, ASK_EACH_TIME, &headers),
        None => pages::without_program().into_response(),
    }
}

/// The page of a project. Programs that show what a link leads to ask for no page in particular, and run no scripts.
async fn project(
    caller: Anyone,
    Path(project): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let is_asked = headers.get(header::ACCEPT).is_none()
        || ["text/html", "*/*"]
            .iter()
            .any(|kind| lists(&headers, &header::ACCEPT, kind));
    let text = web::page().and_then(|page| std::str::from_utf8(page.bytes).ok());
    if let Some(text) = text.filter(|_| is_asked)
        && let Some(page) = preview::of(caller, &project, text).await
    {
        let about = [
            (header::CACHE_CONTROL, ASK_EACH_TIME),
            (header::CONTENT_SECURITY_POLICY, CSP),
        ];
        return (about, Html(page)).into_response();
    }
    page_or_not_found(Method::GET, uri, headers).await
}

async fn diagram(headers: HeaderMap) -> Result<Response, ApiError> {
    let page = web::asset("diagram.html").ok_or(Error::NotFound("page"))?;
    let mut response = respond(page, ASK_EACH_TIME, &headers);
    let about = response.headers_mut();
    about.insert(header::CONTENT_SECURITY_POLICY, DIAGRAM_CSP);
    Ok(response)
}

async fn icon(headers: HeaderMap) -> Result<Response, ApiError> {
    let icon = web::asset("icon.svg").ok_or(Error::NotFound("picture"))?;
    Ok(respond(icon, ASK_EACH_TIME, &headers))
}

/// What a browser runs while no page is open. It stands at the root, since it answers for all pages.
async fn push_worker(headers: HeaderMap) -> Result<Response, ApiError> {
    let script = web::asset("push-worker.js").ok_or(Error::NotFound("file"))?;
    Ok(respond(script, ASK_EACH_TIME, &headers))
}

async fn file(Path(name): Path<String>, headers: HeaderMap) -> Result<Response, ApiError> {
    let file = web::asset(&format!("assets/{name}")).ok_or(Error::NotFound("file"))?;
    let mut response = respond(file, FOREVER, &headers);
    let about = response.headers_mut();
    about.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, ANYBODY);
    Ok(response)
}

/// An address that no route has: a browser that goes there gets the program, which knows its own
/// addresses; whoever does not ask for a page gets an error.
pub(crate) async fn page_or_not_found(method: Method, uri: Uri, headers: HeaderMap) -> Response {
    let path = uri.path();
    let is_page = matches!(method, Method::GET | Method::HEAD)
        && !NOT_PAGES.iter().any(|other| path.starts_with(other))
        && lists(&headers, &header::ACCEPT, "text/html");
    if is_page {
        page(headers).await
    } else {
        ApiError(Error::NotFound("address")).into_response()
    }
}

fn respond(asset: &'static Asset, kept: HeaderValue, asked: &HeaderMap) -> Response {
    let tag = HeaderValue::from_static(asset.tag);
    let about = [
        (header::ETAG, tag.clone()),
        (header::CACHE_CONTROL, kept),
        (header::VARY, HeaderValue::from_static("accept-encoding")),
        (header::CONTENT_SECURITY_POLICY, CSP),
        (HeaderName::from_static("permissions-policy"), PERMISSIONS),
    ];
    if asked.get(header::IF_NONE_MATCH) == Some(&tag) {
        return (StatusCode::NOT_MODIFIED, about).into_response();
    }
    let kind = [(header::CONTENT_TYPE, asset.content_type)];
    match asset.brotli {
        Some(brotli) if lists(asked, &header::ACCEPT_ENCODING, "br") => {
            let encoded = [(header::CONTENT_ENCODING, "br")];
            (about, kind, encoded, Bytes::from_static(brotli)).into_response()
        }
        _ => (about, kind, Bytes::from_static(asset.bytes)).into_response(),
    }
}

/// Whether a header's list names a value, with whatever parameters.
fn lists(headers: &HeaderMap, name: &HeaderName, value: &str) -> bool {
    headers
        .get_all(name)
        .iter()
        .filter_map(|header| header.to_str().ok())
        .flat_map(|header| header.split(','))
        .any(|entry| {
            entry
                .split(';')
                .next()
                .is_some_and(|entry| entry.trim() == value)
        })
}

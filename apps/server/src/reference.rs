//! The reference: the documents of the API and of the socket, and a page that shows the first.

use std::{borrow::Cow, sync::Arc};

use axum::{
    Router,
    body::Bytes,
    extract::Path,
    http::header::{self, HeaderName},
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use http::{ApiError, AppState};
use kernel::Error;
use serde_json::Value;
use utoipa::openapi::OpenApi;
use utoipa_swagger_ui::{Config, SwaggerFile};

/// Where what it describes is.
pub(crate) const API: &str = "/api/v1";

/// The page's scripts and styles change with the server only.
const KEPT_BY_BROWSERS: &str = "public, max-age=3600";
const JSON: [(HeaderName, &str); 1] = [(header::CONTENT_TYPE, "application/json")];

pub(crate) fn routes(document: &OpenApi, of_socket: &Value) -> Router<AppState> {
    let address = format!("{API}/openapi.json");
    let page = Arc::new(
        Config::from(address.clone())
            // Nothing is asked of other sites, and the page's own policy would not let it.
            .validator_url("none")
            .display_request_duration(true)
            .show_extensions(true)
            .doc_expansion("none")
            .filter(true),
    );
    let index = page.clone();
    // A document that cannot be written would fail the test that compares it with the committed one.
    let document = Bytes::from(serde_json::to_vec(document).unwrap_or_default());
    let of_socket = Bytes::from(of_socket.to_string());
    Router::new()
        .route(&address, get(async move || (JSON, document.clone())))
        .route(
            &format!("{API}/asyncapi.json"),
            get(async move || (JSON, of_socket.clone())),
        )
        // The page names its scripts relative to itself.
        .route("/docs", get(async || Redirect::permanent("/docs/")))
        .route(
            "/docs/",
            get(async move || file("index.html", index.clone())),
        )
        .route(
            "/docs/{*file}",
            get(async move |Path(name): Path<String>| file(&name, page.clone())),
        )
}

fn file(name: &str, config: Arc<Config<'static>>) -> Result<Response, ApiError> {
    let served = utoipa_swagger_ui::serve(name, config);
    let file = served.map_err(|error| Error::internal(error.to_string()))?;
    let SwaggerFile {
        bytes,
        content_type,
        ..
    } = file.ok_or(Error::NotFound("page"))?;
    let headers = [(header::CONTENT_TYPE, content_type)];
    Ok(match bytes {
        Cow::Borrowed(bytes) if name != "index.html" => {
            let kept = [(header::CACHE_CONTROL, KEPT_BY_BROWSERS)];
            (headers, kept, Bytes::from_static(bytes)).into_response()
        }
        Cow::Borrowed(bytes) => (headers, Bytes::from_static(bytes)).into_response(),
        Cow::Owned(bytes) => (headers, bytes).into_response(),
    })
}

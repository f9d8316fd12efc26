//! One log line and one measurement for each request.

use std::time::Instant;

use axum::{
    extract::{MatchedPath, Request},
    http::{HeaderName, HeaderValue, Method, StatusCode},
    middleware::Next,
    response::Response,
};
use tracing::Instrument;
use utoipa::openapi::OpenApi;

use crate::{identify::Identified, openapi, problem::Cause};

/// Begins the measurements of all operations at nothing, each with the answers that it documents.
pub fn begin(document: &OpenApi) {
    for (path, item) in &document.paths.paths {
        for (method, operation) in openapi::with_methods(item) {
            let answers = operation.responses.responses.keys();
            for status in answers.filter(|status| status.starts_with('2')) {
                let labels = [
                    ("method", method.to_owned()),
                    ("route", path.clone()),
                    ("status", status.clone()),
                ];
                metrics::counter!("nonlinear_http_requests_total", &labels).increment(0);
                // It is there once it has been named.
                drop(metrics::histogram!(
                    "nonlinear_http_request_seconds",
                    &labels
                ));
            }
        }
    }
}

pub async fn layer(request: Request, next: Next) -> Response {
    let started = Instant::now();
    let method = request.method().clone();
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(|| "(none)".to_owned(), |path| path.as_str().to_owned());
    let identified = request.extensions().get::<Identified>();
    let id = identified.and_then(|identified| identified.request.id.clone());
    let address = identified.and_then(|identified| identified.request.address);
    let user = identified
        .and_then(|identified| identified.principal.as_ref())
        .and_then(platform::Principal::user_id);
    let span = tracing::info_span!(
        "request",
        request.id = id.as_deref().unwrap_or_default(),
        http.method = %method,
        http.route = route,
        user.id = user.map(tracing::field::display),
    );
    let mut response = next.run(request).instrument(span.clone()).await;
    let elapsed = started.elapsed();
    let status = response.status();
    let labels = [
        ("method", known(&method)),
        ("route", route),
        ("status", status.as_str().to_owned()),
    ];
    metrics::counter!("nonlinear_http_requests_total", &labels).increment(1);
    metrics::histogram!("nonlinear_http_request_seconds", &labels).record(elapsed);
    let duration_us = elapsed.as_micros();
    if is_refusal(status) {
        span.in_scope(|| {
            tracing::info!(
                target: "nonlinear::security",
                {
                    security.severity = "notice",
                    security.action = "request.refused",
                    security.address = address.map(tracing::field::display),
                    http.status = status.as_u16(),
                },
                "Security event"
            );
        });
    }
    span.in_scope(|| match response.extensions().get::<Cause>() {
        Some(Cause(error)) => {
            tracing::error!(http.status = status.as_u16(), http.duration_us = duration_us, %error, "Request failed");
        }
        None => {
            tracing::info!(http.status = status.as_u16(), http.duration_us = duration_us, "Request answered");
        }
    });
    if let Some(id) = id.and_then(|id| HeaderValue::from_str(&id).ok()) {
        response
            .headers_mut()
            .insert(HeaderName::from_static("x-request-id"), id);
    }
    response
}

/// Whoever was refused did not prove who they are, may not do it, or asks too often.
fn is_refusal(status: StatusCode) -> bool {
    [
        StatusCode::UNAUTHORIZED,
        StatusCode::FORBIDDEN,
        StatusCode::TOO_MANY_REQUESTS,
    ]
    .contains(&status)
}

/// A caller may invent methods, and each would be a series of measurements of its own.
fn known(method: &Method) -> String {
    let known = [
        Method::GET,
        Method::POST,
        Method::PUT,
        Method::PATCH,
        Method::DELETE,
        Method::HEAD,
        Method::OPTIONS,
    ];
    if known.contains(method) {
        method.to_string()
    } else {
        "other".to_owned()
    }
}

//! Saying a refusal: one body for all of them.

use std::{sync::Arc, time::Duration};

use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use kernel::{Error, ErrorCode};
use platform::feature::Refusals;
use protocol::Problem;

const RETRY_AFTER_UNAVAILABLE: Duration = Duration::from_secs(2);

/// An error on its way out.
#[derive(Debug)]
pub struct ApiError(pub Error);

pub type ApiResult<T> = Result<T, ApiError>;

impl From<Error> for ApiError {
    fn from(error: Error) -> Self {
        Self(error)
    }
}

/// Left on a response for those who say the same in another form.
#[derive(Clone, Debug)]
struct Said(Arc<Problem>);

/// Says what is refused below some roots in the form that their clients read.
pub async fn other_forms(
    State(forms): State<Arc<[Refusals]>>,
    request: Request,
    next: Next,
) -> Response {
    let path = request.uri().path();
    let form = forms.iter().find(|form| path.starts_with(form.below));
    let Some(Refusals { say, .. }) = form.copied() else {
        return next.run(request).await;
    };
    let mut response = next.run(request).await;
    let Some(Said(problem)) = response.extensions_mut().remove() else {
        return response;
    };
    let (status, body) = say(&problem);
    let (mut head, _) = response.into_parts();
    head.status = StatusCode::from_u16(status).unwrap_or(head.status);
    head.headers.remove(header::CONTENT_LENGTH);
    let json = HeaderValue::from_static("application/json");
    head.headers.insert(header::CONTENT_TYPE, json);
    Response::from_parts(head, Body::from(body.to_string()))
}

/// Left on a response for the log: what really happened.
#[derive(Clone, Debug)]
pub struct Cause(pub Arc<str>);

#[must_use]
pub fn status(code: ErrorCode) -> StatusCode {
    match code {
        ErrorCode::BadRequest | ErrorCode::BadJson | ErrorCode::BadCursor => {
            StatusCode::BAD_REQUEST
        }
        // A mailed token is a field of the body, not a credential of the caller.
        ErrorCode::InvalidToken => StatusCode::BAD_REQUEST,
        ErrorCode::Unauthenticated | ErrorCode::InvalidCredentials | ErrorCode::TotpRequired => {
            StatusCode::UNAUTHORIZED
        }
        ErrorCode::Forbidden
        | ErrorCode::InsufficientScope
        | ErrorCode::SessionRequired
        | ErrorCode::ForeignOrigin => StatusCode::FORBIDDEN,
        ErrorCode::NotFound => StatusCode::NOT_FOUND,
        ErrorCode::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
        ErrorCode::RequestTimeout => StatusCode::REQUEST_TIMEOUT,
        ErrorCode::Conflict
        | ErrorCode::Cycle
        | ErrorCode::Generating
        | ErrorCode::IdempotencyRunning => StatusCode::CONFLICT,
        ErrorCode::VersionMismatch => StatusCode::PRECONDITION_FAILED,
        ErrorCode::PayloadTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        ErrorCode::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        ErrorCode::Invalid
        | ErrorCode::SelfEdge
        | ErrorCode::IdempotencyReused
        | ErrorCode::OpReused
        | ErrorCode::LimitReached
        | ErrorCode::TooMuchWork
        | ErrorCode::StorageFull
        | ErrorCode::ContextTooLarge => StatusCode::UNPROCESSABLE_ENTITY,
        ErrorCode::BudgetExceeded => StatusCode::PAYMENT_REQUIRED,
        ErrorCode::PreconditionRequired => StatusCode::PRECONDITION_REQUIRED,
        ErrorCode::RateLimited => StatusCode::TOO_MANY_REQUESTS,
        ErrorCode::DiskFull => StatusCode::INSUFFICIENT_STORAGE,
        ErrorCode::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        ErrorCode::Busy | ErrorCode::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
    }
}

fn title(code: ErrorCode) -> &'static str {
    match code {
        ErrorCode::BadRequest => "Bad request",
        ErrorCode::BadJson => "Not JSON",
        ErrorCode::BadCursor => "Unknown cursor",
        ErrorCode::Unauthenticated => "Not logged in",
        ErrorCode::InvalidCredentials => "Wrong credentials",
        ErrorCode::TotpRequired => "Second factor needed",
        ErrorCode::InvalidToken => "Invalid token",
        ErrorCode::Forbidden => "Not allowed",
        ErrorCode::InsufficientScope => "Scope missing",
        ErrorCode::SessionRequired => "Session needed",
        ErrorCode::ForeignOrigin => "Foreign origin",
        ErrorCode::NotFound => "Not found",
        ErrorCode::MethodNotAllowed => "Method not allowed",
        ErrorCode::RequestTimeout => "Request too slow",
        ErrorCode::Conflict => "Conflict",
        ErrorCode::Cycle => "Cycle",
        ErrorCode::Generating => "Being written",
        ErrorCode::IdempotencyRunning => "Still running",
        ErrorCode::VersionMismatch => "Version mismatch",
        ErrorCode::PayloadTooLarge => "Body too large",
        ErrorCode::UnsupportedMediaType => "Not taken in this form",
        ErrorCode::Invalid => "Not acceptable",
        ErrorCode::SelfEdge => "Edge to itself",
        ErrorCode::IdempotencyReused => "Idempotency-Key used before",
        ErrorCode::OpReused => "Op id used before",
        ErrorCode::LimitReached => "Limit reached",
        ErrorCode::TooMuchWork => "Too much at once",
        ErrorCode::StorageFull => "No room left",
        ErrorCode::DiskFull => "Disk full",
        ErrorCode::PreconditionRequired => "Version needed",
        ErrorCode::BudgetExceeded => "Budget used up",
        ErrorCode::ContextTooLarge => "Context too large",
        ErrorCode::RateLimited => "Too many requests",
        ErrorCode::Internal => "Internal error",
        ErrorCode::Busy => "Busy",
        ErrorCode::Unavailable => "Unavailable",
    }
}

/// The word of a code, as in `code` and at the end of `type`.
#[must_use]
pub fn word(code: ErrorCode) -> String {
    match serde_json::to_value(code) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

/// When to try the same again, where that may help.
#[must_use]
pub fn retry_after(error: &Error) -> Option<Duration> {
    if let Error::RateLimited { retry_after } = error.refusal() {
        return Some(*retry_after);
    }
    let passes = matches!(
        error,
        Error::Busy | Error::Unavailable(_) | Error::IdempotencyRunning
    );
    passes.then_some(RETRY_AFTER_UNAVAILABLE)
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let Self(error) = self;
        let code = error.code();
        let status = status(code);
        let detail = error.to_string();
        let retry_after = retry_after(&error);
        let cause = status
            .is_server_error()
            .then(|| kernel::error::chain(&error));
        let problem = Problem {
            r#type: format!("/problems/{}", word(code)),
            title: title(code).to_owned(),
            status: status.as_u16(),
            detail,
            code,
            errors: error.at_fault(),
            path: error.cycle(),
        };
        let mut response = (status, axum::Json(&problem)).into_response();
        response.extensions_mut().insert(Said(Arc::new(problem)));
        let headers = response.headers_mut();
        let problem_json = HeaderValue::from_static("application/problem+json");
        headers.insert(header::CONTENT_TYPE, problem_json);
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(retry_after) = retry_after {
            let seconds = HeaderValue::from(retry_after.as_secs().max(1));
            headers.insert(header::RETRY_AFTER, seconds);
        }
        if let Some(cause) = cause {
            response.extensions_mut().insert(Cause(cause.into()));
        }
        response
    }
}

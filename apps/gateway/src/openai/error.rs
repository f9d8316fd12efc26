//! Refusals in the form that OpenAI's clients read.

use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use http::{
    ApiError,
    problem::{self, Cause, status, word},
};
use kernel::{Error, ErrorCode, error::chain};
use platform::feature::Refusals;
use serde_json::{Value, json};

#[derive(Debug)]
pub(super) struct Refusal(pub(super) Error);

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self(error)
    }
}

impl From<ApiError> for Refusal {
    fn from(ApiError(error): ApiError) -> Self {
        Self(error)
    }
}

/// What is refused before one of our routes is reached, such as one request too many.
pub(crate) const REFUSALS: Refusals = Refusals {
    below: "/v1/",
    say: |problem| {
        let (kind, code) = kind(problem.code);
        let body = said(&problem.detail, kind, None, &code);
        (their_status(problem.code).as_u16(), body)
    },
};

fn their_status(code: ErrorCode) -> StatusCode {
    match status(code) {
        // Their clients know no other for what cannot be read.
        StatusCode::UNPROCESSABLE_ENTITY => StatusCode::BAD_REQUEST,
        StatusCode::PAYMENT_REQUIRED => StatusCode::TOO_MANY_REQUESTS,
        other => other,
    }
}

impl Refusal {
    pub(super) fn body(&self) -> Value {
        let Self(error) = self;
        let (kind, code) = if matches!(error.refusal(), Error::NotFound(_)) {
            // What is asked for here is a model.
            ("invalid_request_error", "model_not_found".to_owned())
        } else {
            kind(error.code())
        };
        let param = error.at_fault().into_iter().next();
        let param = param.map(|field| field.pointer.trim_start_matches('/').replace('/', "."));
        said(&error.to_string(), kind, param.as_deref(), &code)
    }
}

/// OpenAI's words for what their clients look at, and ours for the rest.
fn kind(code: ErrorCode) -> (&'static str, String) {
    let own = word(code);
    if code == ErrorCode::Unauthenticated {
        ("invalid_request_error", "invalid_api_key".to_owned())
    } else if code == ErrorCode::BudgetExceeded {
        ("insufficient_quota", "insufficient_quota".to_owned())
    } else if code == ErrorCode::RateLimited {
        ("rate_limit_error", "rate_limit_exceeded".to_owned())
    } else if status(code).is_server_error() {
        ("server_error", own)
    } else {
        ("invalid_request_error", own)
    }
}

/// An error as it stands in an answer or in a stream.
pub(super) fn said(message: &str, kind: &str, param: Option<&str>, code: &str) -> Value {
    json!({"error": {"message": message, "type": kind, "param": param, "code": code}})
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let status = their_status(self.0.code());
        let mut response = (status, Json(self.body())).into_response();
        if status.is_server_error() {
            let cause = chain(&self.0);
            response.extensions_mut().insert(Cause(cause.into()));
        }
        if let Some(retry_after) = problem::retry_after(&self.0) {
            let seconds = retry_after.as_secs().max(1).into();
            response.headers_mut().insert("retry-after", seconds);
        }
        response
    }
}

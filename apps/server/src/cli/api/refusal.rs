//! Why a call came to nothing, and the way out.

use platform::settings::API_TOKEN;
use protocol::Problem;
use reqwest::{Response, StatusCode};
use thiserror::Error;

use crate::cli::printed::{in_a_line, word};

#[derive(Debug, Error)]
pub(crate) enum CallError {
    #[error(
        "there is no API token: make one with the scopes agent, run and graph (`POST /api/v1/users/me/tokens`), and \
         put it into the variable {API_TOKEN}"
    )]
    NoToken,
    #[error(
        "`{0}` is no address of a server: say one such as https://canvas.example.org with --url"
    )]
    NotAnAddress(String),
    #[error("no server answers at {url}: start it, or say where it is with --url or NONLINEAR_URL")]
    Unreachable { url: String, source: reqwest::Error },
    #[error(
        "the server accepts no such token: it is wrong, expired or revoked; put another into {API_TOKEN}"
    )]
    UnknownToken,
    #[error("{0}: make one that has it, and put it into {API_TOKEN}")]
    ScopeMissing(String),
    #[error("this is not allowed to whoever made the token: {0}")]
    NotAllowed(String),
    #[error("{0}, or whoever made the token cannot see it: compare the ids with those of `{1}`")]
    NotFound(String, &'static str),
    #[error("the server refuses it: {detail}")]
    Refused { status: StatusCode, detail: String },
    #[error("what answers at {0} is no NonLinear server, or one of another version: see --url")]
    Foreign(String),
    #[error("there is no agent `{name}` here, but: {there}")]
    UnknownAgent { name: String, there: String },
    #[error("several agents are called `{name}`: choose one by its id: {ids}")]
    SeveralAgents { name: String, ids: String },
}

impl CallError {
    /// Whether the same may succeed a little later.
    pub(crate) fn passes(&self) -> bool {
        match self {
            Self::Unreachable { .. } => true,
            Self::Refused { status, .. } => {
                status.is_server_error() || *status == StatusCode::TOO_MANY_REQUESTS
            }
            Self::NoToken
            | Self::NotAnAddress(_)
            | Self::UnknownToken
            | Self::ScopeMissing(_)
            | Self::NotAllowed(_)
            | Self::NotFound(..)
            | Self::Foreign(_)
            | Self::UnknownAgent { .. }
            | Self::SeveralAgents { .. } => false,
        }
    }
}

/// What an answer that is no success says.
pub(super) async fn told_by(response: Response, url: &str) -> CallError {
    let status = response.status();
    let text = response.text().await.unwrap_or_default();
    let Ok(problem) = serde_json::from_str::<Problem>(&text) else {
        // A proxy in between says that the server is away in its own words.
        return if status.is_server_error() {
            let detail = format!("it answers {status}; try again in a while");
            CallError::Refused { status, detail }
        } else {
            CallError::Foreign(url.to_owned())
        };
    };
    of(status, problem)
}

fn of(status: StatusCode, problem: Problem) -> CallError {
    let code = word(problem.code);
    let detail = in_a_line(&problem.detail);
    match (status, code.as_str()) {
        (StatusCode::UNAUTHORIZED, _) => CallError::UnknownToken,
        (_, "insufficient_scope") => CallError::ScopeMissing(detail),
        (StatusCode::FORBIDDEN, _) => CallError::NotAllowed(detail),
        (StatusCode::NOT_FOUND, _) => {
            let list = if detail.contains("task") {
                "nonlinear task list"
            } else if detail.contains("agent") {
                "nonlinear agent list"
            } else {
                "GET /api/v1/projects"
            };
            CallError::NotFound(detail, list)
        }
        _ => {
            let fields = problem.errors.iter();
            let fields = fields.map(|field| format!("{} {}", field.pointer, field.detail));
            let detail = match problem.errors.len() {
                0 | 1 => detail,
                _ => in_a_line(&fields.collect::<Vec<_>>().join("; ")),
            };
            CallError::Refused { status, detail }
        }
    }
}

//! What can go wrong, named by what happened. The transport decides how to say it.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{ids::NodeId, policy::Scope};

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// The stable word for a refusal. Variants are added, never changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    BadRequest,
    BadJson,
    BadCursor,
    Unauthenticated,
    InvalidCredentials,
    TotpRequired,
    InvalidToken,
    Forbidden,
    InsufficientScope,
    SessionRequired,
    ForeignOrigin,
    NotFound,
    MethodNotAllowed,
    RequestTimeout,
    Conflict,
    Cycle,
    Generating,
    IdempotencyRunning,
    VersionMismatch,
    PayloadTooLarge,
    UnsupportedMediaType,
    Invalid,
    SelfEdge,
    IdempotencyReused,
    OpReused,
    LimitReached,
    TooMuchWork,
    StorageFull,
    DiskFull,
    PreconditionRequired,
    BudgetExceeded,
    ContextTooLarge,
    RateLimited,
    Internal,
    Busy,
    Unavailable,
}

/// One field at fault: where it stands (RFC 6901) and what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FieldError {
    pub pointer: String,
    pub detail: String,
}

impl FieldError {
    pub fn new(pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        Self {
            pointer: pointer.into(),
            detail: detail.into(),
        }
    }
}

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("{0}")]
    BadRequest(String),
    #[error("the body is not valid JSON: {0}")]
    BadJson(String),
    #[error("the cursor is not one this list gave out; start again without it")]
    BadCursor,
    #[error("log in, or send a valid access token or API token as a bearer token")]
    Unauthenticated,
    #[error("the e-mail address, the password or the code is wrong")]
    InvalidCredentials,
    #[error("this account has a second factor: send its current code as `totp`")]
    TotpRequired,
    #[error("this token is unknown, used or expired; ask for a new one")]
    InvalidToken,
    #[error("{0}")]
    Forbidden(String),
    #[error("{}", scope_sentence(*.0))]
    InsufficientScope(Option<Scope>),
    #[error("API tokens cannot do this; log in and use a session's access token")]
    SessionRequired,
    #[error("requests with this server's cookie are only accepted from its own pages")]
    ForeignOrigin,
    #[error("there is no such {0}")]
    NotFound(&'static str),
    #[error("this address does not take that method")]
    MethodNotAllowed,
    #[error("the request took too long to arrive; send it again")]
    RequestTimeout,
    #[error("{0}")]
    Conflict(String),
    #[error("the edge would close a cycle through {} nodes", path.len())]
    Cycle { path: Vec<NodeId> },
    #[error(
        "the node's answer is being written; wait for it, cancel it, or send `whileGenerating: \"CANCEL\"`"
    )]
    Generating,
    #[error("a request with this Idempotency-Key is still running; try again shortly")]
    IdempotencyRunning,
    #[error("this is not the current version ({current}); read it again and repeat the change")]
    VersionMismatch { current: i64 },
    #[error("the body is larger than {bytes_max} bytes")]
    PayloadTooLarge { bytes_max: usize },
    #[error("send the body as `Content-Type: application/json`")]
    UnsupportedMediaType,
    #[error("{0}")]
    UnsupportedFile(String),
    #[error("{}", fields_sentence(.0))]
    Invalid(Vec<FieldError>),
    /// What refused one operation of a batch.
    #[error("/ops/{index}: {refusal}")]
    InBatch { index: usize, refusal: Box<Error> },
    #[error("an edge cannot lead from a node to itself")]
    SelfEdge,
    #[error("this Idempotency-Key was used with another request; use a new key")]
    IdempotencyReused,
    #[error("this op id was used with other data; use a new id")]
    OpReused,
    #[error("{what} are limited to {max}; remove some first")]
    LimitReached { what: &'static str, max: usize },
    #[error(
        "this change would look at more of the project than one change may; make it in smaller parts"
    )]
    TooMuchWork,
    #[error(
        "the projects of this owner hold {held} bytes of text and history, and may hold {max}; delete \
         some: there is room again once they are removed from the trash"
    )]
    StorageFull { held: i64, max: i64 },
    #[error(
        "the files of this owner have {held} bytes and may have {max}; delete some, or ask whoever runs the server"
    )]
    FilesFull { held: u64, max: u64 },
    #[error("the server's disk is full; nothing was kept, try again later")]
    DiskFull,
    #[error("{0}")]
    PreconditionRequired(&'static str),
    #[error("{0}")]
    BudgetExceeded(String),
    #[error(
        "the instructions and the prompt alone have {tokens} tokens, and this model takes {tokens_max}; \
         shorten them or choose a larger model"
    )]
    ContextTooLarge { tokens: u64, tokens_max: u64 },
    #[error("too many requests; wait {} s", retry_after.as_secs().max(1))]
    RateLimited { retry_after: Duration },
    #[error("an internal error; it has been logged under this request's id")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
    #[error("the server has too much waiting for this project; try again shortly")]
    Busy,
    #[error("the database cannot be reached; nothing was changed, try again shortly")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
}

fn scope_sentence(scope: Option<Scope>) -> String {
    match scope {
        Some(scope) => format!("this token lacks the scope `{}`", scope.word()),
        None => "no API token may do this; use a session's access token".to_owned(),
    }
}

fn fields_sentence(fields: &[FieldError]) -> String {
    match fields {
        [only] if only.pointer.is_empty() => only.detail.clone(),
        [only] => format!("{}: {}", only.pointer, only.detail),
        several => format!("{} fields are not acceptable", several.len()),
    }
}

impl Error {
    /// One field that is not acceptable.
    pub fn invalid(pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::Invalid(vec![FieldError::new(pointer, detail)])
    }

    pub fn internal(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal(source.into())
    }

    /// What was refused, wherever it stood.
    #[must_use]
    pub fn refusal(&self) -> &Self {
        if let Self::InBatch { refusal, .. } = self {
            return refusal.refusal();
        }
        self
    }

    /// The fields, or the operation of a batch, at fault.
    #[must_use]
    pub fn at_fault(&self) -> Vec<FieldError> {
        if let Self::Invalid(fields) = self {
            return fields.clone();
        }
        if let Self::InBatch { index, refusal } = self {
            return vec![FieldError::new(
                format!("/ops/{index}"),
                refusal.to_string(),
            )];
        }
        Vec::new()
    }

    /// The nodes of a cycle, from the edge's target to its source.
    #[must_use]
    pub fn cycle(&self) -> Vec<NodeId> {
        if let Self::Cycle { path } = self.refusal() {
            return path.clone();
        }
        Vec::new()
    }

    #[must_use]
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::BadRequest(_) => ErrorCode::BadRequest,
            Self::BadJson(_) => ErrorCode::BadJson,
            Self::BadCursor => ErrorCode::BadCursor,
            Self::Unauthenticated => ErrorCode::Unauthenticated,
            Self::InvalidCredentials => ErrorCode::InvalidCredentials,
            Self::TotpRequired => ErrorCode::TotpRequired,
            Self::InvalidToken => ErrorCode::InvalidToken,
            Self::Forbidden(_) => ErrorCode::Forbidden,
            Self::InsufficientScope(_) => ErrorCode::InsufficientScope,
            Self::SessionRequired => ErrorCode::SessionRequired,
            Self::ForeignOrigin => ErrorCode::ForeignOrigin,
            Self::NotFound(_) => ErrorCode::NotFound,
            Self::MethodNotAllowed => ErrorCode::MethodNotAllowed,
            Self::RequestTimeout => ErrorCode::RequestTimeout,
            Self::Conflict(_) => ErrorCode::Conflict,
            Self::Cycle { .. } => ErrorCode::Cycle,
            Self::Generating => ErrorCode::Generating,
            Self::IdempotencyRunning => ErrorCode::IdempotencyRunning,
            Self::VersionMismatch { .. } => ErrorCode::VersionMismatch,
            Self::PayloadTooLarge { .. } => ErrorCode::PayloadTooLarge,
            Self::UnsupportedMediaType | Self::UnsupportedFile(_) => {
                ErrorCode::UnsupportedMediaType
            }
            Self::Invalid(_) => ErrorCode::Invalid,
            Self::InBatch { refusal, .. } => refusal.code(),
            Self::SelfEdge => ErrorCode::SelfEdge,
            Self::IdempotencyReused => ErrorCode::IdempotencyReused,
            Self::OpReused => ErrorCode::OpReused,
            Self::LimitReached { .. } => ErrorCode::LimitReached,
            Self::TooMuchWork => ErrorCode::TooMuchWork,
            Self::StorageFull { .. } | Self::FilesFull { .. } => ErrorCode::StorageFull,
            Self::DiskFull => ErrorCode::DiskFull,
            Self::PreconditionRequired(_) => ErrorCode::PreconditionRequired,
            Self::BudgetExceeded(_) => ErrorCode::BudgetExceeded,
            Self::ContextTooLarge { .. } => ErrorCode::ContextTooLarge,
            Self::RateLimited { .. } => ErrorCode::RateLimited,
            Self::Internal(_) => ErrorCode::Internal,
            Self::Busy => ErrorCode::Busy,
            Self::Unavailable(_) => ErrorCode::Unavailable,
        }
    }
}

/// A failure and all its causes on one line, for the log.
#[must_use]
pub fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(": ")
}

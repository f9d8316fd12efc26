//! The kit for HTTP: reading requests strictly, saying refusals, limits, and serving.

pub mod cookies;
pub mod extract;
pub mod follow;
pub mod idempotency;
pub mod identify;
pub mod observe;
pub mod openapi;
pub mod ops;
pub mod page;
pub mod patience;
mod places;
pub mod preflight;
pub mod problem;
pub mod protect;
pub mod rates;
pub mod serve;
pub mod strict_json;
mod unread;

use std::sync::Arc;

pub use extract::{Anyone, Caller, IfMatch, Json, Path, Query};
use platform::Platform;
pub use problem::{ApiError, ApiResult};
use utoipa_axum::router::OpenApiRouter;

/// What every route gets.
pub type AppState = Arc<Platform>;

/// What a crate brings, its routes below `/api/v1` among it.
pub type Feature = platform::Feature<OpenApiRouter<AppState>>;

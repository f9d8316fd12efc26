//! The kit for HTTP: reading requests strictly, saying refusals, limits, and serving.

pub mod cookies;
pub mod extract;
pub mod idempotency;
pub mod identify;
pub mod observe;
pub mod openapi;
pub mod page;
pub mod problem;
pub mod protect;
pub mod rates;
pub mod serve;
pub mod strict_json;

use std::sync::Arc;

pub use extract::{Anyone, Caller, IfMatch, Json, Path, Query};
use platform::Platform;
pub use problem::{ApiError, ApiResult};

/// What every route gets.
pub type AppState = Arc<Platform>;

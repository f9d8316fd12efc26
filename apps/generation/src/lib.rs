//! Generation: what a model is sent, who answers, and what the answer rests on.

mod models;
#[cfg_attr(not(test), expect(dead_code, reason = "nobody asks a model yet"))]
#[expect(unused_imports, reason = "nobody asks a model yet")]
mod providers;

use http::AppState;
use utoipa_axum::router::OpenApiRouter;

/// All routes of this crate.
pub fn routes() -> OpenApiRouter<AppState> {
    models::routes()
}

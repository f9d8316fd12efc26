//! (to be written)

use http::AppState;
use utoipa_axum::router::OpenApiRouter;

/// The routes below `/api/v1`.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
}

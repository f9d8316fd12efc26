//! Projects, the people on them and what they may do.

pub mod invitations;
pub mod members;
pub mod presets;
pub mod projects;
pub mod viewports;

use http::AppState;
use platform::jobs::Handlers;
use utoipa_axum::router::OpenApiRouter;

/// The routes below `/api/v1`.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .merge(projects::routes())
        .merge(members::routes())
        .merge(invitations::routes())
        .merge(viewports::routes())
        .merge(presets::routes())
}

/// Adds the jobs that this crate can do.
#[must_use]
pub fn job_handlers(handlers: Handlers) -> Handlers {
    invitations::job_handlers(handlers)
}

//! Generation: what a model is sent, who answers, and what the answer rests on.

mod budgets;
mod context;
pub mod generations;
mod instructions;
mod merge;
mod models;
mod money;
mod providers;
mod refresh;
mod setup;
mod siblings;
mod staleness;
mod usage;

use http::AppState;
use platform::jobs::Handlers;
use utoipa_axum::router::OpenApiRouter;

/// For `benches/` alone.
#[doc(hidden)]
pub use context::sample;
pub use setup::start;

/// The routes below `/api/v1`.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .merge(generations::routes())
        .merge(context::routes())
        .merge(refresh::routes())
        .merge(models::routes())
        .merge(budgets::routes())
        .merge(usage::routes())
        .merge(merge::routes())
        .merge(siblings::routes())
}

/// Adds the jobs that this crate can do.
#[must_use]
pub fn job_handlers(handlers: Handlers) -> Handlers {
    instructions::job_handlers(handlers)
        .with(generations::RUN, generations::run)
        .with(generations::SUMMARISE, generations::summarise)
}

//! Accounts: people, how they prove who they are, and the credentials that act for them.

pub mod admin;
pub mod auth;
pub mod tokens;
pub mod users;

mod sweep;

use http::AppState;
use platform::jobs::Handlers;
use utoipa_axum::router::OpenApiRouter;

pub use sweep::sweep;

/// The routes below `/api/v1`.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .merge(auth::routes())
        .merge(users::routes())
        .merge(tokens::routes())
}

/// Adds the background work of accounts.
#[must_use]
pub fn job_handlers(handlers: Handlers) -> Handlers {
    handlers.with(auth::MAIL_JOB, auth::send_mail)
}

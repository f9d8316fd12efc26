//! Accounts: people, how they prove who they are, and the credentials that act for them.

pub mod admin;
pub mod auth;
pub mod keys;
pub mod tokens;
pub mod users;

mod avatars;
mod sweep;

use http::{AppState, Feature};
use utoipa_axum::router::OpenApiRouter;

/// What this crate brings.
#[must_use]
pub fn feature() -> Feature {
    Feature::new("accounts")
        .routes(routes)
        .job(auth::send_mail)
        .job(auth::mail_email_change)
        .retention(sweep::ENDED_SESSIONS)
        .sweep(|platform| Box::pin(async move { sweep::sweep(&platform).await }))
}

fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .merge(auth::routes())
        .merge(users::routes())
        .merge(avatars::routes())
        .merge(tokens::routes())
}

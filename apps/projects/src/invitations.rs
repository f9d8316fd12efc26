//! Invitations: membership for people who may have no account yet, by mail.

mod commands;
mod jobs;
mod limits;
mod queries;
mod received;
mod routes;
mod token;

pub(crate) use jobs::mail;
pub use queries::derived_with;
pub(crate) use routes::routes;

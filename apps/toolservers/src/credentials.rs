//! Tokens for servers outside: each a person's or a project's, sealed, and shown to nobody again.

mod commands;
mod queries;
mod routes;

pub(crate) use commands::{forget_the_deleted, reseal};
pub(crate) use queries::token_for;
pub(crate) use routes::routes;

use kernel::{ProjectId, UserId};

/// Whose a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Holder {
    Person(UserId),
    Project(ProjectId),
}

//! Votes for answers: one of a person for an answer, seen by everybody in the project.

mod commands;
mod queries;
mod routes;

pub(crate) use commands::{Vote, VoteEvent};
pub(crate) use routes::routes;

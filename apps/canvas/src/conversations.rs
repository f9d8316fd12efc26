//! Conversations: the branches of a person's projects, each by its last question.

mod commands;
mod queries;
mod routes;
mod titles;

pub(crate) use routes::routes;

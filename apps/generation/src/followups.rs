//! Follow-ups: the next question below an answer, in one call.

mod commands;
mod prompt;
mod routes;

pub(crate) use commands::Add;
pub(crate) use routes::routes;

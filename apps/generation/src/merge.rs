//! Merging: one node that rests on several, with a question that brings them together.

mod commands;
mod proposal;
mod routes;

pub(crate) use routes::routes;

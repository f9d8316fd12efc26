//! What a person wants to be told, by which ways, and when.

mod commands;
mod queries;
mod routes;

pub(crate) use routes::routes;

//! Siblings: the same question to several models, side by side.

mod commands;
mod routes;

pub(crate) use routes::routes;

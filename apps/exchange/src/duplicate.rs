//! Copies of projects, for whoever may read them.

mod commands;
mod routes;

pub(crate) use routes::routes;

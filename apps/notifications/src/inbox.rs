//! What a person was told: reading it, and having read it.

mod commands;
mod queries;
mod routes;
mod row;

pub(crate) use queries::{unread, visible};
pub(crate) use routes::routes;
pub(crate) use row::to_view;

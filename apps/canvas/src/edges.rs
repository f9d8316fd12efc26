//! Edges: an answer becomes context of another prompt.

mod commands;
mod queries;
mod routes;
mod row;

pub(crate) use commands::{Create, Delete, Update};
pub(crate) use queries::all;
pub(crate) use routes::routes;
pub(crate) use row::{new_row, to_view};

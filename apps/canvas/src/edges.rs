//! Edges: an answer becomes context of another prompt.

mod commands;
mod queries;
mod routes;
mod row;

pub use commands::connect;
pub(crate) use commands::{Create, Delete, Update};
pub(crate) use queries::all;
pub use queries::into;
pub(crate) use routes::routes;
pub(crate) use row::{new_row, to_view};

//! Nodes: create, read, change, move, delete, restore, and who comes before and after.

mod commands;
mod queries;
mod routes;
mod row;

pub use commands::{apply_create, apply_delete, apply_move, apply_restore, apply_update, create};
pub(crate) use queries::living;
pub(crate) use routes::routes;

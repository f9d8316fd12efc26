//! Projects: create, list, change, delete, restore, transfer.

mod commands;
mod queries;
mod routes;
mod row;

pub(crate) use commands::{Update, set_role};
pub use commands::{create, owner, replace_preset};
pub use queries::{get, view};
pub(crate) use routes::routes;

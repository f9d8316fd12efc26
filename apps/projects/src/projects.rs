//! Projects: create, list, change, delete, restore.

mod commands;
mod queries;
mod routes;
mod row;

pub(crate) use commands::{Update, check_room, hand_over, set_role};
pub use commands::{create, owner, replace_preset};
pub use queries::{get, view};
pub(crate) use routes::routes;

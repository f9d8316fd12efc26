//! Projects: create, list, change, delete, restore.

mod commands;
mod listed;
mod purge;
mod queries;
mod room;
mod routes;
mod row;

pub use commands::{BeginsWith, Create, create, describe, owner, replace_preset};
pub(crate) use commands::{Update, hand_over, set_role};
pub(crate) use purge::TRASH;
pub use queries::{get, list, view};
pub use room::require_room_for_files;
pub(crate) use room::{check_room, check_room_for_files, stored_bytes};
pub(crate) use routes::routes;

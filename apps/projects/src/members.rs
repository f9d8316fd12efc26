//! Members: who belongs to a project, in which role.

mod commands;
mod queries;
mod routes;

pub use commands::{apply_add, apply_remove, apply_update};
pub(crate) use commands::{check_grant, join};
pub use queries::graph_members;
pub(crate) use routes::routes;

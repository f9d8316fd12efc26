//! Members: who belongs to a project, in which role.

mod commands;
mod leavers;
mod queries;
mod routes;

pub(crate) use commands::{Add, Remove, Update, check_grant, join};
pub(crate) use leavers::account_deleted;
pub use queries::graph_members;
pub(crate) use routes::routes;

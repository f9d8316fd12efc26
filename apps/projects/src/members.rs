//! Members: who belongs to a project, in which role.

mod commands;
mod queries;
mod routes;

pub(crate) use commands::{Add, Remove, Update, check_grant, join};
pub use queries::graph_members;
pub(crate) use routes::routes;

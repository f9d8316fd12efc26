//! API tokens: a program acts for its owner, within scopes. Only a session manages them.

mod commands;
mod queries;
mod routes;
mod row;

pub use commands::{create, delete};
pub use queries::list;

pub(crate) use commands::revoke_all;
pub(crate) use routes::routes;

//! Agents as members of projects: with which role, whether what they do happens at once, and what they may use up.

mod commands;
mod queries;
mod routes;
mod row;

pub use queries::named;
pub(crate) use queries::{Member, by_slug, find, locked, require_backed};
pub(crate) use routes::routes;
pub(crate) use row::servers_of;

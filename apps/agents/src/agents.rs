//! Agents of a person: what they are told, which models they ask, and what they have done.

mod commands;
mod queries;
mod queue;
mod routes;
mod row;
mod statistics;
mod types;
mod versions;

pub(crate) use queries::status_of;
pub(crate) use queue::EndTasks;
pub(crate) use routes::routes;
pub(crate) use types::HOUSE_RULES;

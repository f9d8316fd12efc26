//! Refresh: regenerating what is stale, each node after everything it depends on. It is a batch whose
//! jobs are generations.

mod commands;
mod progress;
mod queries;
mod routes;
mod row;
mod wake;

pub(crate) use commands::{cancel_of_person, wake};
pub(crate) use progress::go_on;
pub(crate) use routes::routes;

/// What kind of batch it is.
pub(crate) const REFRESH: &str = "generation.refresh";

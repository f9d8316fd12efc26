//! Refresh: regenerating what is stale, each node after everything it depends on.

mod commands;
mod progress;
mod routes;

pub(crate) use progress::go_on;
pub(crate) use routes::routes;

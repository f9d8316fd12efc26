//! Threads: a branch as messages, from its first question to one of its nodes.

mod queries;
mod routes;

pub(crate) use routes::routes;

//! Comparing two nodes: what both rest on, and what only one of them does.

mod queries;
mod routes;

pub use queries::compare;

pub(crate) use routes::routes;

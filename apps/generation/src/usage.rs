//! Usage: what was asked of models and what that cost, summed up.

mod queries;
mod routes;

pub(crate) use routes::routes;

//! What people think of answers: one opinion of each person and answer, which can be changed.

mod commands;
mod queries;
mod routes;
mod row;

pub(crate) use routes::routes;

//! What people think of answers: one opinion of each person and answer, which can be changed.

mod commands;
mod routes;

pub(crate) use routes::routes;

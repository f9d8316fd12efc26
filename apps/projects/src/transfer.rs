//! Giving a project to another member, who has to agree: owning brings duties, too.

mod commands;
mod queries;
mod routes;

pub(crate) use routes::routes;

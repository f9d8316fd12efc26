//! Models: who can be asked, and how they do.

mod queries;
mod routes;

pub(crate) use queries::list;
pub(crate) use routes::routes;

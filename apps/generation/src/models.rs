//! Models: who can be asked, and how they do.

mod named;
mod queries;
mod routes;

pub use named::is_offered;
pub(crate) use named::refuse_unknown;
pub(crate) use queries::list;
pub(crate) use routes::routes;

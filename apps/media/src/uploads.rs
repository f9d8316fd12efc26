//! Files that come in parts: tus 1.0, so that a break costs nothing but what was under way.
//!
//! Each part is kept as it came, by any instance, and put together with the others when all are here.

mod commands;
mod queries;
mod routes;
mod sweep;
mod together;

pub(crate) use routes::routes;
pub(crate) use sweep::sweep;

//! Pictures of people: small, square, and made anew by the server from what they send.

mod commands;
mod pictures;
mod queries;
mod routes;

pub(crate) use commands::forget;
pub(crate) use routes::routes;

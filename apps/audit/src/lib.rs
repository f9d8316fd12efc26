//! The audit as it is read: by those who look after a project, by oneself, and by whoever runs the server. It is
//! written by the writer, with each change.

mod commands;
mod csv;
mod export;
mod queries;
mod routes;
mod row;
mod whose;

use http::Feature;

/// What this crate brings.
#[must_use]
pub fn feature() -> Feature {
    Feature::new("audit").routes(routes::routes)
}

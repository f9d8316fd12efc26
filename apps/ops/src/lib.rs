//! Operations: the one place that knows every word that changes a project, for batches, sockets
//! and jobs.

mod commands;
mod routes;

pub use commands::{OpDone, apply, batch, submit};
pub use routes::routes;

//! Operations: the one place that knows every word that changes a project, for batches over REST
//! now and for sockets and jobs next.

mod commands;
mod routes;

pub use commands::{apply, batch};
pub(crate) use routes::routes;

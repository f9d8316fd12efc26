//! The whole project at one moment: the snapshot, and the fingerprint of its state.

mod queries;
mod routes;

pub use queries::snapshot;
pub(crate) use routes::routes;

//! The whole project at one moment: the snapshot, and the fingerprint of its state.

mod encode;
mod form;
mod queries;
mod routes;
mod shared;

use encode::encode;

pub use queries::{look, snapshot};
pub(crate) use routes::routes;

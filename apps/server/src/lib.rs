//! The server: features, layers and background work wired together. The binary `nonlinear` and the
//! tests start it with the same function.

pub mod features;
mod operations;
mod pages;
mod preview;
mod program;
mod reference;
mod router;
mod running;
mod sweep;

pub use http::Feature;
pub use router::{asyncapi, asyncapi_of, openapi};
pub use running::{Running, ServeError, start, start_with};
pub use seed::seed_if_empty;

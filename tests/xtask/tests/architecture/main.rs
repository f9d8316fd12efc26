//! What ARCHITECTURE.md says about crates and tables, held against the source.
//!
//! Two text files beside this package show what there is. `UPDATE=1 cargo test -p xtask` rewrites
//! them; the change is then part of the review.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may panic; clippy's own exception does not reach helper functions"
)]

mod crate_edges;
mod module_circles;
mod public_names;
mod public_rows;
mod snapshot;
mod source;
mod table_writers;

/// The crates that hold a feature each.
const FEATURES: &[&str] = &[
    "accounts",
    "projects",
    "canvas",
    "changesets",
    "generation",
    "tools",
    "gateway",
    "agents",
    "media",
    "notifications",
];

//! Servers outside whose tools agents use, over MCP.
//!
//! Which there are is the operator's list (`tool_servers` of the settings): no address comes from data, and no process is
//! started. Which of them an agent may use stands with its place in a project. The token that a server wants is a
//! person's, for the tasks that run in their name, or a project's; it is sealed, and shown to nobody again.

mod client;
mod credentials;
pub mod keys;
mod offer;
mod servers;

use http::Feature;

pub use client::Answer;
pub use offer::{Offer, OutsideTool, call, offer};
pub use servers::require_known;

/// The operator's servers, and tokens for them.
#[must_use]
pub fn feature() -> Feature {
    Feature::new("tool servers")
        .routes(credentials::routes)
        .start(|platform| {
            Box::pin(async move {
                servers::start(&platform);
                Ok(())
            })
        })
        .sweep(|platform| Box::pin(credentials::forget_the_deleted(platform)))
}

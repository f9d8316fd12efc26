//! The canvas for other programs: tools and texts over MCP, and its branches as models of an OpenAI API.
//!
//! Both stand where those programs expect them, at the root of the server (decision 036).

mod mcp;
mod openai;

use axum::Router;
use http::{AppState, Feature};
use utoipa_axum::router::OpenApiRouter;

/// Both ways in.
#[must_use]
pub fn feature() -> Feature {
    Feature::new("gateway")
        .roots(|| {
            let roots: Router<AppState> = mcp::routes().merge(openai::routes());
            OpenApiRouter::from(roots)
        })
        .refusals(openai::REFUSALS)
}

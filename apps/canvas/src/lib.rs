//! The canvas: nodes, edges, and everything that reads or changes them together.

pub mod compare;
pub mod edges;
pub mod events;
pub mod graph;
pub mod nodes;
mod shape;

use http::AppState;
use utoipa_axum::router::OpenApiRouter;

/// The routes below `/api/v1`.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .merge(nodes::routes())
        .merge(edges::routes())
        .merge(graph::routes())
        .merge(events::routes())
        .merge(compare::routes())
}

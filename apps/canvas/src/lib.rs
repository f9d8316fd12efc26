//! The canvas: nodes, edges, and everything that reads or changes them together.

pub mod compare;
mod conversations;
pub mod edges;
pub mod events;
pub mod graph;
pub mod nodes;
mod shape;

use entity::{edge, node};
use http::{AppState, Feature};
use platform::purge;
use utoipa_axum::router::OpenApiRouter;

/// Nodes, edges, and what reads or changes them together.
#[must_use]
pub fn feature() -> Feature {
    Feature::new("canvas")
        .routes(routes)
        .reaction("files", |write| Box::pin(nodes::settle_files(write)))
        .op::<nodes::Create>()
        .op::<nodes::Update>()
        .op::<nodes::Move>()
        .op::<nodes::Delete>()
        .op::<nodes::Restore>()
        .op::<nodes::Attach>()
        .op::<nodes::Detach>()
        .op::<edges::Create>()
        .op::<edges::Update>()
        .op::<edges::Delete>()
        .retention(nodes::OLD_TRASH)
        .purge(|write, project| {
            let columns = (node::Column::ProjectId, node::Column::Id);
            Box::pin(purge::rows::<node::Entity>(write, project, columns))
        })
        .purge(|write, project| {
            let columns = (edge::Column::ProjectId, edge::Column::Id);
            Box::pin(purge::rows::<edge::Entity>(write, project, columns))
        })
}

fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .merge(nodes::routes())
        .merge(edges::routes())
        .merge(graph::routes())
        .merge(events::routes())
        .merge(compare::routes())
        .merge(conversations::routes())
}

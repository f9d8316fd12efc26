//! Where a new node stands if nobody says.

use canvas::{
    graph::look,
    nodes::{Around, LOOKED_AT_MAX, answered},
};
use kernel::{NodeId, Permission, Result};
use protocol::Position;

use crate::call::Call;

/// A free place below these nodes or, without any, beside the one in focus, with room for the answer to this prompt.
pub async fn below(call: &Call, parents: &[NodeId], prompt: &str) -> Result<Position> {
    let access = call
        .ctx
        .project(call.project, Permission::GRAPH_READ)
        .await?;
    let from = parents.first().copied().or(call.focus);
    let near = look(&call.ctx, &access, |graph| {
        let children = parents.first().map(|parent| graph.children(*parent));
        (
            graph.nearest(from, LOOKED_AT_MAX),
            children.unwrap_or_default(),
        )
    });
    let (near, children) = near.await?;
    let mut around = Around::read(call.ctx.reader(), call.project, &near).await?;
    let size = answered(prompt);
    Ok(
        match (parents.is_empty(), call.focus.or(near.first().copied())) {
            (true, Some(focus)) => around.beside(focus, size),
            _ => around.below(parents, &children, size),
        },
    )
}

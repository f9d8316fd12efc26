use std::collections::HashSet;

use ::graph::Dag;
use entity::project;
use kernel::{Error, NodeId, Permission, ProjectId, Resource, Result};
use platform::{Ctx, Current, ProjectAccess, db};
use protocol::{
    graph::{GraphView, StateHash},
    state,
};
use sea_orm::{DatabaseTransaction, EntityTrait, QuerySelect};

use crate::{edges, nodes, shape::Shape};

/// A project whole, consistent at one `seq`, as the caller may see it.
pub async fn snapshot(ctx: &Ctx, project: ProjectId) -> Result<GraphView> {
    let access = ctx.project(project, Permission::GRAPH_READ).await?;
    as_seen(ctx, access).await
}

/// Looks at who rests on whom, without any text, for who may read the graph.
pub async fn look<R>(
    ctx: &Ctx,
    access: &ProjectAccess,
    look: impl Fn(&Dag) -> R + Send + Sync,
) -> Result<R> {
    access.require(&ctx.principal, Permission::GRAPH_READ)?;
    ctx.shared(access, |current: &Current<Shape>| {
        look(&current.projection.graph)
    })
    .await
}

/// A project whole, as the holder of `access` may see it.
pub(super) async fn as_seen(ctx: &Ctx, access: ProjectAccess) -> Result<GraphView> {
    ctx.platform
        .database
        .consistent(move |tx| Box::pin(read(tx, access)))
        .await
}

async fn read(transaction: &DatabaseTransaction, access: ProjectAccess) -> Result<GraphView> {
    let id = access.project;
    let (seq, epoch) = project::Entity::find_by_id(id.uuid())
        .select_only()
        .columns([project::Column::HeadSeq, project::Column::Epoch])
        .into_tuple()
        .one(transaction)
        .await
        .map_err(db)?
        .ok_or(Error::NotFound("project"))?;
    let visibility = access.visibility();
    let nodes = nodes::living(transaction, id, visibility).await?;
    let living: HashSet<NodeId> = nodes.iter().map(|node| node.id).collect();
    let mut edges = edges::all(transaction, id).await?;
    edges.retain(|edge| living.contains(&edge.source_id) && living.contains(&edge.target_id));
    let members = if visibility.covers(Resource::Members) {
        projects::members::graph_members(transaction, id).await?
    } else {
        Vec::new()
    };
    let project = projects::projects::view(transaction, &access).await?;
    Ok(GraphView {
        project,
        epoch,
        seq,
        nodes,
        edges,
        members,
    })
}

pub(super) async fn state_hash(ctx: &Ctx, project: ProjectId) -> Result<StateHash> {
    let graph = snapshot(ctx, project).await?;
    let hashing = tokio::task::spawn_blocking(move || {
        state::hash(&graph).map(|hash| StateHash {
            epoch: graph.epoch,
            seq: graph.seq,
            hash,
        })
    });
    hashing
        .await
        .map_err(Error::internal)?
        .map_err(Error::internal)
}

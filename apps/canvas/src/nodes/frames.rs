//! Frames: regions that hold nodes and move with them.

use std::collections::{HashMap, HashSet};

use entity::node;
use kernel::{Error, NodeId, Permission, ProjectId, Result};
use platform::{Ctx, ProjectAccess, Write, db};
use protocol::nodes::{MoveNode, NODES_PER_FRAME_MAX};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect,
};
use uuid::Uuid;

use crate::shape::Shape;

/// Refuses a frame that is none, or that is full.
pub(super) async fn require_usable(write: &mut Write, frame: Option<NodeId>) -> Result<()> {
    let Some(frame) = frame else { return Ok(()) };
    if !write.projection::<Shape>().await?.frames.contains(&frame) {
        return Err(Error::invalid(
            "/frameId",
            "is no frame of this project; make a node of kind FRAME first",
        ));
    }
    let project = write.project_id()?;
    let held = held_by(project, [frame])
        .count(write.read().await?)
        .await
        .map_err(db)?;
    if usize::try_from(held).unwrap_or(usize::MAX) < NODES_PER_FRAME_MAX {
        return Ok(());
    }
    let max = NODES_PER_FRAME_MAX;
    Err(Error::LimitReached {
        what: "nodes of one frame",
        max,
    })
}

fn held_by(
    project: ProjectId,
    frames: impl IntoIterator<Item = NodeId>,
) -> sea_orm::Select<node::Entity> {
    let frames = frames.into_iter().map(NodeId::uuid);
    node::Entity::find()
        .filter(node::Column::ProjectId.eq(project.uuid()))
        .filter(node::Column::FrameId.is_in(frames))
        .filter(node::Column::DeletedAt.is_null())
}

/// What those of these nodes hold that are frames, for who may read the graph.
pub async fn held(ctx: &Ctx, access: &ProjectAccess, frames: &[NodeId]) -> Result<Vec<NodeId>> {
    access.require(&ctx.principal, Permission::GRAPH_READ)?;
    let ids: Vec<Uuid> = held_by(access.project, frames.iter().copied())
        .select_only()
        .column(node::Column::Id)
        .into_tuple()
        .all(ctx.reader())
        .await
        .map_err(db)?;
    Ok(ids.into_iter().map(Into::into).collect())
}

type Placed = (Uuid, f64, f64, Option<Uuid>);

/// The moves of those that frames among the moved ones take with them: all that they hold and that is not moved
/// itself.
pub(super) async fn moves_of_held(
    write: &mut Write,
    positions: &[MoveNode],
) -> Result<Vec<MoveNode>> {
    let frames = &write.projection::<Shape>().await?.frames;
    if frames.is_empty() {
        return Ok(Vec::new());
    }
    let to: HashMap<NodeId, &MoveNode> = positions
        .iter()
        .filter(|position| frames.contains(&position.id))
        .map(|position| (position.id, position))
        .collect();
    if to.is_empty() {
        return Ok(Vec::new());
    }
    let project = write.project_id()?;
    let connection = write.read().await?;
    let from = places(connection, project, to.keys().copied()).await?;
    let held = held_by(project, to.keys().copied());
    let held = placed(held, connection).await?;
    let moved: HashSet<NodeId> = positions.iter().map(|position| position.id).collect();
    let moves = held.into_iter().filter_map(|(id, x, y, frame)| {
        let frame = NodeId::from_uuid(frame?);
        let (to, (from_x, from_y)) = (to.get(&frame)?, from.get(&frame)?);
        let place = position(x, y).moved_by(to.x.get() - from_x, to.y.get() - from_y);
        let id = NodeId::from_uuid(id);
        (!moved.contains(&id)).then_some(MoveNode {
            id,
            x: place.x,
            y: place.y,
        })
    });
    Ok(moves.collect())
}

fn position(x: f64, y: f64) -> protocol::Position {
    protocol::Position {
        x: protocol::values::Coordinate::stored(x),
        y: protocol::values::Coordinate::stored(y),
    }
}

async fn placed(
    select: sea_orm::Select<node::Entity>,
    connection: &impl ConnectionTrait,
) -> Result<Vec<Placed>> {
    select
        .select_only()
        .columns([
            node::Column::Id,
            node::Column::X,
            node::Column::Y,
            node::Column::FrameId,
        ])
        .into_tuple()
        .all(connection)
        .await
        .map_err(db)
}

async fn places(
    connection: &impl ConnectionTrait,
    project: ProjectId,
    ids: impl Iterator<Item = NodeId>,
) -> Result<HashMap<NodeId, (f64, f64)>> {
    let of_ids = node::Entity::find()
        .filter(node::Column::ProjectId.eq(project.uuid()))
        .filter(node::Column::Id.is_in(ids.map(NodeId::uuid)));
    let rows = placed(of_ids, connection).await?;
    let places = rows.into_iter().map(|(id, x, y, _)| (id.into(), (x, y)));
    Ok(places.collect())
}

/// A frame takes part in no conversation.
pub(crate) fn refuse_edges(shape: &Shape, pointer: &'static str, node: NodeId) -> Result<()> {
    if shape.frames.contains(&node) {
        return Err(Error::invalid(
            pointer,
            "is a frame, which has no edges; put nodes into it with `frameId`",
        ));
    }
    Ok(())
}

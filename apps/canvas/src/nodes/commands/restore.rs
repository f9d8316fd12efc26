use ::graph::EdgeRefusal;
use entity::{edge, node};
use kernel::{Error, NodeId, OpId, Permission, ProjectId, Result};
use platform::{Command, Ctx, Operation, ProjectCommand, Write, db};
use protocol::{
    edges::EdgeView,
    events::{Event, NodeEvent, NodeRestored},
    nodes::{NodeRef, NodeWithEdges},
};
use sea_orm::{ActiveValue::Set, ColumnTrait, Condition, EntityTrait, QueryFilter};

use crate::{
    edges,
    nodes::row::{attachments_of, stored_attachments, to_view},
    shape::Shape,
};

/// Takes a node out of the trash; its edges to living nodes come back with it.
#[derive(Debug)]
pub(crate) struct Restore {
    pub(crate) id: NodeId,
}

impl Command for Restore {
    type Output = NodeRestored;

    async fn apply(&self, write: &mut Write) -> Result<NodeRestored> {
        let id = self.id;
        write.require_to_grow(Permission::GRAPH_WRITE)?;
        let (project, now) = (write.project_id()?, write.now());
        let row = node::Entity::find_by_id((project.uuid(), id.uuid()))
            .one(write.read().await?)
            .await
            .map_err(db)?
            .ok_or(Error::NotFound("node"))?;
        let edges = edges_to_living(write, project, id).await?;
        if row.deleted_at.is_none() {
            let as_it_is = NodeRestored {
                id,
                node: to_view(row),
                edges,
            };
            write.unchanged(NodeEvent::Restore(as_it_is.clone()));
            return Ok(as_it_is);
        }
        refuse_cycles(write, id, &edges).await?;
        // Meanwhile files may have gone, and links may say something else.
        let before = attachments_of(row.attachments);
        let files = media::settled_again(write.read().await?, project, &before, now).await?;
        let row = node::Model {
            attachments: stored_attachments(&files),
            version: row.version + 1,
            updated_at: write.now(),
            deleted_at: None,
            ..row
        };
        let change = node::ActiveModel {
            project_id: Set(row.project_id),
            id: Set(row.id),
            version: Set(row.version),
            updated_at: Set(row.updated_at),
            deleted_at: Set(None),
            attachments: Set(row.attachments.clone()),
            ..Default::default()
        };
        node::Entity::update(change)
            .exec(write.conn().await?)
            .await
            .map_err(db)?;
        let restored = NodeRestored {
            id,
            node: to_view(row),
            edges,
        };
        write.emit(NodeEvent::Restore(restored.clone()));
        Ok(restored)
    }
}

impl ProjectCommand for Restore {
    fn replay(&self, event: &Event) -> Result<NodeRestored> {
        let restored = event.parts().iter().find_map(|part| {
            if let Event::Node(NodeEvent::Restore(restored)) = part {
                Some(restored.clone())
            } else {
                None
            }
        });
        restored.ok_or(Error::OpReused)
    }
}

impl Operation for Restore {
    const OP: &'static str = "node.restore";
    type Input = NodeRef;

    fn of(_: Option<OpId>, input: NodeRef) -> Self {
        Self { id: input.id }
    }
}

async fn edges_to_living(
    write: &mut Write,
    project: ProjectId,
    id: NodeId,
) -> Result<Vec<EdgeView>> {
    let rows = edge::Entity::find()
        .filter(edge::Column::ProjectId.eq(project.uuid()))
        .filter(
            Condition::any()
                .add(edge::Column::SourceId.eq(id.uuid()))
                .add(edge::Column::TargetId.eq(id.uuid())),
        )
        .all(write.read().await?)
        .await
        .map_err(db)?;
    let graph = &write.projection::<Shape>().await?.graph;
    let edges = rows.into_iter().map(edges::to_view);
    Ok(edges
        .filter(|edge| {
            let other = if edge.source_id == id {
                edge.target_id
            } else {
                edge.source_id
            };
            graph.contains(other)
        })
        .collect())
}

/// While the node was away its neighbours may have been connected the other way round.
async fn refuse_cycles(write: &mut Write, id: NodeId, edges: &[EdgeView]) -> Result<()> {
    let graph = &write.projection::<Shape>().await?.graph;
    for parent in edges.iter().filter(|edge| edge.target_id == id) {
        for child in edges.iter().filter(|edge| edge.source_id == id) {
            // A way from a child back to a parent is what an edge from parent to child would close.
            let check = graph.check_edge(parent.source_id, child.target_id);
            if let Err(EdgeRefusal::Cycle { mut path }) = check {
                path.push(id);
                return Err(Error::Cycle { path });
            }
        }
    }
    Ok(())
}

pub(in crate::nodes) async fn restore(
    ctx: &Ctx,
    project: ProjectId,
    id: NodeId,
) -> Result<NodeWithEdges> {
    let restored = ctx.write(project, Restore { id }).await?.output;
    // A token may be allowed to restore, but not to see all of it.
    let access = ctx.project(project, Permission::GRAPH_WRITE).await?;
    Ok(NodeWithEdges {
        node: restored.node.shown_to(access.visibility()),
        edges: restored.edges,
    })
}

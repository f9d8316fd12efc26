use ::graph::Dag;
use entity::{edge, node};
use kernel::{EdgeId, NodeId, Permission, ProjectId, Result};
use platform::{Command, Write, convert, db};
use protocol::{
    Position, Timestamp,
    edges::EdgeView,
    nodes::{NodeStatus, NodeView, NodeWithEdges},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use super::{add, refuse_full};
use crate::{
    nodes::{queries, row::attachments_of, settings::settings_of},
    shape::Shape,
};

/// Makes a node that asks the same as another one, of the same parents as far as these live. Its
/// answer is its own.
#[derive(Debug)]
pub struct Copy {
    pub of: NodeId,
    pub position: Position,
}

impl Command for Copy {
    type Output = NodeWithEdges;

    async fn apply(&self, write: &mut Write) -> Result<NodeWithEdges> {
        let of = self.of;
        let position = self.position;
        write.require_to_grow(Permission::GRAPH_WRITE)?;
        let project = write.project_id()?;
        let row = queries::row(write.read().await?, project, of).await?;
        let incoming = incoming(write, project, of).await?;
        let shape = write.projection::<Shape>().await?;
        refuse_full(shape)?;
        let id = NodeId::generate();
        let parents = living(&shape.graph, incoming);
        let frame = row.frame_id.map(NodeId::from_uuid);
        let frame = frame.filter(|frame| shape.frames.contains(frame));
        let now = write.now().into();
        let edges = parents.into_iter().map(|edge| new_edge(edge, id, now));
        let node = asking_like(row, id, position, frame, now);
        add(write, node, edges.collect()).await
    }
}

async fn incoming(write: &mut Write, project: ProjectId, of: NodeId) -> Result<Vec<edge::Model>> {
    edge::Entity::find()
        .filter(edge::Column::ProjectId.eq(project.uuid()))
        .filter(edge::Column::TargetId.eq(of.uuid()))
        .order_by_asc(edge::Column::Id)
        .all(write.read().await?)
        .await
        .map_err(db)
}

fn living(graph: &Dag, edges: Vec<edge::Model>) -> Vec<edge::Model> {
    let edges = edges.into_iter();
    edges
        .filter(|edge| graph.contains(edge.source_id.into()))
        .collect()
}

fn new_edge(like: edge::Model, target: NodeId, now: Timestamp) -> EdgeView {
    EdgeView {
        id: EdgeId::generate(),
        source_id: like.source_id.into(),
        target_id: target,
        policy: convert::edge_policy(like.policy),
        version: 1,
        created_at: now,
    }
}

fn asking_like(
    row: node::Model,
    id: NodeId,
    position: Position,
    frame: Option<NodeId>,
    now: Timestamp,
) -> NodeView {
    NodeView {
        id,
        prompt: row.prompt,
        response: None,
        summary: None,
        status: NodeStatus::Idle,
        position,
        metadata: None,
        llm_model: None,
        llm_tokens: None,
        llm_cost: None,
        pinned: row.pinned,
        kind: convert::node_kind(row.kind),
        role: convert::node_role(row.role),
        title: None,
        width: row.width,
        height: None,
        color: row.color,
        tags: row.tags.map(convert::words).unwrap_or_default(),
        attachments: attachments_of(row.attachments),
        settings: settings_of(row.settings, row.preset_id.map(Into::into)),
        frame_id: frame,
        generation_id: None,
        is_partial: false,
        author_id: None,
        version: 1,
        created_at: now,
        updated_at: now,
        deleted_at: None,
    }
}

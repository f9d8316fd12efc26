//! The shape of a project's graph in memory: what decides about cycles and lists ancestors.
//!
//! It is a cache, true for one `seq`. Writers remember theirs under the project's lock; readers share
//! another that catches up from the log.

use std::collections::HashSet;

use ::graph::{Dag, EdgeRefusal};
use entity::{edge, enums, node};
use futures::future::BoxFuture;
use kernel::{Error, NodeId, ProjectId, Result};
use platform::{Projection, db};
use protocol::{
    edges::EdgeView,
    events::{EdgeEvent, Event, NodeEvent},
    nodes::{NodeKind, NodeView},
};
use sea_orm::prelude::DateTimeUtc;
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

/// A graph that follows events, and the ids that are taken by nodes in the trash.
#[derive(Debug)]
pub(crate) struct Shape {
    pub(crate) graph: Dag,
    /// Those of the living that hold others.
    pub(crate) frames: HashSet<NodeId>,
    trash: HashSet<NodeId>,
}

impl Shape {
    /// Whether a node in the project, living or not, has this id.
    pub(crate) fn knows(&self, id: NodeId) -> bool {
        self.graph.contains(id) || self.trash.contains(&id)
    }

    /// How many nodes the project holds, those in the trash included.
    pub(crate) fn node_count(&self) -> usize {
        self.graph.node_count() + self.trash.len()
    }

    fn add(&mut self, node: &NodeView, edges: &[EdgeView]) {
        self.graph.add_node(node.id);
        if node.kind == NodeKind::Frame {
            self.frames.insert(node.id);
        }
        self.connect(edges);
    }

    fn connect(&mut self, edges: &[EdgeView]) {
        for edge in edges {
            // The log holds what was accepted under the lock, so nothing is refused here.
            let _ = self.graph.add_edge(edge.id, edge.source_id, edge.target_id);
        }
    }
}

impl Projection for Shape {
    fn read(connection: &DatabaseTransaction, project: ProjectId) -> BoxFuture<'_, Result<Self>> {
        Box::pin(read(connection, project))
    }

    fn visited(&self) -> u64 {
        self.graph.visited()
    }

    fn apply(&mut self, event: &Event) {
        match event {
            Event::Node(NodeEvent::Create(created)) => self.add(&created.node, &created.edges),
            Event::Node(NodeEvent::Restore(restored)) => {
                self.trash.remove(&restored.id);
                self.add(&restored.node, &restored.edges);
            }
            Event::Node(NodeEvent::Delete(deleted)) => {
                self.graph.remove_node(deleted.id);
                self.frames.remove(&deleted.id);
                self.trash.insert(deleted.id);
            }
            Event::Edge(EdgeEvent::Create(edge)) => self.connect(std::slice::from_ref(edge)),
            Event::Edge(EdgeEvent::Delete(deleted)) => {
                self.graph.remove_edge(deleted.id);
            }
            Event::Node(NodeEvent::Update(_) | NodeEvent::Move(_))
            | Event::Edge(EdgeEvent::Update(_))
            | Event::Project(_)
            | Event::Member(_)
            | Event::Invitation(_)
            | Event::Generation(_)
            | Event::Refresh(_)
            | Event::Instructions(_)
            | Event::Feature(_)
            | Event::Batch(_) => {}
        }
    }
}

/// Says an edge's refusal in the words of the API.
pub(crate) fn refused(refusal: EdgeRefusal) -> Error {
    match refusal {
        EdgeRefusal::SelfEdge => Error::SelfEdge,
        EdgeRefusal::UnknownNode(_) => Error::NotFound("node"),
        EdgeRefusal::Duplicate(_) => {
            Error::Conflict("these nodes are connected already".to_owned())
        }
        EdgeRefusal::Cycle { path } => Error::Cycle { path },
    }
}

async fn read(connection: &DatabaseTransaction, project: ProjectId) -> Result<Shape> {
    let nodes: Vec<(Uuid, enums::NodeKind, Option<DateTimeUtc>)> = node::Entity::find()
        .select_only()
        .columns([
            node::Column::Id,
            node::Column::Kind,
            node::Column::DeletedAt,
        ])
        .filter(node::Column::ProjectId.eq(project.uuid()))
        .into_tuple()
        .all(connection)
        .await
        .map_err(db)?;
    let edges: Vec<(Uuid, Uuid, Uuid)> = edge::Entity::find()
        .select_only()
        .columns([
            edge::Column::Id,
            edge::Column::SourceId,
            edge::Column::TargetId,
        ])
        .filter(edge::Column::ProjectId.eq(project.uuid()))
        .into_tuple()
        .all(connection)
        .await
        .map_err(db)?;
    let (mut living, mut trash) = (HashSet::new(), HashSet::new());
    let mut frames = HashSet::new();
    for (id, kind, deleted_at) in nodes {
        if kind == enums::NodeKind::Frame && deleted_at.is_none() {
            frames.insert(NodeId::from_uuid(id));
        }
        let place = if deleted_at.is_none() {
            &mut living
        } else {
            &mut trash
        };
        place.insert(NodeId::from_uuid(id));
    }
    let edges = edges
        .into_iter()
        .map(|(id, source, target)| (id.into(), source.into(), target.into()))
        .filter(|(_, source, target)| living.contains(source) && living.contains(target));
    let graph = Dag::from_parts(living.iter().copied(), edges.collect::<Vec<_>>())
        .map_err(|refusal| Error::internal(format!("the stored graph is broken: {refusal:?}")))?;
    Ok(Shape {
        graph,
        frames,
        trash,
    })
}

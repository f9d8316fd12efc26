//! A copy of a project, kept as a client keeps it.

use std::collections::BTreeMap;

use kernel::NodeId;
use protocol::{
    edges::EdgeView,
    events::{Event, EventView, NodeUpdated},
    graph::GraphView,
    nodes::NodeView,
    projects::ProjectView,
    state,
};

/// A copy of a project that knows nothing but a first snapshot and the events since.
#[derive(Clone, Debug)]
pub(crate) struct Replica {
    project: ProjectView,
    nodes: BTreeMap<NodeId, NodeView>,
    edges: BTreeMap<kernel::EdgeId, EdgeView>,
    pub(crate) seq: i64,
    start: GraphView,
}

impl Replica {
    pub(crate) fn of(start: GraphView) -> Self {
        Self {
            project: start.project.clone(),
            nodes: start
                .nodes
                .iter()
                .map(|node| (node.id, node.clone()))
                .collect(),
            edges: start
                .edges
                .iter()
                .map(|edge| (edge.id, edge.clone()))
                .collect(),
            seq: start.seq,
            start,
        }
    }

    pub(crate) fn follow(&mut self, view: &EventView) {
        assert_eq!(view.seq, self.seq + 1, "the log has a gap");
        self.seq = view.seq;
        let event = Event::from_stored(&view.op, view.data.clone()).expect("a known event");
        self.apply(event);
    }

    fn apply(&mut self, event: Event) {
        match event {
            Event::NodeCreate(created) => {
                self.nodes.insert(created.node.id, created.node);
                self.connect(created.edges);
            }
            Event::NodeRestore(restored) => {
                self.nodes.insert(restored.id, restored.node);
                self.connect(restored.edges);
            }
            Event::NodeUpdate(updated) => self.update(updated),
            Event::NodeMove(moved) => {
                for moved in moved.positions {
                    let node = self.nodes.get_mut(&moved.id).expect("a moved node exists");
                    node.position.x = moved.x;
                    node.position.y = moved.y;
                    node.version = moved.version;
                }
            }
            Event::NodeDelete(deleted) => {
                self.nodes.remove(&deleted.id);
                let at =
                    |edge: &EdgeView| edge.source_id == deleted.id || edge.target_id == deleted.id;
                self.edges.retain(|_, edge| !at(edge));
            }
            Event::EdgeCreate(edge) => self.connect(vec![edge]),
            Event::EdgeUpdate(updated) => {
                let edge = self
                    .edges
                    .get_mut(&updated.id)
                    .expect("a changed edge exists");
                edge.policy = updated.policy;
                edge.version = updated.version;
            }
            Event::EdgeDelete(deleted) => {
                self.edges.remove(&deleted.id);
            }
            Event::ProjectUpdate(updated) => {
                self.project.version = updated.version;
                if let Some(name) = updated.name {
                    self.project.name = name;
                }
                if let Some(description) = updated.description {
                    self.project.description = description;
                }
                if let Some(is_public) = updated.is_public {
                    self.project.is_public = is_public;
                }
                if let Some(viewport) = updated.viewport {
                    self.project.viewport = viewport;
                }
            }
            Event::Batch(batch) => batch.ops.into_iter().for_each(|event| self.apply(event)),
            // No part of the state that copies are compared by.
            Event::ProjectCreate(_)
            | Event::ProjectDelete {}
            | Event::ProjectRestore {}
            | Event::MemberAdd(_)
            | Event::MemberUpdate(_)
            | Event::MemberRemove(_)
            | Event::InvitationCreate(_)
            | Event::InvitationRevoke(_) => {}
        }
    }

    fn connect(&mut self, edges: Vec<EdgeView>) {
        self.edges
            .extend(edges.into_iter().map(|edge| (edge.id, edge)));
    }

    fn update(&mut self, updated: NodeUpdated) {
        let node = self
            .nodes
            .get_mut(&updated.id)
            .expect("a changed node exists");
        node.version = updated.version;
        node.prompt = updated.prompt.unwrap_or_else(|| node.prompt.clone());
        node.status = updated.status.unwrap_or(node.status);
        node.position = updated.position.unwrap_or(node.position);
        if let Some(response) = updated.response {
            node.response = response;
        }
        if let Some(summary) = updated.summary {
            node.summary = summary;
        }
        if let Some(metadata) = updated.metadata {
            node.metadata = metadata;
        }
    }

    /// The fingerprint of the copy.
    pub(crate) fn hash(&self) -> String {
        state::hash(&self.clone().into_graph()).expect("a hash")
    }

    pub(crate) fn into_graph(self) -> GraphView {
        GraphView {
            project: self.project,
            nodes: self.nodes.into_values().collect(),
            edges: self.edges.into_values().collect(),
            seq: self.seq,
            ..self.start
        }
    }
}

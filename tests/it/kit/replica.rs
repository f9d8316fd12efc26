//! A copy of a project, kept as a client keeps it.

use std::collections::BTreeMap;

use kernel::NodeId;
use protocol::{
    edges::EdgeView,
    events::{
        EdgeEvent, Event, EventView, GenerationEvent, NodeEvent, NodeUpdated, ProjectEvent,
        ProjectUpdated,
    },
    generations::GenerationChanged,
    graph::GraphView,
    nodes::{NodeStatus, NodeView},
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
        let event = view.typed().expect("a known event");
        self.apply(event);
        self.settle(&view.stale, NodeStatus::Completed, NodeStatus::Stale);
        self.settle(&view.fresh, NodeStatus::Stale, NodeStatus::Completed);
    }

    /// Nothing may be said to become what it is already.
    fn settle(&mut self, nodes: &[NodeId], from: NodeStatus, to: NodeStatus) {
        for id in nodes {
            let node = self.nodes.get_mut(id).expect("a settled node exists");
            assert_eq!(node.status, from, "{id} cannot become {to:?}");
            node.status = to;
        }
    }

    fn apply(&mut self, event: Event) {
        match event {
            Event::Node(event) => self.apply_to_node(event),
            Event::Edge(EdgeEvent::Create(edge)) => self.connect(vec![edge]),
            Event::Edge(EdgeEvent::Update(updated)) => {
                let edge = self
                    .edges
                    .get_mut(&updated.id)
                    .expect("a changed edge exists");
                edge.policy = updated.policy;
                edge.version = updated.version;
            }
            Event::Edge(EdgeEvent::Delete(deleted)) => {
                self.edges.remove(&deleted.id);
            }
            Event::Project(ProjectEvent::Update(updated)) => self.update_project(updated),
            Event::Generation(
                GenerationEvent::Start(changed)
                | GenerationEvent::End(changed)
                | GenerationEvent::Cancel(changed)
                | GenerationEvent::Select(changed),
            ) => self.answer(changed),
            Event::Batch(batch) => batch.ops.into_iter().for_each(|event| self.apply(event)),
            // No part of the state that copies are compared by.
            Event::Project(
                ProjectEvent::Create(_) | ProjectEvent::Delete {} | ProjectEvent::Restore {},
            )
            | Event::Member(_)
            | Event::Invitation(_)
            | Event::Refresh(_)
            | Event::Instructions(_)
            | Event::Feature(_) => {}
        }
    }

    fn apply_to_node(&mut self, event: NodeEvent) {
        match event {
            NodeEvent::Create(created) => {
                self.nodes.insert(created.node.id, created.node);
                self.connect(created.edges);
            }
            NodeEvent::Restore(restored) => {
                self.nodes.insert(restored.id, restored.node);
                self.connect(restored.edges);
            }
            NodeEvent::Update(updated) => self.update(updated),
            NodeEvent::Move(moved) => {
                for moved in moved.positions {
                    let node = self.nodes.get_mut(&moved.id).expect("a moved node exists");
                    node.position.x = moved.x;
                    node.position.y = moved.y;
                    node.version = moved.version;
                }
            }
            NodeEvent::Delete(deleted) => {
                self.nodes.remove(&deleted.id);
                let at =
                    |edge: &EdgeView| edge.source_id == deleted.id || edge.target_id == deleted.id;
                self.edges.retain(|_, edge| !at(edge));
            }
        }
    }

    fn update_project(&mut self, updated: ProjectUpdated) {
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
        if let Some(preset) = updated.preset_id {
            self.project.preset_id = preset;
        }
        if let Some(model) = updated.model {
            self.project.model = model;
        }
        if let Some(models) = updated.fallback_models {
            self.project.fallback_models = models;
        }
    }

    fn connect(&mut self, edges: Vec<EdgeView>) {
        self.edges
            .extend(edges.into_iter().map(|edge| (edge.id, edge)));
    }

    fn answer(&mut self, changed: GenerationChanged) {
        let node = self
            .nodes
            .get_mut(&changed.node_id)
            .expect("an answered node exists");
        node.version = changed.version;
        node.status = changed.node_status;
        node.response = changed.response.unwrap_or_else(|| node.response.take());
        node.summary = changed.summary.unwrap_or_else(|| node.summary.take());
        node.llm_model = changed.llm_model.unwrap_or_else(|| node.llm_model.take());
        node.llm_tokens = changed.llm_tokens.unwrap_or(node.llm_tokens);
        node.generation_id = changed.generation_id.unwrap_or(node.generation_id);
        node.is_partial = changed.is_partial.unwrap_or(node.is_partial);
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
        node.pinned = updated.pinned.unwrap_or(node.pinned);
        node.role = updated.role.unwrap_or(node.role);
        node.title = updated.title.unwrap_or_else(|| node.title.take());
        node.width = updated.width.unwrap_or(node.width);
        node.height = updated.height.unwrap_or(node.height);
        node.color = updated.color.unwrap_or_else(|| node.color.take());
        node.tags = updated.tags.unwrap_or_else(|| node.tags.clone());
        if let Some(attachments) = updated.attachments {
            node.attachments = attachments;
        }
        node.settings = updated.settings.unwrap_or_else(|| node.settings.take());
        node.frame_id = updated.frame_id.unwrap_or(node.frame_id);
        node.llm_model = updated.llm_model.unwrap_or_else(|| node.llm_model.take());
        node.llm_tokens = updated.llm_tokens.unwrap_or(node.llm_tokens);
        node.generation_id = updated.generation_id.unwrap_or(node.generation_id);
        node.is_partial = updated.is_partial.unwrap_or(node.is_partial);
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

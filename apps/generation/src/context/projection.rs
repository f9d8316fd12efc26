//! How events keep a project's contexts true.

use futures::future::BoxFuture;
use kernel::{ProjectId, Result};
use platform::Projection;
use protocol::{
    events::{
        EdgeEvent, Event, GenerationEvent, InstructionsEvent, NodeEvent, ProjectEvent,
        ProjectUpdated, SideEffects,
    },
    nodes::NodeStatus,
};
use sea_orm::DatabaseTransaction;

use super::{
    memory::{Changed, Contexts},
    read,
};

impl Projection for Contexts {
    fn read(connection: &DatabaseTransaction, project: ProjectId) -> BoxFuture<'_, Result<Self>> {
        Box::pin(read::contexts(connection, project))
    }

    fn apply(&mut self, event: &Event) {
        match event {
            Event::Node(event) => self.apply_node(event),
            Event::Edge(event) => self.apply_edge(event),
            Event::Project(ProjectEvent::Update(updated)) => self.update_defaults(updated),
            Event::Generation(
                GenerationEvent::Start(changed)
                | GenerationEvent::End(changed)
                | GenerationEvent::Cancel(changed)
                | GenerationEvent::Select(changed),
            ) => self.answered(changed),
            Event::Instructions(InstructionsEvent::Change {}) => {
                self.changed = Changed::Everywhere;
            }
            Event::Project(
                ProjectEvent::Create(_) | ProjectEvent::Delete {} | ProjectEvent::Restore {},
            )
            | Event::Member(_)
            | Event::Invitation(_)
            | Event::Refresh(_)
            | Event::Feature(_)
            | Event::Batch(_) => {}
        }
    }

    fn visited(&self) -> u64 {
        self.graph.visited()
    }

    fn apply_effects(&mut self, effects: &SideEffects) {
        let SideEffects { stale, fresh } = effects;
        for (nodes, status) in [(stale, NodeStatus::Stale), (fresh, NodeStatus::Completed)] {
            for node in nodes {
                if let Some(facts) = self.facts.get_mut(node) {
                    facts.status = status;
                }
            }
        }
    }
}

impl Contexts {
    fn apply_node(&mut self, event: &NodeEvent) {
        match event {
            NodeEvent::Create(created) => self.add(&created.node, &created.edges),
            NodeEvent::Restore(restored) => {
                self.add(&restored.node, &restored.edges);
                self.change_below(restored.id);
            }
            NodeEvent::Delete(deleted) => self.remove(deleted.id),
            NodeEvent::Update(updated) => self.update(updated),
            NodeEvent::Move(moved) => {
                for moved in &moved.positions {
                    if let Some(facts) = self.facts.get_mut(&moved.id) {
                        facts.version = moved.version;
                    }
                }
            }
        }
    }

    fn apply_edge(&mut self, event: &EdgeEvent) {
        match event {
            EdgeEvent::Create(edge) => {
                self.connect(edge);
                self.change_below(edge.target_id);
            }
            EdgeEvent::Update(updated) => {
                self.weigh(updated.id, updated.policy);
                if let Some((_, target)) = self.graph.edge(updated.id) {
                    self.change_below(target);
                }
            }
            EdgeEvent::Delete(deleted) => {
                if let Some((_, target)) = self.graph.edge(deleted.id) {
                    self.change_below(target);
                }
                self.graph.remove_edge(deleted.id);
                self.policies.remove(&deleted.id);
            }
        }
    }

    fn update_defaults(&mut self, updated: &ProjectUpdated) {
        if let Some(system_prompt) = &updated.system_prompt {
            self.defaults.system_prompt.clone_from(system_prompt);
            self.changed = Changed::Everywhere;
        }
        if let Some(preset) = updated.preset_id {
            self.defaults.preset = preset;
            self.changed = Changed::Everywhere;
        }
        if let Some(model) = &updated.model {
            self.defaults.model.clone_from(model);
        }
        if let Some(models) = &updated.fallback_models {
            self.defaults.fallback_models.clone_from(models);
        }
    }
}

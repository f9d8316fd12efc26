//! A project's contexts in memory: its graph, what is known of each node's texts, and what each
//! generated answer rests on. Events keep it true.

use std::collections::{HashMap, HashSet};

use futures::future::BoxFuture;
use graph::Dag;
use kernel::{EdgeId, NodeId, PresetId, ProjectId, Result, UserId};
use platform::Projection;
use protocol::{
    edges::{EdgePolicy, EdgeView},
    events::{
        EdgeEvent, Event, GenerationEvent, InstructionsEvent, NodeEvent, NodeUpdated, ProjectEvent,
        ProjectUpdated, SideEffects,
    },
    generations::{GenerationChanged, Recipe},
    nodes::{NodeStatus, NodeView},
};
use rustc_hash::FxHashMap;
use sea_orm::DatabaseTransaction;

use super::{
    facts::{self, Facts, Long},
    fingerprint::Fingerprint,
    instructions::Speaker,
    plan::ModelRequest,
};

/// What a generated answer rests on.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Answer {
    pub(crate) fingerprint: Fingerprint,
    pub(crate) asked: ModelRequest,
    /// Whose personal instructions were sent along.
    pub(crate) by: UserId,
}

impl Answer {
    pub(crate) fn of(recipe: &Recipe) -> Option<Self> {
        Some(Self {
            fingerprint: Fingerprint::parse(&recipe.fingerprint)?,
            asked: ModelRequest {
                model: recipe.model.clone(),
                temperature: recipe.temperature,
                max_tokens: recipe.max_tokens,
                context_tokens: recipe.context_tokens,
            },
            by: recipe.by,
        })
    }
}

/// What every call of the project begins with, and whom it asks unless told otherwise.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Defaults {
    pub(crate) system_prompt: String,
    pub(crate) preset: Option<PresetId>,
    pub(crate) model: Option<String>,
    pub(crate) fallback_models: Vec<String>,
}

/// Where contexts may have changed since somebody looked.
#[derive(Debug, Default)]
pub(crate) enum Changed {
    /// At these nodes and below them.
    Below(HashSet<NodeId>),
    #[default]
    Everywhere,
}

#[derive(Debug, Default)]
pub(crate) struct Contexts {
    pub(super) graph: Dag,
    pub(super) facts: FxHashMap<NodeId, Facts>,
    /// The edges that are not FULL.
    pub(super) policies: FxHashMap<EdgeId, EdgePolicy>,
    /// Also of nodes in the trash, which may come back.
    pub(super) answers: HashMap<NodeId, Answer>,
    pub(super) defaults: Defaults,
    pub(super) changed: Changed,
}

impl Contexts {
    pub(crate) fn graph(&self) -> &Dag {
        &self.graph
    }

    pub(crate) fn facts(&self, node: NodeId) -> Option<&Facts> {
        self.facts.get(&node)
    }

    pub(crate) fn answer(&self, node: NodeId) -> Option<&Answer> {
        self.answers.get(&node)
    }

    pub(crate) fn answers(&self) -> impl Iterator<Item = (NodeId, &Answer)> {
        self.answers.iter().map(|(node, answer)| (*node, answer))
    }

    pub(crate) fn defaults(&self) -> &Defaults {
        &self.defaults
    }

    pub(crate) fn policy(&self, edge: EdgeId) -> EdgePolicy {
        self.policies.get(&edge).copied().unwrap_or_default()
    }

    pub(crate) fn all_edges_are_full(&self) -> bool {
        self.policies.is_empty()
    }

    /// The preset that a node's calls use.
    pub(crate) fn preset(&self, node: NodeId) -> Option<PresetId> {
        let own = self.facts(node).and_then(|facts| facts.preset);
        own.or(self.defaults.preset)
    }

    /// Whose instructions a living node's generated answer carries.
    pub(crate) fn speaker(&self, node: NodeId) -> Option<Speaker> {
        let answer = self.answers.get(&node)?;
        self.facts.get(&node)?;
        let preset = self.preset(node);
        Some(Speaker {
            preset,
            user: answer.by,
        })
    }

    /// The node that this one continues: its only parent, if that enters whole. All that is above
    /// the parent then enters both as the same.
    pub(super) fn continued(&self, node: NodeId) -> Option<NodeId> {
        let mut incoming = self.graph.incoming(node);
        let (edge, parent) = incoming.next()?;
        let is_whole = incoming.next().is_none() && self.policy(edge) == EdgePolicy::Full;
        is_whole.then_some(parent)
    }

    /// The living nodes whose contexts a change may concern.
    pub(crate) fn within(&self, changed: &Changed) -> HashSet<NodeId> {
        match changed {
            Changed::Everywhere => self.facts.keys().copied().collect(),
            Changed::Below(nodes) => {
                let below = self.graph.below(nodes.iter().copied());
                nodes.iter().copied().chain(below).collect()
            }
        }
    }

    /// Takes out where contexts may have changed.
    pub(crate) fn take_changed(&mut self) -> Changed {
        std::mem::replace(&mut self.changed, Changed::Below(HashSet::new()))
    }

    fn change_below(&mut self, node: NodeId) {
        if let Changed::Below(nodes) = &mut self.changed {
            nodes.insert(node);
        }
    }

    fn add(&mut self, node: &NodeView, edges: &[EdgeView]) {
        self.graph.add_node(node.id);
        self.facts.insert(node.id, Facts::of(node));
        for edge in edges {
            self.connect(edge);
        }
    }

    fn connect(&mut self, edge: &EdgeView) {
        // The log holds what was accepted under the lock, so nothing is refused here.
        let _ = self.graph.add_edge(edge.id, edge.source_id, edge.target_id);
        self.weigh(edge.id, edge.policy);
    }

    fn weigh(&mut self, edge: EdgeId, policy: EdgePolicy) {
        if policy == EdgePolicy::Full {
            self.policies.remove(&edge);
        } else {
            self.policies.insert(edge, policy);
        }
    }

    fn remove(&mut self, node: NodeId) {
        for child in self.graph.children(node) {
            self.change_below(child);
        }
        for edge in self.graph.remove_node(node).unwrap_or_default() {
            self.policies.remove(&edge.id);
        }
        self.facts.remove(&node);
    }

    fn update(&mut self, updated: &NodeUpdated) {
        let Some(facts) = self.facts.get_mut(&updated.id) else {
            return;
        };
        facts.version = updated.version;
        facts.status = updated.status.unwrap_or(facts.status);
        facts.pinned = updated.pinned.unwrap_or(facts.pinned);
        facts.preset = updated.preset_id.unwrap_or(facts.preset);
        if let Some(prompt) = &updated.prompt {
            facts.prompt = Long::of(prompt);
        }
        if let Some(response) = &updated.response {
            facts.response = response.as_deref().map(Long::of);
            // What a person writes rests on nothing.
            self.answers.remove(&updated.id);
        }
        if let Some(summary) = &updated.summary {
            facts.summary = facts::summary(summary.as_deref());
        }
        let concerns_contexts = updated.prompt.is_some()
            || updated.response.is_some()
            || updated.summary.is_some()
            || updated.pinned.is_some()
            || updated.preset_id.is_some();
        if concerns_contexts {
            self.change_below(updated.id);
        }
    }

    fn answered(&mut self, changed: &GenerationChanged) {
        let Some(facts) = self.facts.get_mut(&changed.node_id) else {
            return;
        };
        facts.version = changed.version;
        facts.status = changed.node_status;
        if let Some(response) = &changed.response {
            facts.response = response.as_deref().map(Long::of);
        }
        if let Some(summary) = &changed.summary {
            facts.summary = facts::summary(summary.as_deref());
        }
        match changed.generation_id {
            None => {}
            Some(None) => {
                self.answers.remove(&changed.node_id);
            }
            Some(Some(_)) => {
                let answer = changed.recipe.as_ref().and_then(Answer::of);
                match answer {
                    Some(answer) => self.answers.insert(changed.node_id, answer),
                    None => self.answers.remove(&changed.node_id),
                };
            }
        }
        self.change_below(changed.node_id);
    }
}

impl Projection for Contexts {
    fn read(connection: &DatabaseTransaction, project: ProjectId) -> BoxFuture<'_, Result<Self>> {
        Box::pin(super::read::contexts(connection, project))
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

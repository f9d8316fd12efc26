//! A project's contexts in memory: its graph, what is known of each node's texts, and what each
//! generated answer rests on. Events keep it true.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use graph::Dag;
use kernel::{EdgeId, NodeId, PresetId, UserId};
use protocol::{
    edges::{EdgePolicy, EdgeView},
    events::NodeUpdated,
    generations::{GenerationChanged, Recipe},
    nodes::NodeView,
    settings::{AskedUnder, CustomInstructions, NodeSettings},
};
use rustc_hash::FxHashMap;

use super::{
    facts::{self, Facts, Long},
    fingerprint::Fingerprint,
    instructions::Speaker,
    request::ModelRequest,
    sequence::{Point, Sequence},
    settings::Inherited,
};

/// What a generated answer rests on.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Answer {
    pub(crate) fingerprint: Fingerprint,
    pub(crate) asked: ModelRequest,
    /// Whose personal instructions were sent along.
    pub(crate) by: UserId,
    pub(crate) under: AskedUnder,
}

impl Answer {
    pub(crate) fn of(recipe: &Recipe) -> Option<Self> {
        Some(Self {
            fingerprint: Fingerprint::parse(&recipe.fingerprint)?,
            asked: ModelRequest {
                model: recipe.model.clone(),
                temperature: recipe.temperature,
                top_p: recipe.top_p,
                max_tokens: recipe.max_tokens,
                context_tokens: recipe.context_tokens,
            },
            by: recipe.by,
            under: recipe.under.clone(),
        })
    }
}

/// What is sent for a node and may change: of one answer, the same of these is the same call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sent {
    pub(crate) ancestors: Sequence,
    pub(crate) system: [u8; 32],
    pub(crate) prompt: [u8; 32],
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
    /// What the living say to the branches below them.
    pub(super) settings: FxHashMap<NodeId, Arc<NodeSettings>>,
    /// The edges that are not FULL.
    pub(super) policies: FxHashMap<EdgeId, EdgePolicy>,
    /// Also of nodes in the trash, which may come back.
    pub(super) answers: HashMap<NodeId, Answer>,
    /// What was sent for answers, of those whose fingerprint was found to be that of their context
    /// since this memory was made: from then on fingerprints need not be made to compare them.
    pub(super) sent: FxHashMap<NodeId, Sent>,
    pub(super) point: Point,
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

    pub(crate) fn sent(&self, node: NodeId) -> Option<&Sent> {
        self.sent.get(&node)
    }

    /// Keeps what was sent for answers, so that they are compared faster from now on.
    pub(crate) fn learn(&mut self, sent: impl IntoIterator<Item = (NodeId, Sent)>) {
        self.sent.extend(sent);
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

    /// Whose instructions the call of somebody for a node carries, of which these settings hold.
    pub(crate) fn speaker(&self, inherited: &Inherited, user: UserId) -> Speaker {
        Speaker {
            preset: inherited.preset().or(self.defaults.preset),
            branch: inherited.instructed_by(),
            user,
        }
    }

    /// What a branch tells the models of whoever speaks in it.
    pub(crate) fn branch_says(&self, speaker: Speaker) -> Option<&CustomInstructions> {
        speaker
            .branch
            .and_then(|node| self.custom_instructions(node))
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

    pub(super) fn change_below(&mut self, node: NodeId) {
        if let Changed::Below(nodes) = &mut self.changed {
            nodes.insert(node);
        }
    }

    pub(super) fn add(&mut self, node: &NodeView, edges: &[EdgeView]) {
        self.graph.add_node(node.id);
        self.facts.insert(node.id, Facts::of(node));
        self.set(node.id, node.settings.as_deref());
        for edge in edges {
            self.connect(edge);
        }
    }

    pub(super) fn connect(&mut self, edge: &EdgeView) {
        // The log holds what was accepted under the lock, so nothing is refused here.
        let _ = self.graph.add_edge(edge.id, edge.source_id, edge.target_id);
        self.weigh(edge.id, edge.policy);
    }

    pub(super) fn weigh(&mut self, edge: EdgeId, policy: EdgePolicy) {
        if policy == EdgePolicy::Full {
            self.policies.remove(&edge);
        } else {
            self.policies.insert(edge, policy);
        }
    }

    pub(super) fn remove(&mut self, node: NodeId) {
        let children: Vec<NodeId> = self.graph.outgoing(node).map(|(_, child)| child).collect();
        for child in children {
            self.change_below(child);
        }
        for edge in self.graph.remove_node(node).unwrap_or_default() {
            self.policies.remove(&edge.id);
        }
        self.facts.remove(&node);
        self.settings.remove(&node);
    }

    pub(super) fn update(&mut self, updated: &NodeUpdated) {
        let Some(facts) = self.facts.get_mut(&updated.id) else {
            return;
        };
        facts.version = updated.version;
        facts.status = updated.status.unwrap_or(facts.status);
        facts.pinned = updated.pinned.unwrap_or(facts.pinned);
        facts.role = updated.role.unwrap_or(facts.role);
        if let Some(prompt) = &updated.prompt {
            facts.prompt.ask(prompt);
        }
        if let Some(attachments) = &updated.attachments {
            facts.prompt.attach(attachments);
        }
        if let Some(response) = &updated.response {
            facts.response = response.as_deref().map(Long::of);
        }
        if let Some(summary) = &updated.summary {
            facts.summary = facts::summary(summary.as_deref());
        }
        if let Some(settings) = &updated.settings {
            self.set(updated.id, settings.as_deref());
        }
        if updated.response.is_some() {
            // What a person writes rests on nothing.
            self.rest(updated.id, None);
        }
        let concerns_contexts = updated.prompt.is_some()
            || updated.attachments.is_some()
            || updated.response.is_some()
            || updated.summary.is_some()
            || updated.pinned.is_some()
            || updated.role.is_some()
            || updated.settings.is_some();
        if concerns_contexts {
            self.change_below(updated.id);
        }
    }

    pub(super) fn answered(&mut self, changed: &GenerationChanged) {
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
        if let Some(generation) = changed.generation_id {
            let recipe = generation.and(changed.recipe.as_ref());
            self.rest(changed.node_id, recipe.and_then(Answer::of));
        }
        self.change_below(changed.node_id);
    }

    /// Takes note of what a node's answer rests on.
    fn rest(&mut self, node: NodeId, on: Option<Answer>) {
        self.sent.remove(&node);
        match on {
            Some(answer) => self.answers.insert(node, answer),
            None => self.answers.remove(&node),
        };
    }
}

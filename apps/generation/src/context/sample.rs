//! A project as large as the largest that people draw, to measure on.

use std::collections::HashSet;

use graph::Dag;
use kernel::{EdgeId, NodeId, Result, UserId};
use protocol::{
    nodes::{NodeRole, NodeStatus},
    settings::AskedUnder,
};

use super::{
    compare::{Compared, compare},
    facts::{self, Facts, Long, Question, Text},
    fingerprint::Fingerprint,
    memory::{Answer, Changed, Contexts},
    plan::plan,
    request::ModelRequest,
};

const PROMPT_WORDS: usize = 80;
const ANSWER_WORDS: usize = 80;

#[derive(Clone, Copy, Debug)]
pub enum Shape {
    Chain,
    /// Everybody has up to four parents among the fifty before.
    Mesh,
}

/// Generated answers, all of them above the last.
#[derive(Debug)]
pub struct Sample {
    contexts: Contexts,
    first: NodeId,
    last: NodeId,
    system: Text,
    asked: ModelRequest,
}

impl Sample {
    /// `None` of no nodes at all.
    #[must_use]
    pub fn new(nodes: usize, shape: Shape, context_tokens: u32) -> Option<Self> {
        let nodes: Vec<NodeId> = (0..nodes).map(|_| NodeId::generate()).collect();
        let (first, last) = (*nodes.first()?, *nodes.last()?);
        let asked = ModelRequest {
            model: "sample".to_owned(),
            temperature: Some(0.7),
            top_p: None,
            max_tokens: 4_096,
            context_tokens,
        };
        let answer = Answer {
            fingerprint: Fingerprint::stored(&[0; 32])?,
            asked: asked.clone(),
            by: UserId::generate(),
            under: AskedUnder::default(),
        };
        let places = nodes.iter().enumerate();
        let contexts = Contexts {
            graph: Dag::from_parts(nodes.iter().copied(), edges(&nodes, shape)).ok()?,
            facts: places.map(|(place, id)| (*id, facts(place))).collect(),
            answers: nodes.iter().map(|id| (*id, answer.clone())).collect(),
            changed: Changed::Everywhere,
            ..Contexts::default()
        };
        Some(Self {
            contexts,
            first,
            last,
            system: Text::of("Be brief."),
            asked,
        })
    }

    /// Plans the context of the last answer, and says how many tokens it has.
    pub fn plan(&self) -> Result<u32> {
        let plan = plan(&self.contexts, self.last, &self.system, &self.asked)?;
        Ok(plan.tokens)
    }

    /// Has what was sent for the answers known, as it is while a project is being worked on.
    #[must_use]
    pub fn known(mut self) -> Self {
        for node in self.contexts.within(&Changed::Everywhere) {
            let plan = plan(&self.contexts, node, &self.system, &self.asked);
            if let (Ok(plan), Some(answer)) = (plan, self.contexts.answers.get_mut(&node)) {
                answer.fingerprint = plan.fingerprint;
            }
        }
        let learned = self.compared().learned;
        self.contexts.learn(learned);
        self
    }

    /// What is compared under the lock when the first node is edited: all answers below it. Says how
    /// many of them are fresh.
    #[must_use]
    pub fn compare(&self) -> usize {
        self.compared().fresh.len()
    }

    /// How many nodes were looked at so far.
    #[cfg(test)]
    pub(super) fn visited(&self) -> u64 {
        self.contexts.graph().visited()
    }

    fn compared(&self) -> Compared {
        let below = Changed::Below(HashSet::from([self.first]));
        let below = self.contexts.within(&below);
        let answers = below.iter().map(|node| (*node, self.system)).collect();
        compare(&self.contexts, &answers)
    }
}

fn edges(nodes: &[NodeId], shape: Shape) -> Vec<(EdgeId, NodeId, NodeId)> {
    let mut edges = Vec::new();
    for (place, target) in nodes.iter().enumerate() {
        let mut steps = match shape {
            Shape::Chain => vec![1],
            Shape::Mesh => vec![1, 1 + place % 7, 1 + place % 23, 1 + place % 50],
        };
        steps.sort_unstable();
        steps.dedup();
        let sources = steps.iter().filter_map(|step| place.checked_sub(*step));
        let sources = sources.filter_map(|place| nodes.get(place));
        edges.extend(sources.map(|source| (EdgeId::generate(), *source, *target)));
    }
    edges
}

fn facts(place: usize) -> Facts {
    let prompt = format!("{place} {}", "word ".repeat(PROMPT_WORDS));
    let answer = format!("{place} {}", "said ".repeat(ANSWER_WORDS));
    Facts {
        version: 1,
        status: NodeStatus::Completed,
        pinned: false,
        role: NodeRole::User,
        prompt: Question::of(&prompt, &[]),
        response: Some(Long::of(&answer)),
        summary: facts::summary(Some(&answer)),
    }
}

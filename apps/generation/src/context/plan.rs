//! The plan of a context: which ancestor enters, and how. It decides everything; texts are only put
//! in afterwards.

#[cfg(test)]
mod timing;

use std::{cmp::Reverse, collections::HashMap};

use graph::Relative;
use kernel::{Error, NodeId, Result};
use protocol::{
    edges::EdgePolicy,
    generations::{Because, Entered, ManifestItem, MessageRole},
};

use super::{
    facts::{Facts, Text},
    fingerprint::Fingerprint,
    memory::Contexts,
};
use crate::providers::Model;

/// Who is asked, and how.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Asked {
    pub(crate) model: String,
    pub(crate) temperature: Option<f64>,
    /// How long the answer may be.
    pub(crate) max_tokens: u32,
    /// How much the model takes, the answer included.
    pub(crate) context_tokens: u32,
}

/// How long an answer may be unless the caller says otherwise.
const OUTPUT_TOKENS_DEFAULT: u32 = 4_096;

impl Asked {
    /// Asks this model, within what it can do. At least half of what it takes is for the context.
    pub(crate) fn of(model: &Model, temperature: Option<f64>, max_tokens: Option<u32>) -> Self {
        let longest = model.output_tokens.min(model.context_tokens / 2);
        Self {
            model: model.id.to_string(),
            temperature: temperature.filter(|_| model.takes_temperature),
            max_tokens: max_tokens.unwrap_or(OUTPUT_TOKENS_DEFAULT).min(longest),
            context_tokens: model.context_tokens,
        }
    }

    /// What is left for the messages.
    pub(crate) fn tokens_max(&self) -> u32 {
        self.context_tokens.saturating_sub(self.max_tokens)
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Plan {
    /// Ancestors in topological order, each once.
    pub(crate) items: Vec<ManifestItem>,
    pub(crate) system_tokens: u32,
    pub(crate) prompt_tokens: u32,
    pub(crate) node_version: i64,
    pub(crate) tokens: u32,
    pub(crate) fingerprint: Fingerprint,
}

/// Plans the context of a node; refuses one whose own question does not fit.
pub(crate) fn plan(
    contexts: &Contexts,
    node: NodeId,
    system: &Text,
    asked: &Asked,
) -> Result<Plan> {
    let facts = contexts.facts(node).ok_or(Error::NotFound("node"))?;
    let ancestors = contexts
        .graph()
        .ancestors(node)
        .ok_or(Error::NotFound("node"))?;
    let prompt = facts.prompt.whole;
    let fixed = system.tokens.saturating_add(prompt.tokens);
    let Some(room) = asked.tokens_max().checked_sub(fixed) else {
        return Err(Error::ContextTooLarge {
            tokens: fixed.into(),
            tokens_max: asked.tokens_max().into(),
        });
    };
    let (items, used) = enter(contexts, node, &ancestors, room);
    let messages = messages(contexts, &items, system, &prompt);
    Ok(Plan {
        fingerprint: Fingerprint::of(asked, messages),
        system_tokens: system.tokens,
        prompt_tokens: prompt.tokens,
        node_version: facts.version,
        tokens: fixed.saturating_add(used),
        items,
    })
}

/// Lets ancestors in as long as there is room: those that are pinned first, then the nearest.
fn enter(
    contexts: &Contexts,
    node: NodeId,
    ancestors: &[Relative],
    mut room: u32,
) -> (Vec<ManifestItem>, u32) {
    let policies = policies(contexts, node, ancestors);
    let mut items = Vec::with_capacity(ancestors.len());
    let mut turns = Vec::with_capacity(ancestors.len());
    for (place, relative) in ancestors.iter().enumerate() {
        // The memory holds every node of its graph.
        let Some(facts) = contexts.facts(relative.node) else {
            continue;
        };
        let policy = policies.of(relative.node);
        turns.push((Reverse(facts.pinned), relative.distance, Reverse(place)));
        items.push((policy, *facts, item(relative.node, facts)));
    }
    turns.sort_unstable();
    let before = room;
    for (_, _, Reverse(place)) in turns {
        if let Some((policy, facts, item)) = items.get_mut(place) {
            take(*policy, facts, item, &mut room);
        }
    }
    let items = items.into_iter().map(|(_, _, item)| item).collect();
    (items, before - room)
}

fn item(node: NodeId, facts: &Facts) -> ManifestItem {
    ManifestItem {
        node_id: node,
        version: facts.version,
        entered: Entered::Cut,
        because: Some(Because::Budget),
        pinned: facts.pinned,
        tokens: 0,
    }
}

/// Whole if it may and fits, else in short if that fits.
fn take(policy: EdgePolicy, facts: &Facts, item: &mut ManifestItem, room: &mut u32) {
    let (prompt, response) = facts.whole();
    let whole = prompt
        .tokens
        .saturating_add(response.map_or(0, |text| text.tokens));
    let (entered, because, tokens) = match policy {
        EdgePolicy::Exclude => (Entered::Excluded, Some(Because::Policy), 0),
        EdgePolicy::Full | EdgePolicy::Summary if whole == 0 => (Entered::Empty, None, 0),
        EdgePolicy::Full if whole <= *room => (Entered::Full, None, whole),
        EdgePolicy::Full | EdgePolicy::Summary => {
            let brief = facts.brief().tokens;
            let because = match policy {
                EdgePolicy::Summary => Because::Policy,
                EdgePolicy::Full | EdgePolicy::Exclude => Because::Budget,
            };
            if brief <= *room {
                (Entered::Summary, Some(because), brief)
            } else {
                (Entered::Cut, Some(Because::Budget), 0)
            }
        }
    };
    *room -= tokens;
    (item.entered, item.because, item.tokens) = (entered, because, tokens);
}

/// How the edges let ancestors in: along a way the weakest edge decides, and of several ways the
/// strongest.
struct Policies(Option<HashMap<NodeId, EdgePolicy>>);

impl Policies {
    fn of(&self, node: NodeId) -> EdgePolicy {
        match &self.0 {
            None => EdgePolicy::Full,
            Some(known) => known.get(&node).copied().unwrap_or(EdgePolicy::Exclude),
        }
    }
}

fn policies(contexts: &Contexts, node: NodeId, ancestors: &[Relative]) -> Policies {
    if contexts.all_edges_are_full() {
        return Policies(None);
    }
    let mut known: HashMap<NodeId, EdgePolicy> = HashMap::with_capacity(ancestors.len());
    let nearest_first = ancestors.iter().rev().map(|relative| relative.node);
    for target in std::iter::once(node).chain(nearest_first) {
        let so_far = if target == node {
            EdgePolicy::Full
        } else {
            known.get(&target).copied().unwrap_or(EdgePolicy::Exclude)
        };
        for (edge, source) in contexts.graph().incoming(target) {
            let way = weaker(so_far, contexts.policy(edge));
            let best = known.entry(source).or_insert(EdgePolicy::Exclude);
            *best = stronger(*best, way);
        }
    }
    Policies(Some(known))
}

fn strength(policy: EdgePolicy) -> u8 {
    match policy {
        EdgePolicy::Exclude => 0,
        EdgePolicy::Summary => 1,
        EdgePolicy::Full => 2,
    }
}

fn weaker(one: EdgePolicy, other: EdgePolicy) -> EdgePolicy {
    if strength(one) <= strength(other) {
        one
    } else {
        other
    }
}

fn stronger(one: EdgePolicy, other: EdgePolicy) -> EdgePolicy {
    if strength(one) >= strength(other) {
        one
    } else {
        other
    }
}

/// The messages of a plan: their roles and what is known of their texts.
fn messages(
    contexts: &Contexts,
    items: &[ManifestItem],
    system: &Text,
    prompt: &Text,
) -> Vec<(MessageRole, Text)> {
    let mut messages = Vec::with_capacity(items.len() * 2 + 2);
    let mut say = |role, text: Text| {
        if !text.is_empty() {
            messages.push((role, text));
        }
    };
    say(MessageRole::System, *system);
    for item in items {
        let Some(facts) = contexts.facts(item.node_id) else {
            continue;
        };
        match item.entered {
            Entered::Full => {
                let (prompt, response) = facts.whole();
                say(MessageRole::User, prompt);
                if let Some(response) = response {
                    say(MessageRole::Assistant, response);
                }
            }
            Entered::Summary => say(MessageRole::User, facts.brief()),
            Entered::Cut | Entered::Excluded | Entered::Empty => {}
        }
    }
    say(MessageRole::User, *prompt);
    messages
}

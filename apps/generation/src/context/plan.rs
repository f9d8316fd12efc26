//! The plan of a context: which ancestor enters, and how. It decides everything; texts are only put
//! in afterwards.

#[cfg(test)]
mod timing;

use std::{cmp::Reverse, iter::once};

use graph::Relative;
use kernel::{Error, NodeId, Result};
use protocol::{
    edges::EdgePolicy,
    generations::{Because, Entered, ManifestItem, MessageRole},
};
use rustc_hash::FxHashMap;

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
    let (turned, used) = enter(contexts, node, &ancestors, room);
    let messages = messages(&turned, *system, prompt);
    Ok(Plan {
        fingerprint: Fingerprint::of(asked, messages),
        system_tokens: system.tokens,
        prompt_tokens: prompt.tokens,
        node_version: facts.version,
        tokens: fixed.saturating_add(used),
        items: turned.into_iter().map(|(_, item)| item).collect(),
    })
}

/// An ancestor, and what became of it.
type Turned<'a> = (&'a Facts, ManifestItem);

/// Lets ancestors in as long as there is room: those that are pinned first, then the nearest.
fn enter<'a>(
    contexts: &'a Contexts,
    node: NodeId,
    ancestors: &[Relative],
    mut room: u32,
) -> (Vec<Turned<'a>>, u32) {
    let policies = policies(contexts, node, ancestors);
    let mut items = Vec::with_capacity(ancestors.len());
    let mut turns = Vec::with_capacity(ancestors.len());
    for relative in ancestors {
        // The memory holds every node of its graph.
        let Some(facts) = contexts.facts(relative.node) else {
            continue;
        };
        let turn = (Reverse(facts.pinned), relative.distance);
        turns.push((turn, Reverse(items.len())));
        items.push((facts, item(relative.node, facts)));
    }
    turns.sort_unstable();
    let before = room;
    for (_, Reverse(place)) in turns {
        if let Some((facts, item)) = items.get_mut(place) {
            take(policies.of(item.node_id), facts, item, &mut room);
        }
    }
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
    let whole = facts.whole_tokens();
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
struct Policies(Option<FxHashMap<NodeId, EdgePolicy>>);

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
    let mut known: FxHashMap<NodeId, EdgePolicy> = FxHashMap::default();
    let nearest_first = ancestors.iter().rev().map(|relative| relative.node);
    for target in once(node).chain(nearest_first) {
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
    turned: &[Turned<'_>],
    system: Text,
    prompt: Text,
) -> impl Iterator<Item = (MessageRole, Text)> {
    let first = (MessageRole::System, system);
    let last = (MessageRole::User, prompt);
    let said = turned
        .iter()
        .flat_map(|(facts, item)| said(facts, item.entered));
    let all = once(first).chain(said).chain(once(last));
    all.filter(|(_, text)| !text.is_empty())
}

fn said(facts: &Facts, entered: Entered) -> impl Iterator<Item = (MessageRole, Text)> {
    let (asked, answered) = match entered {
        Entered::Full => (
            Some(facts.prompt.whole),
            facts.response.map(|long| long.whole),
        ),
        Entered::Summary => (Some(facts.brief()), None),
        Entered::Cut | Entered::Excluded | Entered::Empty => (None, None),
    };
    let asked = asked.map(|text| (MessageRole::User, text));
    let answered = answered.map(|text| (MessageRole::Assistant, text));
    asked.into_iter().chain(answered)
}

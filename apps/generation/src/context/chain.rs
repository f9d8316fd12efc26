//! A chain: what is above a node, in the order in which it is sent.

use std::{cmp::Reverse, iter::once};

use graph::Relative;
use kernel::NodeId;
use protocol::{context::Entered, edges::EdgePolicy};
use rustc_hash::FxHashMap;

use super::{facts::Facts, fingerprint::FingerprintBuilder, memory::Contexts};

#[derive(Debug)]
pub(super) struct ContextChain<'c> {
    facts: &'c Facts,
    /// All ancestors, in topological order.
    above: Vec<Above<'c>>,
    /// Whose turn it is to be let in, the first one last.
    pinned: Vec<Turn>,
    others: Vec<Turn>,
}

/// An ancestor, and how the edges let it in.
#[derive(Debug)]
pub(super) struct Above<'c> {
    pub(super) node: NodeId,
    pub(super) facts: &'c Facts,
    pub(super) policy: EdgePolicy,
    /// How it enters where there is room.
    wish: Entered,
    /// What it and all before it take where there is room.
    tokens: u64,
}

#[derive(Debug)]
struct Turn {
    place: usize,
    /// With less room than this, neither it nor anyone whose turn is later can enter.
    tokens_least: u32,
}

/// How the ancestors of a node enter its context.
#[derive(Debug)]
pub(super) enum Entering {
    /// As the edges let them: there is room for all.
    Whole,
    /// One by one, for want of room.
    Cut(Vec<Entered>),
}

impl<'c> ContextChain<'c> {
    pub(super) fn to(contexts: &'c Contexts, node: NodeId) -> Option<Self> {
        let ancestors = contexts.graph().ancestors(node)?;
        let policies = policies(contexts, node, &ancestors);
        let mut chain = Self {
            facts: contexts.facts(node)?,
            above: Vec::with_capacity(ancestors.len()),
            pinned: Vec::new(),
            others: Vec::with_capacity(ancestors.len()),
        };
        for relative in &ancestors {
            // The memory holds every node of its graph.
            let facts = contexts.facts(relative.node)?;
            chain.push(relative.node, facts, policies.of(relative.node));
        }
        chain.take_turns(&ancestors);
        Some(chain)
    }

    pub(super) fn facts(&self) -> &'c Facts {
        self.facts
    }

    pub(super) fn above(&self) -> &[Above<'c>] {
        &self.above
    }

    fn push(&mut self, node: NodeId, facts: &'c Facts, policy: EdgePolicy) {
        let wish = match policy {
            EdgePolicy::Exclude => Entered::Excluded,
            EdgePolicy::Full | EdgePolicy::Summary if facts.whole_tokens() == 0 => Entered::Empty,
            EdgePolicy::Full => Entered::Full,
            EdgePolicy::Summary => Entered::Summary,
        };
        let tokens = self.tokens() + u64::from(tokens(facts, wish));
        self.above.push(Above {
            node,
            facts,
            policy,
            wish,
            tokens,
        });
    }

    /// What all ancestors take if there is room.
    fn tokens(&self) -> u64 {
        self.above.last().map_or(0, |above| above.tokens)
    }

    /// The nearest first, and of those as near the last.
    fn take_turns(&mut self, ancestors: &[Relative]) {
        let distances = ancestors.iter().map(|relative| relative.distance);
        let mut turns: Vec<_> = distances.map(Reverse).zip(0..).collect();
        turns.sort_unstable();
        for (_, place) in turns {
            self.wait_for_turn(place);
        }
    }

    fn wait_for_turn(&mut self, place: usize) {
        let Some(above) = self.above.get(place) else {
            return;
        };
        let short = above.tokens_as(Entered::Summary);
        let tokens = match above.wish {
            Entered::Full => short.min(above.tokens_as(Entered::Full)),
            Entered::Summary => short,
            Entered::Cut | Entered::Excluded | Entered::Empty => return,
        };
        let turns = if above.facts.pinned {
            &mut self.pinned
        } else {
            &mut self.others
        };
        let later = turns.last().map_or(u32::MAX, |turn| turn.tokens_least);
        turns.push(Turn {
            place,
            tokens_least: tokens.min(later),
        });
    }

    /// Lets ancestors in as long as there is room: those that are pinned first, then the nearest.
    pub(super) fn enter(&self, mut room: u32) -> Entering {
        if self.tokens() <= u64::from(room) {
            return Entering::Whole;
        }
        let mut entered: Vec<_> = self.above.iter().map(Above::without_room).collect();
        for turns in [&self.pinned, &self.others] {
            for turn in turns.iter().rev() {
                if room < turn.tokens_least {
                    break;
                }
                if let (Some(above), Some(entered)) =
                    (self.above.get(turn.place), entered.get_mut(turn.place))
                {
                    *entered = above.take(&mut room);
                }
            }
        }
        Entering::Cut(entered)
    }

    /// The messages of ancestors that enter so, hashed.
    pub(super) fn said(&self, entering: &Entering) -> FingerprintBuilder {
        let mut said = FingerprintBuilder::default();
        for (place, above) in self.above.iter().enumerate() {
            match entering.of(place, above) {
                Entered::Full => said.say_whole(above.facts),
                Entered::Summary => said.say_brief(above.facts),
                Entered::Cut | Entered::Excluded | Entered::Empty => {}
            }
        }
        said
    }
}

impl Above<'_> {
    pub(super) fn tokens_as(&self, entered: Entered) -> u32 {
        tokens(self.facts, entered)
    }

    /// Whole if it may and fits, else in short if that fits.
    fn take(&self, room: &mut u32) -> Entered {
        let fits = |entered: &Entered| self.tokens_as(*entered) <= *room;
        let ways = [self.wish, Entered::Summary];
        let entered = ways.into_iter().find(fits).unwrap_or(Entered::Cut);
        *room -= self.tokens_as(entered);
        entered
    }

    fn without_room(&self) -> Entered {
        match self.wish {
            Entered::Full | Entered::Summary | Entered::Cut => Entered::Cut,
            wish @ (Entered::Excluded | Entered::Empty) => wish,
        }
    }
}

impl Entering {
    /// How one ancestor enters.
    pub(super) fn of(&self, place: usize, above: &Above<'_>) -> Entered {
        match self {
            Self::Whole => above.wish,
            Self::Cut(entered) => entered.get(place).copied().unwrap_or(Entered::Cut),
        }
    }
}

fn tokens(facts: &Facts, entered: Entered) -> u32 {
    match entered {
        Entered::Full => facts.whole_tokens(),
        Entered::Summary => facts.brief().tokens,
        Entered::Cut | Entered::Excluded | Entered::Empty => 0,
    }
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

//! A chain: what is above a node, in the order in which it is sent. It can be carried on to a child
//! that rests on nothing else, so that a thread is planned along its way, and not from its beginning
//! for each of its nodes.

use std::{cmp::Reverse, collections::HashSet, iter::once};

use graph::Relative;
use kernel::NodeId;
use protocol::{
    context::{Entered, MessageRole},
    edges::EdgePolicy,
};
use rustc_hash::FxHashMap;

use super::{facts::Facts, fingerprint::FingerprintBuilder, memory::Contexts};

#[derive(Debug)]
pub(super) struct ContextChain<'c> {
    contexts: &'c Contexts,
    node: NodeId,
    facts: &'c Facts,
    /// All ancestors, in topological order.
    above: Vec<Above<'c>>,
    /// So many of them are above the node at which the chain began.
    began: usize,
    /// Whose turn it is to be let in, the first one last.
    pinned: Vec<Turn>,
    others: Vec<Turn>,
    /// What the first of them say if they enter as the edges let them: nobody, one, two, …
    said: Vec<FingerprintBuilder>,
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
            contexts,
            node,
            facts: contexts.facts(node)?,
            above: Vec::with_capacity(ancestors.len() + 1),
            began: ancestors.len(),
            pinned: Vec::new(),
            others: Vec::with_capacity(ancestors.len() + 1),
            said: vec![FingerprintBuilder::default()],
        };
        for relative in &ancestors {
            // The memory holds every node of its graph.
            let facts = contexts.facts(relative.node)?;
            chain.push(relative.node, facts, policies.of(relative.node));
        }
        chain.take_turns(&ancestors);
        Some(chain)
    }

    pub(super) fn node(&self) -> NodeId {
        self.node
    }

    pub(super) fn facts(&self) -> &'c Facts {
        self.facts
    }

    pub(super) fn above(&self) -> &[Above<'c>] {
        &self.above
    }

    /// Goes on to a node of which `Contexts::continued` says that it continues this one.
    fn carry_on(&mut self, node: NodeId) -> bool {
        let Some(facts) = self.contexts.facts(node) else {
            return false;
        };
        self.push(self.node, self.facts, EdgePolicy::Full);
        self.wait_for_turn(self.above.len() - 1);
        (self.node, self.facts) = (node, facts);
        true
    }

    /// Goes back to a node on the chain, if it is there.
    fn turn_back_to(&mut self, node: NodeId) -> bool {
        while self.node != node && self.above.len() > self.began {
            let Some(last) = self.above.pop() else { break };
            (self.node, self.facts) = (last.node, last.facts);
            let place = self.above.len();
            self.said.truncate(place + 1);
            for turns in [&mut self.pinned, &mut self.others] {
                turns.pop_if(|turn| turn.place == place);
            }
        }
        self.node == node
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
    pub(super) fn said(&mut self, entering: &Entering) -> FingerprintBuilder {
        let mut said = match entering {
            Entering::Whole => return self.said_whole(),
            Entering::Cut(_) => FingerprintBuilder::default(),
        };
        for (place, above) in self.above.iter().enumerate() {
            above.say(entering.of(place, above), &mut said);
        }
        said
    }

    fn said_whole(&mut self) -> FingerprintBuilder {
        let mut said = self.said.last().cloned().unwrap_or_default();
        for above in self.above.iter().skip(self.said.len() - 1) {
            above.say(above.wish, &mut said);
            self.said.push(said.clone());
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

    fn say(&self, entered: Entered, said: &mut FingerprintBuilder) {
        match entered {
            Entered::Full => {
                said.say(self.facts.speaks_as(), &self.facts.prompt.whole);
                if let Some(response) = &self.facts.response {
                    said.say(MessageRole::Assistant, &response.whole);
                }
            }
            Entered::Summary => said.say(self.facts.speaks_as(), &self.facts.brief()),
            Entered::Cut | Entered::Excluded | Entered::Empty => {}
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

/// Comes to each of these nodes that is wanted, once, by the chain to it.
pub(super) fn walk<'c>(
    contexts: &'c Contexts,
    nodes: &HashSet<NodeId>,
    is_wanted: impl Fn(NodeId) -> bool,
    mut visit: impl FnMut(&mut ContextChain<'c>),
) {
    let is_first = |node: &NodeId| {
        let continued = contexts.continued(*node);
        continued.is_none_or(|parent| !nodes.contains(&parent))
    };
    let mut next: Vec<NodeId> = nodes.iter().copied().filter(is_first).collect();
    let mut chain: Option<ContextChain<'c>> = None;
    while let Some(node) = next.pop() {
        let is_carried_on = match (&mut chain, contexts.continued(node)) {
            (Some(chain), Some(parent)) => chain.turn_back_to(parent) && chain.carry_on(node),
            (None, _) | (_, None) => false,
        };
        if is_wanted(node) {
            if !is_carried_on {
                chain = ContextChain::to(contexts, node);
            }
            chain.as_mut().map(&mut visit);
        }
        let children = contexts.graph().children(node).into_iter();
        let continuing = children.filter(|child| contexts.continued(*child) == Some(node));
        next.extend(continuing.filter(|child| nodes.contains(child)));
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

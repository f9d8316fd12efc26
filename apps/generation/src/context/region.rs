//! The part of a project that answers rest on, laid out in topological order, so that what is said of
//! the ancestors of thousands of answers is told in one pass, and not by a plan for each.
//!
//! It says the same as plans do, and a property test holds both against each other.

use std::ops::Range;

use kernel::NodeId;
use protocol::edges::EdgePolicy;
use rustc_hash::FxHashMap;

use super::{
    memory::Contexts,
    places::{Places, block_of, places_in},
    sequence::{Said, Sequence},
};

/// What the sets of ancestors that are needed at one moment may take.
const WAYS_BYTES_MAX: usize = 64 << 20;

/// What is said of the ancestors of each of these nodes, with so many tokens left for them; none if
/// that would take too much memory.
pub(crate) fn sequences(
    contexts: &Contexts,
    asked: &[(NodeId, u32)],
) -> Option<FxHashMap<NodeId, Sequence>> {
    Region::above(contexts, asked)?.sequences(asked)
}

struct Region {
    nodes: Vec<Item>,
    /// The edges by their targets: where each begins, and how it lets in.
    sources: Vec<(usize, EdgePolicy)>,
    /// What all nodes of a block of places say if they enter whole.
    blocks: Vec<Block>,
    has_pinned: bool,
    has_weak_edges: bool,
    /// With less room than this nobody enters.
    tokens_least: u32,
}

struct Item {
    node: NodeId,
    whole: Said,
    brief: Said,
    /// Without any it says nothing, also in short.
    whole_tokens: u32,
    brief_tokens: u32,
    pinned: bool,
    sources: Range<usize>,
    children: usize,
}

#[derive(Clone, Copy)]
struct Block {
    said: Said,
    tokens: u64,
}

/// From where ways lead to a node.
#[derive(Clone)]
struct Ways {
    /// Ways without an edge that excludes.
    open: Places,
    /// Ways of edges that are all FULL. None in a region where all are: then these are the open ones.
    full: Option<Places>,
}

impl Region {
    fn above(contexts: &Contexts, asked: &[(NodeId, u32)]) -> Option<Self> {
        let order = (contexts.graph()).with_ancestors(asked.iter().map(|(node, _)| *node));
        let places: FxHashMap<NodeId, usize> = order.iter().copied().zip(0..).collect();
        let mut region = Self {
            nodes: Vec::with_capacity(order.len()),
            sources: Vec::new(),
            blocks: Vec::new(),
            has_pinned: false,
            has_weak_edges: false,
            tokens_least: u32::MAX,
        };
        for node in order {
            let begin = region.sources.len();
            for (edge, source) in contexts.graph().incoming(node) {
                let place = *places.get(&source)?;
                region.nodes.get_mut(place)?.children += 1;
                region.sources.push((place, contexts.policy(edge)));
            }
            region.add(contexts, node, begin)?;
        }
        let mut policies = region.sources.iter().map(|(_, policy)| policy);
        region.has_weak_edges = policies.any(|policy| *policy != EdgePolicy::Full);
        Some(region)
    }

    fn add(&mut self, contexts: &Contexts, node: NodeId, begin: usize) -> Option<()> {
        // The memory holds every node of its graph.
        let facts = contexts.facts(node)?;
        let whole_tokens = facts.whole_tokens();
        let item = Item {
            node,
            whole: Said::whole(facts, contexts.point),
            brief: Said::brief(facts, contexts.point),
            whole_tokens,
            brief_tokens: facts.brief().tokens,
            pinned: facts.pinned,
            sources: begin..self.sources.len(),
            children: 0,
        };
        let block = block_of(self.nodes.len());
        if self.blocks.len() <= block {
            let (said, tokens) = (Said::NOTHING, 0);
            self.blocks.push(Block { said, tokens });
        }
        let block = self.blocks.get_mut(block)?;
        block.said = block.said.then(item.whole);
        block.tokens += u64::from(whole_tokens);
        self.has_pinned |= item.pinned;
        self.tokens_least = self.tokens_least.min(item.tokens_least());
        self.nodes.push(item);
        Some(())
    }

    fn sequences(&self, asked: &[(NodeId, u32)]) -> Option<FxHashMap<NodeId, Sequence>> {
        let asked: FxHashMap<NodeId, u32> = asked.iter().copied().collect();
        let mut sequences = FxHashMap::default();
        let mut search = Search::default();
        let mut children: Vec<usize> = self.nodes.iter().map(|item| item.children).collect();
        let mut all_ways: Vec<Option<Ways>> = vec![None; self.nodes.len()];
        let mut bytes = 0;
        for (place, item) in self.nodes.iter().enumerate() {
            let ways = self.ways_to(place, item, &all_ways)?;
            if let Some(room) = asked.get(&item.node) {
                sequences.insert(item.node, self.sequence(place, &ways, *room, &mut search));
            }
            // What nobody below needs any more goes.
            for (source, _) in self.sources_of(item) {
                let left = children.get_mut(*source)?;
                *left -= 1;
                if *left == 0 {
                    bytes -= all_ways.get_mut(*source)?.take()?.bytes();
                }
            }
            if item.children > 0 {
                bytes += ways.bytes();
                *all_ways.get_mut(place)? = Some(ways);
            }
            if bytes > WAYS_BYTES_MAX {
                return None;
            }
        }
        Some(sequences)
    }

    fn sources_of(&self, item: &Item) -> &[(usize, EdgePolicy)] {
        self.sources.get(item.sources.clone()).unwrap_or(&[])
    }

    /// Along a way the weakest edge decides, and of several ways the strongest.
    fn ways_to(&self, place: usize, item: &Item, all_ways: &[Option<Ways>]) -> Option<Ways> {
        let mut open = Places::up_to(place);
        let mut full = self.has_weak_edges.then(|| Places::up_to(place));
        for (source, policy) in self.sources_of(item) {
            let ways = all_ways.get(*source)?.as_ref()?;
            if *policy != EdgePolicy::Exclude {
                open.insert(*source);
                open.unite(&ways.open);
            }
            if *policy == EdgePolicy::Full
                && let Some(full) = &mut full
            {
                full.insert(*source);
                full.unite(ways.full());
            }
        }
        Some(Ways { open, full })
    }

    fn sequence(&self, place: usize, ways: &Ways, room: u32, search: &mut Search) -> Sequence {
        let full = ways.full();
        let whole = self.entered(full, &ways.open);
        if whole.tokens <= u64::from(room) {
            return whole.sequence;
        }
        let mut cut = Cut {
            ways,
            room,
            whole: Places::up_to(place),
            brief: Places::up_to(place),
        };
        if self.has_pinned {
            search.nearest_first(self, place, |place, item| {
                item.pinned.then(|| cut.take(place, item));
                true
            });
        }
        search.nearest_first(self, place, |place, item| {
            (!item.pinned).then(|| cut.take(place, item));
            cut.room >= self.tokens_least
        });
        let Cut { whole, brief, .. } = cut;
        self.entered(&whole, &brief).sequence
    }

    /// What those say who enter whole, and the others that enter in short.
    fn entered(&self, whole: &Places, brief: &Places) -> Entered {
        let mut entered = Entered::default();
        let blocks = self.blocks.iter().take(whole.blocks());
        for (number, block) in blocks.enumerate() {
            let (whole_word, brief_word) = (whole.word(number), brief.word(number));
            if whole_word == u64::MAX {
                entered.say(block.said, block.tokens);
                continue;
            }
            for place in places_in(number, whole_word | brief_word) {
                let Some(item) = self.nodes.get(place) else {
                    continue;
                };
                if whole.contains(place) {
                    entered.say(item.whole, item.whole_tokens.into());
                } else if item.whole_tokens > 0 {
                    entered.say(item.brief, item.brief_tokens.into());
                }
            }
        }
        entered
    }
}

#[derive(Default)]
struct Entered {
    sequence: Sequence,
    tokens: u64,
}

impl Entered {
    fn say(&mut self, said: Said, tokens: u64) {
        self.sequence.say(said);
        self.tokens += tokens;
    }
}

impl Item {
    /// With less room than this it cannot say anything.
    fn tokens_least(&self) -> u32 {
        match (self.whole_tokens, self.brief_tokens) {
            (0, _) => u32::MAX,
            (whole, 0) => whole,
            (whole, brief) => whole.min(brief),
        }
    }
}

impl Ways {
    fn full(&self) -> &Places {
        self.full.as_ref().unwrap_or(&self.open)
    }

    fn bytes(&self) -> usize {
        self.open.bytes() + self.full.as_ref().map_or(0, Places::bytes)
    }
}

/// Who enters where there is not room for all.
struct Cut<'r> {
    ways: &'r Ways,
    room: u32,
    whole: Places,
    brief: Places,
}

impl Cut<'_> {
    /// Whole if it may and fits, else in short if that fits.
    fn take(&mut self, place: usize, item: &Item) {
        if item.whole_tokens == 0 || !self.ways.open.contains(place) {
            return;
        }
        if item.whole_tokens <= self.room && self.ways.full().contains(place) {
            self.room -= item.whole_tokens;
            self.whole.insert(place);
        } else if item.brief_tokens <= self.room {
            self.room -= item.brief_tokens;
            self.brief.insert(place);
        }
    }
}

/// Looks at the ancestors of a node in the order in which they are let in.
#[derive(Default)]
struct Search {
    seen: Places,
    level: Vec<usize>,
    next: Vec<usize>,
}

impl Search {
    /// The nearest first, and of those as near the last, for as long as it is said to go on.
    fn nearest_first(
        &mut self,
        region: &Region,
        place: usize,
        mut visit: impl FnMut(usize, &Item) -> bool,
    ) {
        self.seen.clear_up_to(place);
        self.level.clear();
        self.level.push(place);
        while !self.level.is_empty() {
            self.next.clear();
            let items = self
                .level
                .iter()
                .filter_map(|place| region.nodes.get(*place));
            for (source, _) in items.flat_map(|item| region.sources_of(item)) {
                if self.seen.insert(*source) {
                    self.next.push(*source);
                }
            }
            self.next.sort_unstable_by(|one, other| other.cmp(one));
            for place in &self.next {
                let item = region.nodes.get(*place);
                if item.is_some_and(|item| !visit(*place, item)) {
                    return;
                }
            }
            std::mem::swap(&mut self.level, &mut self.next);
        }
    }
}

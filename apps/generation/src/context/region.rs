//! The part of a project that answers rest on, laid out in topological order, so that what is said of
//! the ancestors of thousands of answers is told in one pass, and not by a plan for each.
//!
//! It says the same as plans do, and a property test holds both against each other.

use kernel::NodeId;
use protocol::edges::EdgePolicy;
use rustc_hash::FxHashMap;

use super::{
    levels::{Climb, Levels, Scratch, Sources},
    memory::Contexts,
    places::{Places, bit_of, block_of, places_down, places_in},
    sequence::{Said, Sequence},
};

/// What the sets of ancestors that are needed at one moment may take.
const WAYS_BYTES_MAX: usize = 64 << 20;
/// The same for how far away ancestors are. What is not kept is found anew.
const LEVELS_BYTES_MAX: usize = 32 << 20;

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
    sources: Sources,
    /// What all nodes of a block of places say if they enter whole.
    blocks: Vec<Block>,
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
    children: usize,
}

#[derive(Clone, Copy)]
struct Block {
    said: Said,
    tokens: u64,
    /// Those that are pinned, as bits.
    pinned: u64,
    /// With less room than this none of them enters.
    tokens_least: u32,
}

impl Block {
    const NOTHING: Self = Self {
        said: Said::NOTHING,
        tokens: 0,
        pinned: 0,
        tokens_least: u32::MAX,
    };
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
            sources: Sources::default(),
            blocks: Vec::new(),
            has_weak_edges: false,
            tokens_least: u32::MAX,
        };
        for node in order {
            let incoming = contexts.graph().incoming(node);
            let sources: Option<Vec<_>> = incoming
                .map(|(edge, source)| Some((*places.get(&source)?, contexts.policy(edge))))
                .collect();
            let sources = sources?;
            for (place, _) in &sources {
                region.nodes.get_mut(*place)?.children += 1;
            }
            region.sources.push(sources);
            region.add(contexts, node)?;
        }
        let mut policies = region.sources.all().iter().map(|(_, policy)| policy);
        region.has_weak_edges = policies.any(|policy| *policy != EdgePolicy::Full);
        Some(region)
    }

    fn add(&mut self, contexts: &Contexts, node: NodeId) -> Option<()> {
        // The memory holds every node of its graph.
        let facts = contexts.facts(node)?;
        let whole_tokens = facts.whole_tokens();
        let item = Item {
            node,
            whole: Said::whole(facts, contexts.point),
            brief: Said::brief(facts, contexts.point),
            whole_tokens,
            brief_tokens: facts.brief().tokens,
            children: 0,
        };
        let place = self.nodes.len();
        if self.blocks.len() <= block_of(place) {
            self.blocks.push(Block::NOTHING);
        }
        let block = self.blocks.get_mut(block_of(place))?;
        block.said = block.said.then(item.whole);
        block.tokens += u64::from(whole_tokens);
        block.tokens_least = block.tokens_least.min(item.tokens_least());
        if facts.pinned {
            block.pinned |= bit_of(place);
        }
        self.tokens_least = self.tokens_least.min(item.tokens_least());
        self.nodes.push(item);
        Some(())
    }

    fn sequences(&self, asked: &[(NodeId, u32)]) -> Option<FxHashMap<NodeId, Sequence>> {
        let room_least = asked
            .iter()
            .map(|(_, room)| *room)
            .min()
            .unwrap_or(u32::MAX);
        let asked: FxHashMap<NodeId, u32> = asked.iter().copied().collect();
        let mut sequences = FxHashMap::default();
        let mut scratch = Scratch::default();
        let mut children: Vec<usize> = self.nodes.iter().map(|item| item.children).collect();
        let mut above = Above::of(self.nodes.len());
        for (place, item) in self.nodes.iter().enumerate() {
            let ways = self.ways_to(place, &above.ways)?;
            let mut climb = Climb::from(place, &self.sources, &above.levels, &mut scratch);
            let whole = self.entered(ways.full(), &ways.open);
            if let Some(room) = asked.get(&item.node) {
                let is_cut = whole.tokens > u64::from(*room);
                let entered = match is_cut {
                    true => self.cut(place, &ways, *room, &mut climb),
                    false => whole,
                };
                sequences.insert(item.node, entered.sequence);
            }
            // Where there is room for all, nobody asks who is near.
            let levels =
                (item.children > 0 && whole.tokens > u64::from(room_least)).then(|| climb.found());
            // What nobody below needs any more goes.
            for (source, _) in self.sources.of(place) {
                let left = children.get_mut(*source)?;
                *left -= 1;
                if *left == 0 {
                    above.forget(*source)?;
                }
            }
            if item.children > 0 {
                above.keep(place, ways, levels)?;
            }
        }
        Some(sequences)
    }

    /// Along a way the weakest edge decides, and of several ways the strongest.
    fn ways_to(&self, place: usize, all_ways: &[Option<Ways>]) -> Option<Ways> {
        let mut open = Places::up_to(place);
        let mut full = self.has_weak_edges.then(|| Places::up_to(place));
        for (source, policy) in self.sources.of(place) {
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

    /// Those who enter where there is not room for all: the pinned first, and then the nearest.
    fn cut(&self, place: usize, ways: &Ways, room: u32, climb: &mut Climb<'_>) -> Entered {
        let mut cut = Cut {
            region: self,
            ways,
            room,
            whole: Places::up_to(place),
            brief: Places::up_to(place),
        };
        let pinned = |block: usize| self.blocks.get(block).map_or(0, |block| block.pinned);
        let mut pinned_left: u32 = (0..ways.open.blocks())
            .map(|block| (pinned(block) & ways.open.word(block)).count_ones())
            .sum();
        if pinned_left > 0 {
            climb.visit(|block, word| {
                let word = word & pinned(block) & ways.open.word(block);
                pinned_left -= word.count_ones();
                cut.take_all(block, word) && pinned_left > 0
            });
        }
        climb.visit(|block, word| cut.take_all(block, word & !pinned(block)));
        let Cut { whole, brief, .. } = cut;
        self.entered(&whole, &brief)
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

#[derive(Clone, Copy, Default)]
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

/// What is kept of nodes for those below them.
struct Above {
    ways: Vec<Option<Ways>>,
    levels: Vec<Option<Levels>>,
    ways_bytes: usize,
    levels_bytes: usize,
}

impl Above {
    fn of(nodes: usize) -> Self {
        Self {
            ways: vec![None; nodes],
            levels: std::iter::repeat_with(|| None).take(nodes).collect(),
            ways_bytes: 0,
            levels_bytes: 0,
        }
    }

    fn forget(&mut self, place: usize) -> Option<()> {
        self.ways_bytes -= self.ways.get_mut(place)?.take()?.bytes();
        let levels = self.levels.get_mut(place)?.take();
        self.levels_bytes -= levels.as_ref().map_or(0, Levels::bytes);
        Some(())
    }

    /// None if that would take too much memory.
    fn keep(&mut self, place: usize, ways: Ways, levels: Option<Levels>) -> Option<()> {
        self.ways_bytes += ways.bytes();
        *self.ways.get_mut(place)? = Some(ways);
        let bytes = levels.as_ref().map_or(0, Levels::bytes);
        if self.levels_bytes + bytes <= LEVELS_BYTES_MAX {
            self.levels_bytes += bytes;
            *self.levels.get_mut(place)? = levels;
        }
        (self.ways_bytes <= WAYS_BYTES_MAX).then_some(())
    }
}

/// Who enters where there is not room for all.
struct Cut<'r> {
    region: &'r Region,
    ways: &'r Ways,
    room: u32,
    whole: Places,
    brief: Places,
}

impl Cut<'_> {
    /// Lets some of a block in, the last first. Says whether there is room for anybody else.
    fn take_all(&mut self, block: usize, word: u64) -> bool {
        let tokens_least =
            (self.region.blocks.get(block)).map_or(u32::MAX, |block| block.tokens_least);
        if tokens_least <= self.room {
            let open = word & self.ways.open.word(block);
            for place in places_down(block, open) {
                self.take(place);
            }
        }
        self.room >= self.region.tokens_least
    }

    /// Whole if it may and fits, else in short if that fits.
    fn take(&mut self, place: usize) {
        let Some(item) = self
            .region
            .nodes
            .get(place)
            .filter(|item| item.whole_tokens > 0)
        else {
            return;
        };
        if item.whole_tokens <= self.room && self.ways.full().contains(place) {
            self.room -= item.whole_tokens;
            self.whole.insert(place);
        } else if item.brief_tokens <= self.room {
            self.room -= item.brief_tokens;
            self.brief.insert(place);
        }
    }
}

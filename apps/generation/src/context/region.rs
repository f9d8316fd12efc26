//! The part of a project that answers rest on, laid out in topological order, so that what is said of
//! the ancestors of thousands of answers is told in one pass, and not by a plan for each.
//!
//! It says the same as plans do, and a property test holds both against each other.

use kernel::NodeId;
use protocol::edges::EdgePolicy;
use rustc_hash::FxHashMap;

use super::{
    facts::Facts,
    fingerprint::FingerprintBuilder,
    levels::{Climb, Levels, Scratch, Sources},
    memory::Contexts,
    places::{Places, bit_of, block_of, places_down, places_in},
    sequence::{Said, Sequence},
};

/// What the sets of ancestors that are needed at one moment may take.
const WAYS_BYTES_MAX: usize = 64 << 20;
/// The same for how far away ancestors are. What is not kept is found anew.
const LEVELS_BYTES_MAX: usize = 32 << 20;

/// How many ancestors that were let in or hashed cost as much as one that is looked at.
const ENTERED_PER_VISIT: usize = 64;

/// How the ancestors of a node are to be digested.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DigestQuery {
    /// How many tokens are left for them.
    pub(crate) room: u32,
    /// Whether their messages are hashed, too, as for a fingerprint.
    pub(crate) is_hashed: bool,
}

/// What the ancestors of a node say, in short enough a form to compare.
#[derive(Debug)]
pub(crate) struct Digest {
    pub(crate) sequence: Sequence,
    pub(crate) hashed: Option<FingerprintBuilder>,
}

/// The digests of the ancestors of each of these nodes; none if that would take too much memory.
pub(crate) fn digests(
    contexts: &Contexts,
    asked: &FxHashMap<NodeId, DigestQuery>,
) -> Option<FxHashMap<NodeId, Digest>> {
    let region = Region::above(contexts, asked.keys().copied())?;
    let digests = region.digests(asked)?;
    contexts.graph().visit(digests.entered / ENTERED_PER_VISIT);
    Some(digests.of)
}

struct Region<'c> {
    nodes: Vec<Item<'c>>,
    sources: Sources,
    /// What all nodes of a block of places say if they enter whole.
    blocks: Vec<Block>,
    has_weak_edges: bool,
    /// With less room than this nobody enters.
    tokens_least: u32,
}

struct Item<'c> {
    node: NodeId,
    facts: &'c Facts,
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

impl<'c> Region<'c> {
    fn above(contexts: &'c Contexts, nodes: impl Iterator<Item = NodeId>) -> Option<Self> {
        let order = contexts.graph().with_ancestors(nodes);
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

    fn add(&mut self, contexts: &'c Contexts, node: NodeId) -> Option<()> {
        // The memory holds every node of its graph.
        let facts = contexts.facts(node)?;
        let whole_tokens = facts.whole_tokens();
        let item = Item {
            node,
            facts,
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

    fn digests(&self, asked: &FxHashMap<NodeId, DigestQuery>) -> Option<Digests> {
        let rooms = asked.values().map(|asked| asked.room);
        let room_least = rooms.min().unwrap_or(u32::MAX);
        let is_any_hashed = asked.values().any(|asked| asked.is_hashed);
        let mut all = Digests::default();
        let mut scratch = Scratch::default();
        let mut above = Above::of(&self.nodes);
        for (place, item) in self.nodes.iter().enumerate() {
            let ways = self.ways_to(place, &above.ways)?;
            let asked = asked.get(&item.node);
            let whole = self.entered(ways.full(), &ways.open);
            let mut hashed = is_any_hashed
                .then(|| self.carried_on(place, &ways, &above))
                .flatten();
            let mut climb = above.climb(place, &self.sources, &mut scratch)?;
            if let Some(asked) = asked {
                let digest = if whole.tokens <= u64::from(asked.room) {
                    if asked.is_hashed && hashed.is_none() {
                        all.entered += ways.open.count();
                        hashed = Some(self.hashed(ways.full(), &ways.open));
                    }
                    Digest {
                        sequence: whole.sequence,
                        hashed: hashed.clone().filter(|_| asked.is_hashed),
                    }
                } else {
                    let cut = self.cut(place, &ways, asked.room, &mut climb);
                    all.entered += cut.count() * (1 + usize::from(asked.is_hashed));
                    cut.digest(asked.is_hashed)
                };
                all.of.insert(item.node, digest);
            }
            // Where there is room for all, nobody asks who is near.
            let is_cut_below = item.children > 0 && whole.tokens > u64::from(room_least);
            let levels = is_cut_below.then(|| climb.found());
            // What nobody below needs any more goes.
            for (source, _) in self.sources.of(place) {
                above.let_go(*source)?;
            }
            if item.children > 0 {
                above.keep(place, ways, levels, hashed)?;
            }
        }
        Some(all)
    }

    /// The hash of all ancestors, as far as the edges let them in, if these are the last parent and what is above it: then the
    /// parent's hash is gone on with.
    fn carried_on(&self, place: usize, ways: &Ways, above: &Above) -> Option<FingerprintBuilder> {
        let sources = self.sources.of(place).iter();
        let Some(last) = sources.map(|(source, _)| *source).max() else {
            return Some(FingerprintBuilder::default());
        };
        let mut hashed = above.hashed.get(last)?.clone()?;
        let before = above.ways.get(last)?.as_ref()?;
        let is_carried_on = ways.open.is_with(&before.open, last)
            && (ways.full.as_ref().zip(before.full.as_ref()))
                .is_none_or(|(full, before)| full.is_with(before, last));
        if !is_carried_on {
            return None;
        }
        hashed.say_whole(self.nodes.get(last)?.facts);
        Some(hashed)
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
    fn cut<'r>(
        &'r self,
        place: usize,
        ways: &'r Ways,
        room: u32,
        climb: &mut Climb<'_>,
    ) -> Cut<'r> {
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
        cut
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

    /// The same, hashed.
    fn hashed(&self, whole: &Places, brief: &Places) -> FingerprintBuilder {
        let mut hashed = FingerprintBuilder::default();
        for block in 0..whole.blocks() {
            for place in places_in(block, whole.word(block) | brief.word(block)) {
                match self.nodes.get(place) {
                    Some(item) if whole.contains(place) => hashed.say_whole(item.facts),
                    Some(item) if item.whole_tokens > 0 => hashed.say_brief(item.facts),
                    _ => {}
                }
            }
        }
        hashed
    }
}

#[derive(Default)]
struct Digests {
    of: FxHashMap<NodeId, Digest>,
    /// How many were let in one by one, or hashed.
    entered: usize,
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

impl Item<'_> {
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
    /// The hash of what is above them if all of it enters, where it is known.
    hashed: Vec<Option<FingerprintBuilder>>,
    /// How many are still to come that rest on them.
    children: Vec<usize>,
    ways_bytes: usize,
    levels_bytes: usize,
}

impl Above {
    fn of(nodes: &[Item<'_>]) -> Self {
        Self {
            ways: vec![None; nodes.len()],
            levels: nodes.iter().map(|_| None).collect(),
            hashed: vec![None; nodes.len()],
            children: nodes.iter().map(|item| item.children).collect(),
            ways_bytes: 0,
            levels_bytes: 0,
        }
    }

    /// From a node up. What is known of an only parent that nobody else rests on is taken over.
    fn climb<'r>(
        &'r mut self,
        place: usize,
        sources: &'r Sources,
        scratch: &'r mut Scratch,
    ) -> Option<Climb<'r>> {
        if let [(parent, _)] = sources.of(place)
            && self.children.get(*parent) == Some(&1)
            && let Some(levels) = self.take_levels(*parent)?
        {
            return Some(Climb::carried_on(place, *parent, levels, sources, scratch));
        }
        Some(Climb::from(place, sources, &self.levels, scratch))
    }

    fn take_levels(&mut self, place: usize) -> Option<Option<Levels>> {
        let levels = self.levels.get_mut(place)?.take();
        self.levels_bytes -= levels.as_ref().map_or(0, Levels::bytes);
        Some(levels)
    }

    /// One of those that rest on it was there.
    fn let_go(&mut self, place: usize) -> Option<()> {
        let children = self.children.get_mut(place)?;
        *children -= 1;
        if *children == 0 {
            self.ways_bytes -= self.ways.get_mut(place)?.take()?.bytes();
            self.take_levels(place)?;
            *self.hashed.get_mut(place)? = None;
        }
        Some(())
    }

    /// None if that would take too much memory.
    fn keep(
        &mut self,
        place: usize,
        ways: Ways,
        levels: Option<Levels>,
        hashed: Option<FingerprintBuilder>,
    ) -> Option<()> {
        self.ways_bytes += ways.bytes();
        *self.ways.get_mut(place)? = Some(ways);
        *self.hashed.get_mut(place)? = hashed;
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
    region: &'r Region<'r>,
    ways: &'r Ways,
    room: u32,
    whole: Places,
    brief: Places,
}

impl Cut<'_> {
    fn count(&self) -> usize {
        self.whole.count() + self.brief.count()
    }

    fn digest(&self, is_hashed: bool) -> Digest {
        let (whole, brief) = (&self.whole, &self.brief);
        Digest {
            sequence: self.region.entered(whole, brief).sequence,
            hashed: is_hashed.then(|| self.region.hashed(whole, brief)),
        }
    }

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

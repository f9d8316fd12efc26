//! The ancestors of a node by how far above it they are: its parents, then what is above these, and so on. Those of thousands of
//! nodes are found from each other, many at a time: what is so far above a parent is one further above its child, unless it is
//! nearer on another way.

use std::{collections::VecDeque, ops::Range};

use protocol::edges::EdgePolicy;

use super::places::{Places, bit_of, block_of, places_in};

/// The edges by their targets: where each begins, and how it lets in.
#[derive(Debug, Default)]
pub(super) struct Sources {
    edges: Vec<(usize, EdgePolicy)>,
    of: Vec<Range<usize>>,
}

impl Sources {
    /// Those of the next place.
    pub(super) fn push(&mut self, edges: impl IntoIterator<Item = (usize, EdgePolicy)>) {
        let begin = self.edges.len();
        self.edges.extend(edges);
        self.of.push(begin..self.edges.len());
    }

    pub(super) fn of(&self, place: usize) -> &[(usize, EdgePolicy)] {
        let edges = (self.of.get(place)).and_then(|range| self.edges.get(range.clone()));
        edges.unwrap_or(&[])
    }

    pub(super) fn all(&self) -> &[(usize, EdgePolicy)] {
        &self.edges
    }
}

/// The nearest first, each as a set of places, as far as anybody asked.
#[derive(Debug, Default)]
pub(super) struct Levels {
    levels: VecDeque<Level>,
    words: Vec<u64>,
    /// Nothing is further away.
    is_whole: bool,
}

#[derive(Clone, Debug)]
struct Level {
    block: usize,
    words: Range<usize>,
}

impl Levels {
    fn get(&self, number: usize) -> Option<(usize, &[u64])> {
        let level = self.levels.get(number)?;
        Some((level.block, self.words.get(level.words.clone())?))
    }

    fn knows(&self, number: usize) -> bool {
        self.is_whole || number < self.levels.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.levels.is_empty()
    }

    pub(super) fn bytes(&self) -> usize {
        size_of_val(self.words.as_slice()) + self.levels.len() * size_of::<Level>()
    }

    /// Those of a node with an only parent, of which these are the levels.
    fn below(mut self, parent: usize) -> Self {
        let begin = self.words.len();
        self.words.push(bit_of(parent));
        self.levels.push_front(Level {
            block: block_of(parent),
            words: begin..self.words.len(),
        });
        self
    }
}

/// What every climb needs for a while.
#[derive(Default)]
pub(super) struct Scratch {
    seen: Places,
    /// What may become the next level.
    gathered: Vec<u64>,
    /// From the first to the last block in which something was gathered.
    touched: Range<usize>,
}

impl Scratch {
    fn clear_up_to(&mut self, place: usize) {
        self.seen.clear_up_to(place);
        self.gathered.clear();
        self.gathered.resize(self.seen.blocks(), 0);
        self.touched = 0..0;
    }

    fn gather(&mut self, block: usize, words: &[u64]) {
        let gathered = self.gathered.iter_mut().skip(block);
        gathered.zip(words).for_each(|(word, more)| *word |= more);
        let end = block + words.len();
        self.touched = if self.touched.is_empty() {
            block..end
        } else {
            self.touched.start.min(block)..self.touched.end.max(end)
        };
    }
}

/// Goes up from a node, level by level.
pub(super) struct Climb<'r> {
    sources: &'r Sources,
    place: usize,
    /// What is known of all parents, if it is.
    parents: Option<Vec<&'r Levels>>,
    scratch: &'r mut Scratch,
    found: Levels,
    /// Whether the scratch has seen what was found.
    has_seen: bool,
}

impl<'r> Climb<'r> {
    /// From a node with an only parent, of which these are the levels.
    pub(super) fn carried_on(
        place: usize,
        parent: usize,
        levels: Levels,
        sources: &'r Sources,
        scratch: &'r mut Scratch,
    ) -> Self {
        scratch.clear_up_to(place);
        Self {
            sources,
            place,
            parents: None,
            scratch,
            found: levels.below(parent),
            has_seen: false,
        }
    }

    pub(super) fn from(
        place: usize,
        sources: &'r Sources,
        known: &'r [Option<Levels>],
        scratch: &'r mut Scratch,
    ) -> Self {
        scratch.clear_up_to(place);
        let parents = sources.of(place).iter();
        let parents = parents.map(|(source, _)| known.get(*source)?.as_ref());
        Self {
            sources,
            place,
            parents: parents.collect(),
            scratch,
            found: Levels::default(),
            has_seen: true,
        }
    }

    /// Visits the ancestors, those of a block at once: the nearest first, and of those as near the last, for as long as it is
    /// said to go on.
    pub(super) fn visit(&mut self, mut visit: impl FnMut(usize, u64) -> bool) {
        let mut number = 0;
        while number < self.found.levels.len() || self.go_on() {
            let (block, words) = self.found.get(number).unwrap_or_default();
            let words = words.iter().enumerate().rev();
            for (offset, word) in words.filter(|(_, word)| **word != 0) {
                if !visit(block + offset, *word) {
                    return;
                }
            }
            number += 1;
        }
    }

    /// What was found, for those below; as much as their parents know, if nobody has asked.
    pub(super) fn found(mut self) -> Levels {
        if self.found.is_empty() {
            while self.is_next_known() && self.go_on() {}
        }
        self.found
    }

    fn is_next_known(&self) -> bool {
        let next = self.found.levels.len();
        let is_known = |parents: &Vec<&Levels>| {
            next == 0 || parents.iter().all(|parent| parent.knows(next - 1))
        };
        self.parents.as_ref().is_some_and(is_known)
    }

    /// Finds the next level; there is none above the last.
    fn go_on(&mut self) -> bool {
        if self.found.is_whole {
            return false;
        }
        self.see_found();
        match self.found.levels.len().checked_sub(1) {
            None => self.gather_above(self.place),
            Some(last) if self.is_next_known() => {
                for parent in self.parents.iter().flatten() {
                    let (block, words) = parent.get(last).unwrap_or_default();
                    self.scratch.gather(block, words);
                }
            }
            Some(last) => {
                let level = self.found.levels.get(last).cloned();
                let words = level
                    .into_iter()
                    .flat_map(|level| (level.block..).zip(level.words));
                for (block, word) in words {
                    let word = self.found.words.get(word).copied().unwrap_or_default();
                    places_in(block, word).for_each(|place| self.gather_above(place));
                }
            }
        }
        self.keep_unseen()
    }

    /// What was taken over is seen only when somebody goes on from it.
    fn see_found(&mut self) {
        if std::mem::replace(&mut self.has_seen, true) {
            return;
        }
        let mut number = 0;
        while let Some((block, words)) = self.found.get(number) {
            for (block, word) in (block..).zip(words) {
                self.scratch.seen.insert_all(block, *word);
            }
            number += 1;
        }
    }

    fn gather_above(&mut self, place: usize) {
        for (source, _) in self.sources.of(place) {
            self.scratch.gather(block_of(*source), &[bit_of(*source)]);
        }
    }

    /// Makes a level of what was gathered and is no nearer, unless that is nothing.
    fn keep_unseen(&mut self) -> bool {
        let Scratch {
            seen,
            gathered,
            touched,
        } = &mut *self.scratch;
        let (begin, touched) = (self.found.words.len(), std::mem::take(touched));
        let mut all = 0;
        for block in touched.clone() {
            let word = gathered.get_mut(block).map(std::mem::take);
            let unseen = word.unwrap_or_default() & !seen.word(block);
            seen.insert_all(block, unseen);
            self.found.words.push(unseen);
            all |= unseen;
        }
        if all == 0 {
            self.found.words.truncate(begin);
            self.found.is_whole = true;
            return false;
        }
        self.found.levels.push_back(Level {
            block: touched.start,
            words: begin..self.found.words.len(),
        });
        true
    }
}

//! One text that grows: of chunks that may come twice, early or never, and of checkpoints.

use std::collections::BTreeMap;

use super::{chunk::Chunk, point::Point};

/// A longer text is not told to sockets to its end: the event that ends it carries it whole.
pub const STREAM_BYTES_MAX: usize = 1024 * 1024;
/// What came above a gap is kept until the checkpoint closes it; beyond that it is read as well.
const AHEAD_BYTES_MAX: usize = 256 * 1024;
const AHEAD_PIECES_MAX: usize = 1_024;

#[derive(Debug)]
pub struct StreamText {
    /// What comes before this is no longer held.
    held_from: Point,
    /// What is held.
    text: String,
    /// How many chunks make the text, with what is no longer held.
    chunks: u64,
    /// How much may be held.
    bytes_max: usize,
    /// Somebody who knows has said that there is such a stream.
    is_begun: bool,
    /// How many chunks there are, as far as anyone has said.
    heard_of: u64,
    /// What came above a gap, by its first chunk.
    ahead: BTreeMap<u64, Chunk>,
    ahead_bytes: usize,
    /// It became too long, or is not what it was before: nothing more is added.
    is_given_up: bool,
}

impl StreamText {
    /// A stream of which nothing is known yet. Its chunks wait until it has begun.
    #[must_use]
    pub fn new(bytes_max: usize) -> Self {
        Self {
            held_from: Point::default(),
            text: String::new(),
            chunks: 0,
            bytes_max,
            is_begun: false,
            heard_of: 0,
            ahead: BTreeMap::new(),
            ahead_bytes: 0,
            is_given_up: false,
        }
    }

    /// A stream that somebody has up to here.
    pub(super) fn after(point: Point) -> Self {
        Self {
            held_from: point,
            chunks: point.chunks,
            heard_of: point.chunks,
            is_begun: true,
            ..Self::new(usize::MAX)
        }
    }

    #[must_use]
    pub fn end(&self) -> Point {
        Point {
            chunks: self.chunks,
            bytes: self.held_from.bytes + self.text.len(),
        }
    }

    /// The text from one point to another.
    #[must_use]
    pub fn between(&self, from: Point, to: Point) -> Option<&str> {
        let from = from.bytes.checked_sub(self.held_from.bytes)?;
        let to = to.bytes.checked_sub(self.held_from.bytes)?;
        self.text.get(from..to)
    }

    /// Whether nothing is missing that anyone has heard of.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.is_given_up || self.is_begun && self.heard_of <= self.chunks
    }

    #[must_use]
    pub fn is_begun(&self) -> bool {
        self.is_begun
    }

    #[must_use]
    pub fn is_given_up(&self) -> bool {
        self.is_given_up
    }

    /// There is such a stream. Says whether the text is longer now.
    pub fn begin(&mut self) -> bool {
        self.is_begun = true;
        self.absorb()
    }

    /// Adds what follows, or keeps it until it does. Says whether the text is longer now.
    pub fn hear(&mut self, chunk: Chunk) -> bool {
        let is_empty = chunk.from.chunks > chunk.number;
        if chunk.number < self.chunks || is_empty || self.is_given_up {
            return false;
        }
        self.heard_of = self.heard_of.max(chunk.end().chunks);
        if self.is_begun && chunk.from.chunks <= self.chunks {
            let has_grown = self.append(&chunk);
            self.absorb();
            return has_grown;
        }
        let bytes = self.ahead_bytes + chunk.text.len();
        let has_room = bytes <= AHEAD_BYTES_MAX && self.ahead.len() < AHEAD_PIECES_MAX;
        if has_room && !self.ahead.contains_key(&chunk.from.chunks) {
            self.ahead_bytes = bytes;
            self.ahead.insert(chunk.from.chunks, chunk);
        }
        false
    }

    /// Appends whatever follows of what came before its time.
    fn absorb(&mut self) -> bool {
        let before = self.chunks;
        while self.is_begun
            && let Some(first) = self.ahead.first_entry()
            && *first.key() <= self.chunks
        {
            let chunk = first.remove();
            self.ahead_bytes -= chunk.text.len();
            self.append(&chunk);
        }
        self.chunks > before
    }

    /// Appends what of a chunk is not here yet.
    fn append(&mut self, chunk: &Chunk) -> bool {
        if self.is_given_up || chunk.number < self.chunks {
            return false;
        }
        let here = self.end();
        let known = here.bytes.checked_sub(chunk.from.bytes);
        // A chunk of another text leaves a gap, and the checkpoint says which of them holds.
        let Some(new) = known.and_then(|known| chunk.text.get(known..)) else {
            return false;
        };
        if chunk.from.chunks == here.chunks && chunk.from != here {
            return false;
        }
        if self.text.len() + new.len() > self.bytes_max {
            self.give_up();
            return false;
        }
        self.text.push_str(new);
        self.chunks = chunk.end().chunks;
        true
    }

    /// Whether a checkpoint is no other text than this one.
    pub(super) fn agrees_with(&self, chunks: u64, text: &str) -> bool {
        chunks <= self.chunks || self.rest_of(text).is_some()
    }

    /// What of a further checkpoint is to be held.
    fn rest_of<'a>(&self, text: &'a str) -> Option<&'a str> {
        let rest = text.get(self.held_from.bytes..)?;
        rest.starts_with(&self.text).then_some(rest)
    }

    /// Takes over the checkpoint where it is further. Says whether the text is longer now.
    pub fn restore(&mut self, chunks: u64, text: &str) -> bool {
        self.is_begun = true;
        let is_further = self.become_at_least(chunks, text);
        self.absorb() || is_further
    }

    fn become_at_least(&mut self, chunks: u64, text: &str) -> bool {
        if chunks <= self.chunks || self.is_given_up {
            return false;
        }
        self.heard_of = self.heard_of.max(chunks);
        // Somebody began anew: what was told cannot be taken back, and the end says what holds.
        let rest = self.rest_of(text);
        let Some(rest) = rest.filter(|rest| rest.len() <= self.bytes_max) else {
            self.give_up();
            return false;
        };
        let known = self.text.len();
        self.text.push_str(rest.get(known..).unwrap_or_default());
        self.chunks = chunks;
        true
    }

    fn give_up(&mut self) {
        self.is_given_up = true;
        self.ahead.clear();
        self.ahead_bytes = 0;
    }

    /// Gives away all that is held, and where it begins.
    pub(super) fn take(&mut self) -> (Point, String) {
        let from = self.held_from;
        self.held_from = self.end();
        (from, std::mem::take(&mut self.text))
    }

    /// From where on the text is held.
    pub(super) fn held_from(&self) -> Point {
        self.held_from
    }
}

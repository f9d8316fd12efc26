//! One text that grows: of pieces that may come twice, early or never, and of checkpoints.

use std::{collections::BTreeMap, time::Instant};

use kernel::NodeId;

/// A longer text is not told to its end: the event that ends it carries it whole.
pub(super) const DRAFT_BYTES_MAX: usize = 1024 * 1024;
/// What came above a gap is kept until the checkpoint closes it; beyond that it is read as well.
const AHEAD_BYTES_MAX: usize = 256 * 1024;
const AHEAD_PIECES_MAX: usize = 1_024;

/// How far somebody has a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(in crate::channel) struct Point {
    pub(super) chunks: u64,
    pub(super) bytes: usize,
}

#[derive(Debug)]
pub(super) struct Draft {
    pub(super) node: NodeId,
    /// The log or the checkpoint has named it, too.
    pub(super) is_known: bool,
    pub(super) chunks: u64,
    pub(super) text: String,
    /// What everyone who keeps up was told.
    pub(super) told: Point,
    /// How many chunks there are, as far as anyone has said.
    pub(super) heard_of: u64,
    /// What came above a gap, by its first chunk.
    pub(super) ahead: BTreeMap<u64, Piece>,
    pub(super) ahead_bytes: usize,
    pub(super) heard_at: Instant,
    /// How many readings had begun before it was heard of.
    pub(super) born: u64,
    /// It became too long, or is not what was told: nothing more of it is told.
    pub(super) is_given_up: bool,
}

#[derive(Debug)]
pub(super) struct Piece {
    /// The chunk after its last one.
    pub(super) end: u64,
    pub(super) text: String,
}

impl Draft {
    pub(super) fn new(node: NodeId, born: u64, now: Instant) -> Self {
        Self {
            node,
            is_known: false,
            chunks: 0,
            text: String::new(),
            told: Point::default(),
            heard_of: 0,
            ahead: BTreeMap::new(),
            ahead_bytes: 0,
            heard_at: now,
            born,
            is_given_up: false,
        }
    }

    pub(super) fn end(&self) -> Point {
        Point {
            chunks: self.chunks,
            bytes: self.text.len(),
        }
    }

    /// Whether nothing is missing that anyone has heard of.
    pub(super) fn is_whole(&self) -> bool {
        self.is_given_up || self.is_known && self.heard_of <= self.chunks
    }

    /// Adds what follows, or keeps it until it does. Says whether the text is longer now.
    pub(super) fn add(&mut self, from: u64, piece: Piece) -> bool {
        if piece.end <= self.chunks || from >= piece.end || self.is_given_up {
            return false;
        }
        self.heard_of = self.heard_of.max(piece.end);
        if self.is_known && from == self.chunks {
            self.append(piece);
            self.absorb();
            return true;
        }
        let bytes = self.ahead_bytes + piece.text.len();
        let has_room = bytes <= AHEAD_BYTES_MAX && self.ahead.len() < AHEAD_PIECES_MAX;
        // Of what is partly here already nobody can tell where the rest begins.
        if from >= self.chunks && has_room && !self.ahead.contains_key(&from) {
            self.ahead_bytes = bytes;
            self.ahead.insert(from, piece);
        }
        false
    }

    /// Appends whatever follows of what came before its time.
    pub(super) fn absorb(&mut self) -> bool {
        let before = self.chunks;
        while self.is_known
            && let Some(first) = self.ahead.first_entry()
            && *first.key() <= self.chunks
        {
            let (from, piece) = first.remove_entry();
            self.ahead_bytes -= piece.text.len();
            if from == self.chunks {
                self.append(piece);
            }
        }
        self.chunks > before
    }

    fn append(&mut self, piece: Piece) {
        if self.text.len() + piece.text.len() > DRAFT_BYTES_MAX {
            self.give_up();
        } else if !self.is_given_up {
            self.text.push_str(&piece.text);
            self.chunks = piece.end;
        }
    }

    /// Takes over the checkpoint where it is further. Says whether it was.
    pub(super) fn become_at_least(&mut self, chunks: u64, text: String) -> bool {
        if chunks <= self.chunks || self.is_given_up {
            return false;
        }
        self.heard_of = self.heard_of.max(chunks);
        // Somebody began anew: what was told cannot be taken back, and the end says what holds.
        if text.len() > DRAFT_BYTES_MAX || !text.starts_with(&self.text) {
            self.give_up();
            return false;
        }
        (self.chunks, self.text) = (chunks, text);
        true
    }

    pub(super) fn give_up(&mut self) {
        self.is_given_up = true;
        self.ahead.clear();
        self.ahead_bytes = 0;
    }
}

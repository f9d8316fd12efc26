//! The answers that people see being written: when each began, and whether every word came.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use memchr::memmem;
use uuid::Uuid;

use crate::{
    frames,
    histogram::Histogram,
    relay::words::{begun_at, is_said_at, now},
};

/// When the answer of each node was asked for last.
#[derive(Debug, Default)]
pub(crate) struct Asked(Mutex<HashMap<Uuid, u64>>);

impl Asked {
    pub(crate) fn note(&self, node: Uuid) {
        let mut asked = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        asked.insert(node, now());
    }

    fn at(&self, node: Uuid) -> Option<u64> {
        let asked = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        asked.get(&node).copied()
    }
}

#[derive(Debug, Default)]
pub(crate) struct Answers {
    pub(crate) asked: Arc<Asked>,
    heard: HashMap<(usize, Uuid), Heard>,
    pub(crate) counts: Counts,
    /// Microseconds until somebody had the first word: since it was sent, and since it was asked for.
    pub(crate) since_sent: Histogram,
    pub(crate) since_asked: Histogram,
}

#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counts {
    pub(crate) frames: u64,
    /// How many ends were told.
    pub(crate) ended: u64,
    pub(crate) gaps: u64,
    pub(crate) doubled: u64,
    /// Frames with other words than were sent.
    pub(crate) garbled: u64,
}

#[derive(Debug, Default)]
struct Heard {
    next_chunk: u64,
    bytes: usize,
}

impl Answers {
    /// From here on latencies are kept.
    pub(crate) fn measure(&mut self) {
        self.since_sent = Histogram::default();
        self.since_asked = Histogram::default();
    }

    pub(super) fn hear(&mut self, person: usize, frame: &[u8]) {
        self.counts.frames += 1;
        let Some(delta) = frames::delta(frame) else {
            self.counts.garbled += 1;
            return;
        };
        let heard = self.heard.entry((person, delta.generation)).or_default();
        let from = delta.from.unwrap_or(delta.chunk);
        if from < heard.next_chunk {
            self.counts.doubled += 1;
            return;
        }
        self.counts.gaps += u64::from(from > heard.next_chunk);
        self.counts.garbled += u64::from(!is_said_at(heard.bytes, delta.text));
        let is_first = heard.next_chunk == 0;
        heard.next_chunk = delta.chunk + 1;
        heard.bytes += delta.text.len();
        if is_first {
            let now = now();
            if let Some(sent) = begun_at(delta.text) {
                self.since_sent.record(now.saturating_sub(sent));
            }
            if let Some(asked) = self.asked.at(delta.node) {
                self.since_asked.record(now.saturating_sub(asked));
            }
        }
    }

    pub(super) fn hear_events(&mut self, frame: &[u8]) {
        let ends = memmem::find_iter(frame, br#""op":"generation.end""#);
        self.counts.ended += ends.count() as u64;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::relay::words::{first, word};

    fn frame(chunk: u64, text: &str) -> String {
        let id = Uuid::nil();
        format!(
            r#"{{"type":"delta","project":"{id}","node":"{id}","generation":"{id}","chunk":{chunk},"text":"{text}"}}"#
        )
    }

    #[test]
    fn gaps_repetitions_and_other_words_are_noticed() {
        let mut answers = Answers::default();
        answers.asked.note(Uuid::nil());
        let chunks = [(0, first()), (1, word(1)), (1, word(1)), (3, word(3))];
        for (chunk, text) in chunks {
            answers.hear(0, frame(chunk, &text).as_bytes());
        }

        let Counts {
            gaps,
            doubled,
            garbled,
            ..
        } = answers.counts;
        assert_eq!((gaps, doubled, garbled), (1, 1, 1));
        assert_eq!(answers.since_asked.count(), 1);
    }
}

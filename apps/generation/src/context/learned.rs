//! What was sent for answers, by their fingerprints: a project's memory that is made anew, as after a
//! rollback, need not find it out again.

use std::{
    mem,
    sync::{Mutex, MutexGuard, PoisonError},
};

use kernel::NodeId;
use rustc_hash::FxHashMap;

use super::{
    fingerprint::Fingerprint,
    memory::{Contexts, Sent},
};

/// How many answers are remembered at least, of all projects: some 16 MiB, and twice that at most.
const REMEMBERED_ANSWERS: usize = 100_000;

#[derive(Debug, Default)]
pub(crate) struct Learned(Mutex<Known>);

/// When the newer ones are many enough, they take the place of the older ones, of which those that were
/// asked for meanwhile are among the newer ones.
#[derive(Debug, Default)]
struct Known {
    newer: FxHashMap<Fingerprint, Sent>,
    older: FxHashMap<Fingerprint, Sent>,
}

impl Learned {
    /// Tells a project's memory what it does not know of these nodes' answers.
    pub(crate) fn tell<'n>(
        &self,
        contexts: &mut Contexts,
        nodes: impl IntoIterator<Item = &'n NodeId>,
    ) {
        let mut known = self.lock();
        for node in nodes {
            if contexts.sent(*node).is_some() {
                continue;
            }
            let Some(fingerprint) = contexts.answer(*node).map(|answer| answer.fingerprint) else {
                continue;
            };
            if let Some(sent) = known.find(fingerprint) {
                contexts.learn([(*node, sent)]);
            }
        }
    }

    /// Keeps what was found out about a project's answers.
    pub(crate) fn keep(&self, contexts: &Contexts, learned: &[(NodeId, Sent)]) {
        let mut known = self.lock();
        for (node, sent) in learned {
            if let Some(answer) = contexts.answer(*node) {
                known.keep(answer.fingerprint, *sent);
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    fn find(&mut self, fingerprint: Fingerprint) -> Option<Sent> {
        if let Some(sent) = self.newer.get(&fingerprint) {
            return Some(*sent);
        }
        let sent = self.older.remove(&fingerprint)?;
        self.keep(fingerprint, sent);
        Some(sent)
    }

    fn keep(&mut self, fingerprint: Fingerprint, sent: Sent) {
        if self.newer.len() >= REMEMBERED_ANSWERS {
            self.older = mem::take(&mut self.newer);
        }
        self.newer.insert(fingerprint, sent);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::sequence::Sequence;

    fn fingerprint(number: usize) -> Fingerprint {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&number.to_be_bytes());
        Fingerprint::stored(&bytes).unwrap()
    }

    #[test]
    fn what_nobody_asks_for_is_forgotten_when_there_is_much() {
        let sent = Sent {
            ancestors: Sequence::default(),
            system: [1; 32],
            prompt: [2; 32],
        };
        let mut known = Known::default();
        for number in 0..3 * REMEMBERED_ANSWERS {
            known.keep(fingerprint(number), sent);
            assert_eq!(known.find(fingerprint(1)).is_some(), number > 0);
        }

        assert_eq!(known.find(fingerprint(2)), None);
        assert!(known.newer.len() + known.older.len() <= 2 * REMEMBERED_ANSWERS);
    }
}

//! Telling all readers, on every instance, what is written here.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use bytes::Bytes;
use kernel::ProjectId;

use super::chunk::{self, Chunk};
use crate::bus::{Bus, EphemeralKind, Topic};

/// What goes into one message at most, unless a single chunk is longer.
const MESSAGE_BYTES: usize = 64 * 1024;

/// What was written in this process and is about to be told. Writers share a beat, so what several of
/// one project say goes together: whoever listens is woken, and written to, once for all of them.
#[derive(Debug, Default)]
pub(super) struct Telling(Mutex<HashMap<ProjectId, Vec<Chunk>>>);

impl Telling {
    /// Adds what is to be told. Says whether nothing was waiting before.
    pub(super) fn push(&self, project: ProjectId, chunk: Chunk) -> bool {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_first = waiting.is_empty();
        waiting.entry(project).or_default().push(chunk);
        is_first
    }

    pub(super) fn tell_all(&self, bus: &Bus) {
        let waiting = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        for (project, chunks) in waiting {
            for together in messages(&chunks) {
                // Whoever does not hear this finds it in what is kept.
                if let Ok(payload) = chunk::encode(together) {
                    bus.tell_everyone(
                        Topic::Project(project),
                        EphemeralKind::Stream,
                        Bytes::from(payload),
                    );
                }
            }
        }
    }
}

/// Chunks in their order, as many together as fit into a message.
fn messages(chunks: &[Chunk]) -> impl Iterator<Item = &[Chunk]> {
    let mut bytes = 0;
    chunks.chunk_by(move |before, next| {
        bytes += before.text.len();
        let fits = bytes + next.text.len() <= MESSAGE_BYTES;
        if !fits {
            bytes = 0;
        }
        fits
    })
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::streams::{Point, StreamId};

    fn chunk(number: u64, bytes: usize) -> Chunk {
        let from = Point {
            chunks: number,
            bytes: 0,
        };
        Chunk {
            stream: StreamId {
                source: "test",
                id: Uuid::new_v4(),
            },
            from,
            number,
            text: "x".repeat(bytes),
        }
    }

    #[test]
    fn chunks_go_together_as_long_as_they_fit_and_keep_their_order() {
        let chunks = [
            chunk(0, 10),
            chunk(1, MESSAGE_BYTES - 10),
            chunk(2, 1),
            chunk(3, 2 * MESSAGE_BYTES),
            chunk(4, 1),
            chunk(5, 1),
        ];

        let numbers = |together: &[Chunk]| together.iter().map(|one| one.number).collect();
        let found: Vec<Vec<u64>> = messages(&chunks).map(numbers).collect();

        assert_eq!(found, [vec![0, 1], vec![2], vec![3], vec![4, 5]]);
    }
}

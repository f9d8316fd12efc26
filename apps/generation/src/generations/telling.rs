//! Telling all viewers, on every instance, what models write.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use bytes::Bytes;
use kernel::ProjectId;
use platform::{
    Platform,
    bus::{EphemeralKind, Topic},
};
use protocol::frames::DeltaFrame;
use tokio::task::yield_now;

/// What goes into one message at most, unless a single delta is longer.
const MESSAGE_BYTES: usize = 64 * 1024;

/// What was written in this process and is about to be told. Answers share a beat, so what several of
/// one project say goes together: whoever listens is woken, and written to, once for all of them.
#[derive(Debug, Default)]
pub(crate) struct Telling(Mutex<HashMap<ProjectId, Vec<DeltaFrame>>>);

impl Telling {
    /// Tells a delta as soon as those who speak at this moment have spoken.
    pub(crate) fn tell(self: &Arc<Self>, platform: &Arc<Platform>, delta: DeltaFrame) {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_first = waiting.is_empty();
        waiting.entry(delta.project).or_default().push(delta);
        if is_first {
            let (telling, platform) = (self.clone(), platform.clone());
            platform.clone().tasks.spawn(async move {
                yield_now().await;
                telling.tell_all(&platform);
            });
        }
    }

    fn tell_all(&self, platform: &Platform) {
        let waiting = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        for (project, deltas) in waiting {
            for together in messages(&deltas) {
                // Whoever does not hear this finds it in what is kept.
                if let Ok(payload) = serde_json::to_vec(together) {
                    platform.bus.tell_everyone(
                        Topic::Project(project),
                        EphemeralKind::Delta,
                        Bytes::from(payload),
                    );
                }
            }
        }
    }
}

/// Deltas in their order, as many together as fit into a message.
fn messages(deltas: &[DeltaFrame]) -> impl Iterator<Item = &[DeltaFrame]> {
    let mut bytes = 0;
    deltas.chunk_by(move |before, next| {
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
    use kernel::{GenerationId, NodeId};

    use super::*;

    fn delta(chunk: u64, bytes: usize) -> DeltaFrame {
        DeltaFrame {
            project: ProjectId::generate(),
            node: NodeId::generate(),
            generation: GenerationId::generate(),
            chunk,
            from: None,
            text: "x".repeat(bytes),
        }
    }

    #[test]
    fn deltas_go_together_as_long_as_they_fit_and_keep_their_order() {
        let deltas = [
            delta(0, 10),
            delta(1, MESSAGE_BYTES - 10),
            delta(2, 1),
            delta(3, 2 * MESSAGE_BYTES),
            delta(4, 1),
            delta(5, 1),
        ];

        let chunks = |together: &[DeltaFrame]| together.iter().map(|one| one.chunk).collect();
        let found: Vec<Vec<u64>> = messages(&deltas).map(chunks).collect();

        assert_eq!(found, [vec![0, 1], vec![2], vec![3], vec![4, 5]]);
    }
}

//! What waits to be written to one socket. Channels put in, the socket's task takes out.

use std::sync::{Mutex, MutexGuard, PoisonError};

use kernel::ProjectId;
use protocol::frames::Closing;
use tokio::sync::Notify;

use crate::wire::Frame;

pub(crate) const OUTBOX_FRAMES_MAX: usize = 256;
pub(crate) const OUTBOX_BYTES_MAX: usize = 1024 * 1024;
/// Presence and deltas are for those who keep up: they never take the place of events, and nobody is
/// closed for them.
const CALM_FRAMES_MAX: usize = 16;
const CALM_BYTES_MAX: usize = 256 * 1024;

#[derive(Debug, Default)]
pub(crate) struct Outbox {
    waiting: Mutex<Waiting>,
    bell: Notify,
}

#[derive(Debug, Default)]
struct Waiting {
    frames: Vec<Queued>,
    notes: Vec<Note>,
    /// What was put in and not yet written, also what the socket's task has taken out.
    unsent: Load,
    overflowed: bool,
}

#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Load {
    events: Amount,
    passing: Amount,
}

#[derive(Clone, Copy, Debug, Default)]
struct Amount {
    frames: usize,
    bytes: usize,
}

#[derive(Debug)]
pub(crate) struct Queued {
    pub(crate) frame: Frame,
    weight: Weight,
}

/// What a frame counts as.
#[derive(Clone, Copy, Debug)]
enum Weight {
    /// Answers to what the client asked for are as large as they are.
    Answer,
    /// What everyone must get.
    Event,
    /// What is put in only where little waits.
    Passing,
}

impl Queued {
    pub(crate) fn answer(frame: Frame) -> Self {
        Self {
            frame,
            weight: Weight::Answer,
        }
    }
}

/// What the socket's task is to do.
#[derive(Debug)]
pub(crate) enum Note {
    Close(Closing),
    /// The project is no longer for this socket.
    PutOut(PutOut),
}

/// What a socket is told when a project is no longer for it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PutOut {
    pub(crate) project: ProjectId,
    pub(crate) code: u16,
    pub(crate) reason: &'static str,
}

impl Outbox {
    /// Puts in what everyone gets. A socket that lets too much gather is closed and resumes.
    pub(crate) fn push(&self, frame: Frame) {
        let mut waiting = self.lock();
        if waiting.overflowed {
            return;
        }
        let bytes = frame.bytes().len();
        let Amount {
            frames: frames_unsent,
            bytes: bytes_unsent,
        } = waiting.unsent.events;
        let fits = frames_unsent < OUTBOX_FRAMES_MAX && bytes_unsent + bytes <= OUTBOX_BYTES_MAX;
        // What is larger than the limit by itself may go alone.
        if fits || frames_unsent == 0 {
            waiting.put(frame, Weight::Event);
        } else {
            waiting.overflowed = true;
            waiting.frames.clear();
        }
        self.ring(waiting);
    }

    /// Puts in what the client asked for.
    pub(crate) fn answer(&self, frame: Frame) {
        let mut waiting = self.lock();
        waiting.frames.push(Queued::answer(frame));
        self.ring(waiting);
    }

    pub(crate) fn note(&self, note: Note) {
        let mut waiting = self.lock();
        waiting.notes.push(note);
        self.ring(waiting);
    }

    /// Puts in what may be left out, if little waits. Says whether it did.
    pub(crate) fn push_if_calm(&self, frame: &Frame) -> bool {
        let mut waiting = self.lock();
        let is_calm = waiting.is_calm();
        if is_calm {
            waiting.put(frame.clone(), Weight::Passing);
            self.ring(waiting);
        }
        is_calm
    }

    /// Whether little waits.
    pub(crate) fn is_calm(&self) -> bool {
        self.lock().is_calm()
    }

    pub(crate) fn has_overflowed(&self) -> bool {
        self.lock().overflowed
    }

    /// Returns when something was put in since the last call, or is put in.
    pub(crate) async fn rung(&self) {
        self.bell.notified().await;
    }

    /// Takes out what waits; nothing comes out of an outbox that has overflowed.
    pub(crate) fn take(&self, frames: &mut impl Extend<Queued>) -> Option<Vec<Note>> {
        let mut waiting = self.lock();
        if waiting.overflowed {
            return None;
        }
        frames.extend(waiting.frames.drain(..));
        Some(std::mem::take(&mut waiting.notes))
    }

    /// Says that so much was written.
    pub(crate) fn sent(&self, load: Load) {
        let mut waiting = self.lock();
        let Load { events, passing } = load;
        waiting.unsent.events.subtract(events);
        waiting.unsent.passing.subtract(passing);
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn ring(&self, waiting: MutexGuard<'_, Waiting>) {
        drop(waiting);
        self.bell.notify_one();
    }
}

impl Waiting {
    fn put(&mut self, frame: Frame, weight: Weight) {
        let queued = Queued { frame, weight };
        self.unsent.add(&queued);
        self.frames.push(queued);
    }

    fn is_calm(&self) -> bool {
        let Load { events, passing } = self.unsent;
        let frames = events.frames + passing.frames;
        let bytes = events.bytes + passing.bytes;
        frames < CALM_FRAMES_MAX && bytes < CALM_BYTES_MAX && !self.overflowed
    }
}

impl Load {
    /// Counts a frame, unless it is an answer.
    pub(crate) fn add(&mut self, queued: &Queued) {
        let amount = match queued.weight {
            Weight::Answer => return,
            Weight::Event => &mut self.events,
            Weight::Passing => &mut self.passing,
        };
        amount.frames += 1;
        amount.bytes += queued.frame.bytes().len();
    }
}

impl Amount {
    fn subtract(&mut self, less: Self) {
        self.frames = self.frames.saturating_sub(less.frames);
        self.bytes = self.bytes.saturating_sub(less.bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(bytes: usize) -> Frame {
        Frame::text(&vec![b'x'; bytes])
    }

    fn taken(outbox: &Outbox) -> Vec<Queued> {
        let mut frames = Vec::new();
        outbox.take(&mut frames);
        frames
    }

    fn load(frames: &[Queued]) -> Load {
        let mut load = Load::default();
        frames.iter().for_each(|queued| load.add(queued));
        load
    }

    #[test]
    fn what_is_taken_out_still_counts_until_it_is_written() {
        let outbox = Outbox::default();
        for _ in 0..OUTBOX_FRAMES_MAX {
            outbox.push(frame(1));
        }
        let frames = taken(&outbox);
        outbox.push(frame(1));
        assert!(outbox.has_overflowed());

        let outbox = Outbox::default();
        outbox.push(frame(OUTBOX_BYTES_MAX / 2));
        assert!(!outbox.push_if_calm(&frame(1)));
        outbox.sent(load(&taken(&outbox)));
        assert!(outbox.push_if_calm(&frame(1)));
        drop(frames);
    }

    #[test]
    fn what_may_be_left_out_closes_nobody_however_large_it_is() {
        let outbox = Outbox::default();
        assert!(outbox.push_if_calm(&frame(OUTBOX_BYTES_MAX)));
        assert!(!outbox.is_calm());
        outbox.push(frame(OUTBOX_BYTES_MAX));
        assert!(!outbox.has_overflowed());
        outbox.sent(load(&taken(&outbox)));
        assert!(outbox.is_calm());
    }

    #[test]
    fn a_frame_above_the_limit_may_go_alone_and_answers_never_count() {
        let outbox = Outbox::default();
        outbox.answer(frame(OUTBOX_BYTES_MAX * 2));
        outbox.push(frame(OUTBOX_BYTES_MAX * 2));
        assert!(!outbox.has_overflowed());
        outbox.push(frame(1));
        assert!(outbox.has_overflowed());
        assert!(taken(&outbox).is_empty());
    }
}

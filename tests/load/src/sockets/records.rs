//! What a crowd has seen together.

use std::time::Instant;

use super::{answers::Answers, cursors::Cursors, ops::Ops};
use crate::histogram::Histogram;

pub(crate) struct Records {
    started: Instant,
    pub(crate) cursors: Cursors,
    pub(crate) ops: Ops,
    pub(crate) answers: Answers,
    /// How many are in.
    pub(crate) live: usize,
    /// How long the way in took.
    pub(crate) joining: Histogram,
    pub(crate) snapshots: u64,
    pub(crate) tails: u64,
    /// Connections that ended without being asked to.
    pub(crate) broken: u64,
    /// Why the last of them did.
    pub(crate) last_break: Option<String>,
    /// What the server said before it closed one.
    pub(crate) farewell: Option<String>,
    /// How late the generator itself was.
    pub(crate) lateness: Histogram,
}

impl Records {
    pub(super) fn new(cursors: Cursors, ops: Ops) -> Self {
        Self {
            started: Instant::now(),
            cursors,
            ops,
            answers: Answers::default(),
            live: 0,
            joining: Histogram::default(),
            snapshots: 0,
            tails: 0,
            broken: 0,
            last_break: None,
            farewell: None,
            lateness: Histogram::default(),
        }
    }

    /// Microseconds since the crowd began to gather.
    pub(crate) fn now(&self) -> u64 {
        self.started.elapsed().as_micros() as u64
    }

    /// Everybody is out, and what is recorded of arrivals is about coming back.
    pub(super) fn forget_arrivals(&mut self) {
        self.live = 0;
        self.joining = Histogram::default();
        self.snapshots = 0;
        self.tails = 0;
    }

    /// From here on latencies are kept.
    pub(crate) fn measure(&mut self) {
        self.cursors.measure();
        self.ops.measure();
        self.answers.measure();
        self.lateness = Histogram::default();
    }

    pub(crate) fn stop_measuring(&mut self) {
        self.cursors.stop_measuring();
        self.ops.stop_measuring();
    }
}

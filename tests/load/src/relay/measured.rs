//! What one case came to, as a row of a table.

use super::direct::Seen;
use crate::{
    histogram::Histogram,
    report::{millis, row},
    sockets::Counts,
};

pub(super) struct Measured {
    pub(super) cpu_seconds: f64,
    pub(super) seconds: f64,
    /// Words that were relayed meanwhile.
    pub(super) words: u64,
    pub(super) answers: u64,
    pub(super) since_sent: Histogram,
    pub(super) since_asked: Histogram,
    /// Answers that are not what was sent.
    pub(super) garbled: u64,
    pub(super) told: Counts,
}

pub(super) fn heading() -> Vec<String> {
    row([
        "",
        "tokens/s",
        "CPU a token",
        "of direct",
        "CPU an answer",
        "since sent p50",
        "p99",
        "since asked p50",
        "p99",
        "answers",
        "garbled",
        "frames",
        "gaps",
        "doubled",
        "garbled",
    ])
}

impl Measured {
    pub(super) fn directly(seen: Seen) -> Self {
        let since_sent = seen.since_sent();
        Self {
            cpu_seconds: seen.cpu_seconds,
            seconds: seen.seconds,
            words: seen.words,
            answers: since_sent.count(),
            since_asked: seen.since_asked(),
            since_sent,
            garbled: seen.garbled,
            told: Counts::default(),
        }
    }

    fn cpu_per_word(&self) -> f64 {
        self.cpu_seconds * 1e6 / self.words.max(1) as f64
    }

    pub(super) fn row(&self, name: &str, direct: Option<&Self>) -> Vec<String> {
        let ratio = direct.map(|direct| self.cpu_per_word() / direct.cpu_per_word());
        let per_answer = self.cpu_seconds * 1e3 / self.answers.max(1) as f64;
        row([
            name,
            &format!("{:.0}", self.words as f64 / self.seconds),
            &format!("{:.1} µs", self.cpu_per_word()),
            &ratio.map(|ratio| format!("{ratio:.2}")).unwrap_or_default(),
            &format!("{per_answer:.2} ms"),
            &millis(self.since_sent.percentile(50)),
            &millis(self.since_sent.percentile(99)),
            &millis(self.since_asked.percentile(50)),
            &millis(self.since_asked.percentile(99)),
            &self.answers.to_string(),
            &self.garbled.to_string(),
            &self.told.frames.to_string(),
            &self.told.gaps.to_string(),
            &self.told.doubled.to_string(),
            &self.told.garbled.to_string(),
        ])
    }
}

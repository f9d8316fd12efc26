//! Lines: each person's requests wait behind that person's own, and not many of them.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use kernel::{Error, Result};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::asker::Who;

/// How many requests of one person may be here at once: nobody types faster.
const OF_PERSON_MAX: usize = 3;
/// The same of a network, in which many people may be.
const OF_NETWORK_MAX: usize = 64;

impl Who {
    fn line_max(self) -> usize {
        match self {
            Self::Network(_) => OF_NETWORK_MAX,
            Self::Person(_) => OF_PERSON_MAX,
        }
    }
}

/// Only those in which somebody stands.
#[derive(Debug, Default)]
pub(super) struct Lines(Mutex<HashMap<Who, Line>>);

#[derive(Debug)]
struct Line {
    standing: usize,
    turn: Arc<Semaphore>,
}

impl Lines {
    fn lock(&self) -> MutexGuard<'_, HashMap<Who, Line>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Stands in line, unless it is too long.
    pub(super) fn enter(self: &Arc<Self>, who: Who) -> Option<InLine> {
        let mut lines = self.lock();
        let line = lines.entry(who).or_insert_with(|| Line {
            standing: 0,
            turn: Arc::new(Semaphore::new(1)),
        });
        if line.standing >= who.line_max() {
            return None;
        }
        line.standing += 1;
        Some(InLine {
            lines: self.clone(),
            who,
            turn: line.turn.clone(),
        })
    }
}

/// Stands in line until it is dropped.
#[derive(Debug)]
pub(super) struct InLine {
    lines: Arc<Lines>,
    who: Who,
    turn: Arc<Semaphore>,
}

impl InLine {
    /// Waits until it is this one's turn.
    pub(super) async fn turn(&self) -> Result<OwnedSemaphorePermit> {
        let turn = self.turn.clone().acquire_owned().await;
        turn.map_err(Error::internal)
    }
}

impl Drop for InLine {
    fn drop(&mut self) {
        let mut lines = self.lines.lock();
        if let Some(line) = lines.get_mut(&self.who) {
            line.standing -= 1;
            if line.standing == 0 {
                lines.remove(&self.who);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_line_has_an_end_and_is_forgotten_when_nobody_stands_in_it() {
        let lines = Arc::new(Lines::default());
        let (ada, ben) = (Who::Network(1), Who::Network(2));
        let standing: Vec<_> = (0..OF_NETWORK_MAX).map(|_| lines.enter(ada)).collect();

        assert!(standing.iter().all(Option::is_some));
        assert!(lines.enter(ada).is_none());
        assert!(lines.enter(ben).is_some());
        drop(standing);
        assert!(lines.lock().is_empty());
    }
}

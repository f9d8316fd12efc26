//! What workers are told of what was committed.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::sync::Notify;
use uuid::Uuid;

/// Rings when a job was committed in this process.
#[derive(Clone, Debug, Default)]
pub struct JobBell {
    rung: Arc<Notify>,
    /// Jobs that a command ended together with what it wrote, until their worker asks.
    ended: Arc<Mutex<HashSet<Uuid>>>,
}

impl JobBell {
    pub(crate) fn ring(&self) {
        self.rung.notify_one();
    }

    /// Waits until it rings; at once if it has rung since somebody waited.
    pub(crate) async fn heard(&self) {
        self.rung.notified().await;
    }

    pub(crate) fn ended(&self, jobs: Vec<Uuid>) {
        if !jobs.is_empty() {
            let mut ended = self.ended.lock().unwrap_or_else(PoisonError::into_inner);
            ended.extend(jobs);
        }
    }

    /// Whether a command ended this job. Whoever did it asks once, when it is over.
    pub(crate) fn was_ended(&self, job: Uuid) -> bool {
        let mut ended = self.ended.lock().unwrap_or_else(PoisonError::into_inner);
        ended.remove(&job)
    }
}

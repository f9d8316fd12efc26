//! What tells idle workers that there is something to do.

use std::sync::Arc;

use tokio::sync::Notify;

/// Rings when a job was committed in this process.
#[derive(Clone, Debug, Default)]
pub struct JobBell(Arc<Notify>);

impl JobBell {
    pub(crate) fn ring(&self) {
        self.0.notify_one();
    }

    /// Waits until it rings; at once if it has rung since somebody waited.
    pub(crate) async fn heard(&self) {
        self.0.notified().await;
    }
}

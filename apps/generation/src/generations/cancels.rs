//! The runs of this process, so that cancelling one here is felt at once.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use kernel::GenerationId;
use tokio_util::sync::CancellationToken;

#[derive(Debug, Default)]
pub(crate) struct Cancels(Mutex<HashMap<GenerationId, CancellationToken>>);

impl Cancels {
    pub(crate) fn register(&self, run: GenerationId) -> CancellationToken {
        let mut runs = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        runs.entry(run).or_default().clone()
    }

    pub(crate) fn forget(&self, run: GenerationId) {
        let mut runs = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        runs.remove(&run);
    }

    pub(crate) fn cancel(&self, run: GenerationId) {
        let runs = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(token) = runs.get(&run) {
            token.cancel();
        }
    }
}

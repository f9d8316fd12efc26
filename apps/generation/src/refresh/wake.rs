//! Going on with a refresh that waits until whoever asked may have more answers.

use kernel::{ProjectId, RefreshId};
use platform::{Job, Queue};
use serde::{Deserialize, Serialize};

/// Goes on with one refresh.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct Wake {
    pub(super) project: ProjectId,
    pub(super) refresh: RefreshId,
}

impl Job for Wake {
    const KIND: &'static str = "refresh.wake";
    const QUEUE: Queue = Queue::Short;
}

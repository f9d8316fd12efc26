//! Runs that wait for a worker.

use kernel::{GenerationId, ProjectId, RefreshId, Result};
use platform::{Job, Queue, Write};
use serde::{Deserialize, Serialize};

/// Runs one generation.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct RunGeneration {
    pub(super) project: ProjectId,
    pub(super) generation: GenerationId,
}

impl Job for RunGeneration {
    const KIND: &'static str = "generation.run";
    const QUEUE: Queue = Queue::Runs;
}

/// Queues a run that was admitted, as one of its refresh's if it is.
pub(super) fn enqueue(
    write: &mut Write,
    generation: GenerationId,
    refresh: Option<RefreshId>,
) -> Result<()> {
    let project = write.project_id()?;
    let run = RunGeneration {
        project,
        generation,
    };
    match refresh {
        Some(refresh) => write.enqueue_in(refresh.uuid().into(), &run),
        None => write.enqueue(&run),
    }
}

//! What follows when an agent is deleted.

use kernel::AgentId;
use platform::{Job, Queue};
use serde::{Deserialize, Serialize};

/// Ends what an agent that was deleted had to do.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct EndTasks {
    pub(crate) agent: AgentId,
}

impl Job for EndTasks {
    const KIND: &'static str = "agents.end_tasks";
    const QUEUE: Queue = Queue::Short;
}

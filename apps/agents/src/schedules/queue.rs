//! What begins the next task of a schedule.

use entity::agent_schedule;
use kernel::{NodeId, ProjectId, Result, ScheduleId, TaskId};
use platform::{Job, Queue, Write};
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct FireSchedule {
    pub(crate) project: ProjectId,
    pub(crate) schedule: ScheduleId,
    /// The task that it begins: however often the job is done, it is one.
    pub(crate) task: TaskId,
    /// Where something happened.
    pub(crate) node: Option<NodeId>,
    /// When it was to be, in milliseconds; nothing if something happened.
    pub(crate) due: Option<i64>,
    /// How many tasks led to it, and the last of them.
    #[serde(default)]
    pub(crate) depth: i64,
    #[serde(default)]
    pub(crate) cause: Option<TaskId>,
}

impl Job for FireSchedule {
    const KIND: &'static str = "agents.schedule";
    const QUEUE: Queue = Queue::Short;
}

/// Queues what begins the next task, if there is a next one.
pub(super) fn queue_next(write: &mut Write, row: &agent_schedule::Model) -> Result<()> {
    let Some(at) = row.next_run_at.filter(|_| !row.paused) else {
        return Ok(());
    };
    let fire = FireSchedule {
        project: row.project_id.into(),
        schedule: row.id.into(),
        task: TaskId::generate(),
        node: None,
        due: Some(at.timestamp_millis()),
        depth: 0,
        cause: None,
    };
    write.enqueue_at(at, &fire)
}

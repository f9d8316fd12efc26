//! Celebrating round numbers, later.

use kernel::{ProjectId, Result};
use platform::{Ctx, Job, JobContext, Queue};
use serde::{Deserialize, Serialize};

use crate::commands;

/// Which numbers are round.
pub(crate) const EVERY: i64 = 10;

/// One counter of a project reached a round number.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Celebrate {
    pub(crate) project: ProjectId,
}

impl Job for Celebrate {
    const KIND: &'static str = "counter.celebrate";
    const QUEUE: Queue = Queue::Short;
}

pub(crate) async fn celebrate(job: Celebrate, context: JobContext) -> Result<()> {
    let ctx = Ctx::server(context.platform);
    let counted = ctx.write(job.project, commands::Celebrate).await;
    counted.map(drop)
}

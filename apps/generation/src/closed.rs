//! Accounts that were disabled or deleted: nothing is asked in their name any more.

use std::collections::BTreeSet;

use accounts::users::AccountClosed;
use entity::{enums::RunState, generation, job_batch};
use kernel::{Error, ProjectId, Result, UserId};
use platform::{Command, Ctx, Job, JobContext, ProjectCommand, Queue, Write, db};
use protocol::events::Event;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{generations, refresh};

/// One project ends what goes on in the name of somebody.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct EndOfPerson {
    project: ProjectId,
    user: UserId,
}

impl Job for EndOfPerson {
    const KIND: &'static str = "generation.end_of_person";
    const QUEUE: Queue = Queue::Short;
    const PRIORITY: i16 = 10;
}

/// A job for each project, so that one that cannot be done now holds up no other.
pub(crate) async fn account_closed(job: AccountClosed, context: JobContext) -> Result<()> {
    let (platform, user) = (context.platform, job.user);
    let projects = active_projects(platform.database.reader(), user).await?;
    if projects.is_empty() {
        return Ok(());
    }
    platform.writer.housekeep(QueueAll { projects, user }).await
}

/// Where somebody has runs or refreshes that are not over.
async fn active_projects(
    connection: &impl ConnectionTrait,
    user: UserId,
) -> Result<BTreeSet<Uuid>> {
    let runs: Vec<Uuid> = generation::Entity::find()
        .select_only()
        .column(generation::Column::ProjectId)
        .filter(generation::Column::RequestedBy.eq(user.uuid()))
        .filter(generation::Column::State.is_in([RunState::Queued, RunState::Running]))
        .into_tuple()
        .all(connection)
        .await
        .map_err(db)?;
    let refreshes: Vec<Uuid> = job_batch::Entity::find()
        .select_only()
        .column(job_batch::Column::ProjectId)
        .filter(job_batch::Column::RequestedBy.eq(user.uuid()))
        .filter(job_batch::Column::State.eq(RunState::Running))
        .into_tuple()
        .all(connection)
        .await
        .map_err(db)?;
    Ok(runs.into_iter().chain(refreshes).collect())
}

struct QueueAll {
    projects: BTreeSet<Uuid>,
    user: UserId,
}

impl Command for QueueAll {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        write.unrecorded("whoever closed the account left the record");
        self.projects.iter().try_for_each(|project| {
            write.enqueue(&EndOfPerson {
                project: (*project).into(),
                user: self.user,
            })
        })
    }
}

pub(crate) async fn end_of_person(job: EndOfPerson, context: JobContext) -> Result<()> {
    let EndOfPerson { project, user } = job;
    Ctx::server(context.platform)
        .write(project, EndAll { user })
        .await
        .map(drop)
}

#[derive(Debug)]
struct EndAll {
    user: UserId,
}

impl Command for EndAll {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        write.unrecorded("whoever closed the account left the record");
        generations::cancel_of_person(write, self.user).await?;
        refresh::cancel_of_person(write, self.user).await
    }
}

impl ProjectCommand for EndAll {
    fn replay(&self, _event: &Event) -> Result<()> {
        Err(Error::OpReused)
    }
}

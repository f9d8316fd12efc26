//! Beginning the task of a schedule.

use chrono::TimeDelta;
use entity::{agent_schedule, agent_task, enums};
use kernel::{Error, OpId, Result, ScheduleId, UserId};
use platform::{Command, Ctx, JobContext, OpKey, ProjectCommand, Write, db};
use protocol::{events::Event, tasks::TaskOrigin, values::TaskPrompt};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::json;

use super::{
    clock, queries,
    queue::{FireSchedule, queue_next},
};
use crate::tasks::{Begun, Mentioned, Start};

pub(crate) async fn fire(job: FireSchedule, context: JobContext) -> Result<()> {
    let platform = context.platform.clone();
    let reader = platform.database.reader();
    let row = match queries::row_of(reader, job.project, job.schedule).await {
        Ok(row) => row,
        Err(Error::NotFound(_)) => return Ok(()),
        Err(error) => return Err(error),
    };
    let next = row.next_run_at.map(|at| at.timestamp_millis());
    if row.paused || (job.due.is_some() && job.due != next) {
        return Ok(());
    }
    let started = start(&context, &row, job).await;
    if let Err(error @ (Error::Unavailable(_) | Error::Busy | Error::Internal(_))) = started {
        return Err(error);
    }
    let advance = Advance {
        schedule: job.schedule,
        due: job.due,
        error: started.err().map(|error| error.to_string()),
    };
    let server = Ctx::server(platform);
    let advanced = server.write(job.project, advance).await;
    match advanced {
        // The project is in the trash.
        Err(Error::NotFound(_)) => Ok(()),
        advanced => advanced.map(drop),
    }
}

async fn start(context: &JobContext, row: &agent_schedule::Model, job: FireSchedule) -> Result<()> {
    let platform = context.platform.clone();
    refuse_too_many(&platform, row).await?;
    let prompt = TaskPrompt::try_from(row.prompt.clone()).map_err(Error::internal)?;
    let is_mention = row.event == Some(enums::TriggerEvent::Mention);
    let begun = Begun {
        mention: if is_mention {
            Mentioned::BySchedule
        } else {
            Mentioned::No
        },
        origin: if job.due.is_some() {
            TaskOrigin::Schedule
        } else {
            TaskOrigin::Event
        },
        parent: job.cause,
        schedule: Some(job.schedule),
        depth: job.depth,
    };
    let node = job.node.or(row.node_id.map(Into::into));
    let start = Start {
        id: job.task,
        ..Start::simple(begun, row.agent_id.into(), node, prompt)
    };
    let fingerprint = protocol::ops::fingerprint(&json!({"schedule": job.schedule}));
    let key = OpKey {
        id: OpId::from_uuid(job.task.uuid()),
        fingerprint: fingerprint.map_err(Error::internal)?,
    };
    let person = Ctx::internal(platform, UserId::from_uuid(row.created_by));
    person
        .write_as(job.project, Some(key), start)
        .await
        .map(drop)
}

/// However often something happens, agents do not wake each other without end.
async fn refuse_too_many(platform: &platform::Platform, row: &agent_schedule::Model) -> Result<()> {
    let since = platform.clock.now() - TimeDelta::hours(1);
    let begun = agent_task::Entity::find()
        .filter(agent_task::Column::ProjectId.eq(row.project_id))
        .filter(agent_task::Column::ScheduleId.eq(row.id))
        .filter(agent_task::Column::CreatedAt.gt(since))
        .count(platform.database.reader())
        .await
        .map_err(db)?;
    if i64::try_from(begun).is_ok_and(|begun| begun >= row.per_hour_max) {
        return Err(Error::Conflict(format!(
            "the schedule began {begun} tasks within an hour, which is its limit"
        )));
    }
    Ok(())
}

/// Notes what came of it, and when it comes next.
#[derive(Debug)]
struct Advance {
    schedule: ScheduleId,
    due: Option<i64>,
    error: Option<String>,
}

impl Command for Advance {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        write.unrecorded("the task that was begun is in the log");
        let (project, now) = (write.project_id()?, write.now());
        let row = match queries::row_of(write.read().await?, project, self.schedule).await {
            Ok(row) => row,
            Err(Error::NotFound(_)) => return Ok(()),
            Err(error) => return Err(error),
        };
        let is_due = self.due.is_some();
        if is_due && self.due != row.next_run_at.map(|at| at.timestamp_millis()) {
            return Ok(());
        }
        let next = match (row.kind, &row.cron) {
            (enums::ScheduleKind::Cron, Some(cron)) => clock::next(cron, &row.timezone, now)?,
            _ => None,
        };
        let after = agent_schedule::Model {
            next_run_at: if is_due { next } else { row.next_run_at },
            last_run_at: Some(now),
            last_error: self.error.clone(),
            ..row
        };
        let change = agent_schedule::ActiveModel {
            project_id: Set(after.project_id),
            id: Set(after.id),
            next_run_at: Set(after.next_run_at),
            last_run_at: Set(after.last_run_at),
            last_error: Set(after.last_error.clone()),
            ..Default::default()
        };
        agent_schedule::Entity::update(change)
            .exec(write.conn().await?)
            .await
            .map_err(db)?;
        if is_due {
            queue_next(write, &after)?;
        }
        Ok(())
    }
}

impl ProjectCommand for Advance {
    fn replay(&self, _event: &Event) -> Result<()> {
        Err(Error::OpReused)
    }
}

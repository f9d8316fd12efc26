//! A task in the hands of this worker.

use std::{sync::Arc, time::Duration};

use entity::agent_task;
use kernel::{Error, Result, UserId};
use platform::{Ctx, JobContext, Platform, Principal, RequestInfo, jobs::Lease};

use super::writes::{Put, Recorded, Take, Taken};
use crate::{
    members::{self, Member},
    tasks::{self, End, NewStep, RunTask, Step},
};

/// What is recorded is worth waiting for a database that is away.
const TRIES_MAX: u32 = 60;
const TRY_AGAIN: Duration = Duration::from_millis(500);

/// What comes after a step.
pub(super) enum Next {
    GoOn,
    /// The task is over, or waits for somebody.
    Stop,
    /// The task was over before the step was recorded, or is another worker's.
    Lost,
}

pub(super) struct Run {
    pub(super) platform: Arc<Platform>,
    pub(super) lease: Lease,
    pub(super) job: RunTask,
    pub(super) row: agent_task::Model,
    pub(super) member: Member,
    pub(super) steps: Vec<Step>,
}

/// The server itself: whether the agent may is asked by each of its own writes.
pub(super) fn server(platform: &Arc<Platform>) -> Ctx {
    Ctx::server(platform.clone())
}

impl Run {
    /// Takes the task on, unless it is over or waits.
    pub(super) async fn take(job: RunTask, context: &JobContext) -> Result<Option<Self>> {
        let platform = context.platform.clone();
        let take = Take {
            lease: context.lease,
            task: job.task,
        };
        let taken = server(&platform).write(job.project, take).await?.output;
        let (Taken::Ours(row), lease) = (taken, context.lease) else {
            return Ok(None);
        };
        let agent = row.agent_id.into();
        let member = members::find(platform.database.reader(), job.project, agent).await?;
        let steps = tasks::read_all(platform.database.reader(), job.project, job.task).await?;
        Ok(Some(Self {
            platform,
            lease,
            job,
            row: *row,
            member,
            steps,
        }))
    }

    /// As the agent, in the name of who asked for the task.
    pub(super) fn agent(&self) -> Ctx {
        let user = UserId::from_uuid(self.row.requested_by);
        let principal = Principal::agent(self.row.agent_id.into(), self.job.task, user);
        Ctx::new(self.platform.clone(), principal, RequestInfo::default())
    }

    /// Records a step, and hears what people said meanwhile.
    pub(super) async fn record(&mut self, new: NewStep) -> Result<Next> {
        self.record_and_end(new, None).await
    }

    /// The same for a step that may be the last: the task ends with it, unless somebody has spoken meanwhile.
    pub(super) async fn record_and_end(&mut self, new: NewStep, end: Option<End>) -> Result<Next> {
        let put = Put {
            lease: self.lease,
            task: self.job.task,
            new,
            said: self.row.said.clone(),
            chunks: self.row.chunks,
            heard: self.steps.len(),
            end,
        };
        match self.write(put).await? {
            Recorded::Ours { row, steps } => {
                self.row = *row;
                self.steps.extend(steps);
                Ok(Next::GoOn)
            }
            Recorded::Last => Ok(Next::Stop),
            Recorded::Lost => Ok(Next::Lost),
        }
    }

    /// Writes as the server, however long the database is away.
    pub(super) async fn write<C>(&self, command: C) -> Result<C::Output>
    where
        C: platform::ProjectCommand + Clone,
    {
        let mut tries = 0;
        loop {
            let written = server(&self.platform)
                .write(self.job.project, command.clone())
                .await;
            tries += 1;
            match written {
                Err(Error::Unavailable(_) | Error::Busy) if tries < TRIES_MAX => {
                    tokio::time::sleep(TRY_AGAIN).await;
                }
                written => return written.map(|receipt| receipt.output),
            }
        }
    }
}

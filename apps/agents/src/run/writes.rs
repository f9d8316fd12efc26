//! What a worker writes of its task. Each asks whether the lease is still its own, so that one who lost it writes nothing.

use entity::{agent_step, agent_task, enums};
use generation::calls::Metered;
use kernel::{Error, OpId, ProjectId, Result, TaskId};
use platform::{Command, ProjectCommand, Write, db, jobs::Lease};
use protocol::{events::Event, tasks::WaitingFor};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, sea_query::Expr,
};

use serde::{Deserialize, Serialize};

use super::standing::{ANSWER_DAYS_MAX, give_up, still_wanted};
use crate::{
    events::{TaskEvent, emit},
    tasks::{End, NewStep, RunTask, Step, append, changed, close, read_all, row_of},
};

macro_rules! never_replayed {
    ($($command:ident),+) => {
        $(impl ProjectCommand for $command {
            fn replay(&self, _event: &Event) -> Result<Self::Output> {
                Err(Error::OpReused)
            }
        })+
    };
}

never_replayed!(Take, Put, Close, Wait, Mark);

/// The task, if this worker has the lease and the task runs.
async fn ours(write: &mut Write, lease: Lease, task: TaskId) -> Result<Option<agent_task::Model>> {
    if !lease.is_held(write).await? {
        return Ok(None);
    }
    let project = write.project_id()?;
    let row = row_of(write.read().await?, project, task).await?;
    Ok(Some(row).filter(|row| row.status == enums::TaskStatus::Running))
}

#[derive(Clone, Debug)]
pub(super) struct Take {
    pub(super) lease: Lease,
    pub(super) task: TaskId,
}

pub(super) enum Taken {
    Ours(Box<agent_task::Model>),
    /// It is over, waits for somebody, or its agent is paused or gone.
    Nothing,
}

impl Command for Take {
    type Output = Taken;

    async fn apply(&self, write: &mut Write) -> Result<Taken> {
        write.unrecorded("that it was asked for is in the log; this is how far it is");
        if !self.lease.is_held(write).await? {
            return Ok(Taken::Nothing);
        }
        let project = write.project_id()?;
        let row = row_of(write.read().await?, project, self.task).await?;
        let is_open = matches!(
            row.status,
            enums::TaskStatus::Pending | enums::TaskStatus::Running
        );
        if row.status == enums::TaskStatus::Waiting {
            give_up(write, row).await?;
            self.lease.finish(write).await?;
            return Ok(Taken::Nothing);
        }
        if !is_open {
            self.lease.finish(write).await?;
            return Ok(Taken::Nothing);
        }
        let Some(row) = Box::pin(still_wanted(write, self.lease, row)).await? else {
            return Ok(Taken::Nothing);
        };
        if row.status == enums::TaskStatus::Running {
            return Ok(Taken::Ours(Box::new(row)));
        }
        let now = write.now();
        let after = agent_task::Model {
            status: enums::TaskStatus::Running,
            started_at: row.started_at.or(Some(now)),
            resumed_at: Some(now),
            updated_at: now,
            ..row
        };
        let change = agent_task::ActiveModel {
            project_id: Set(after.project_id),
            id: Set(after.id),
            status: Set(after.status),
            started_at: Set(after.started_at),
            resumed_at: Set(after.resumed_at),
            updated_at: Set(now),
            ..Default::default()
        };
        agent_task::Entity::update(change)
            .exec(write.conn().await?)
            .await
            .map_err(db)?;
        emit(write, &TaskEvent::Update(changed(&after)))?;
        Ok(Taken::Ours(Box::new(after)))
    }
}

/// Records a step.
#[derive(Clone, Debug)]
pub(super) struct Put {
    pub(super) lease: Lease,
    pub(super) task: TaskId,
    pub(super) new: NewStep,
    pub(super) said: String,
    pub(super) chunks: i64,
    /// How many steps the worker knows; others are what people said meanwhile.
    pub(super) heard: usize,
    /// How the task ends with this step, unless somebody has spoken meanwhile.
    pub(super) end: Option<End>,
}

pub(super) enum Recorded {
    Ours {
        row: Box<agent_task::Model>,
        /// The steps that the worker did not know, its own included.
        steps: Vec<Step>,
    },
    /// The step is recorded, and with it the task ended or waits for its turn.
    Last,
    /// Somebody else ended the task before.
    Lost,
}

impl Command for Put {
    type Output = Recorded;

    async fn apply(&self, write: &mut Write) -> Result<Recorded> {
        let Some(row) = ours(write, self.lease, self.task).await? else {
            write.unrecorded("the task is no longer this worker's");
            return Ok(Recorded::Lost);
        };
        append(write, &row, &self.new).await?;
        let used = self.new.tokens_in + self.new.tokens_out;
        let counts = !matches!(self.new.step, Step::Note { .. } | Step::Message { .. });
        let after = agent_task::Model {
            steps: row.steps + i64::from(counts),
            tokens_in: row.tokens_in + self.new.tokens_in,
            tokens_out: row.tokens_out + self.new.tokens_out,
            cost_nanos: row.cost_nanos + self.new.nanos,
            reserved_tokens: (row.reserved_tokens - used).max(0),
            reserved_nanos: (row.reserved_nanos - self.new.nanos).max(0),
            said: self.said.clone(),
            chunks: self.chunks,
            updated_at: write.now(),
            ..row
        };
        let change = agent_task::ActiveModel {
            project_id: Set(after.project_id),
            id: Set(after.id),
            steps: Set(after.steps),
            tokens_in: Set(after.tokens_in),
            tokens_out: Set(after.tokens_out),
            cost_nanos: Set(after.cost_nanos),
            reserved_tokens: Set(after.reserved_tokens),
            reserved_nanos: Set(after.reserved_nanos),
            said: Set(after.said.clone()),
            chunks: Set(after.chunks),
            updated_at: Set(after.updated_at),
            ..Default::default()
        };
        agent_task::Entity::update(change)
            .exec(write.conn().await?)
            .await
            .map_err(db)?;
        // What was done is recorded, whatever became of the agent meanwhile.
        let Some(after) = Box::pin(still_wanted(write, self.lease, after)).await? else {
            return Ok(Recorded::Last);
        };
        let project = write.project_id()?;
        let all = read_all(write.read().await?, project, self.task).await?;
        let steps: Vec<Step> = all.into_iter().skip(self.heard).collect();
        let is_spoken_to = steps
            .iter()
            .any(|step| matches!(step, Step::Message { .. }));
        if let (Some(end), false) = (&self.end, is_spoken_to) {
            close(write, after, end.clone()).await?;
            self.lease.finish(write).await?;
            return Ok(Recorded::Last);
        }
        Ok(Recorded::Ours {
            row: Box::new(after),
            steps,
        })
    }
}

/// Writes the end of the task, its event and the end of the job, all at once.
#[derive(Clone, Debug)]
pub(super) struct Close {
    pub(super) lease: Lease,
    pub(super) task: TaskId,
    pub(super) end: End,
}

impl Command for Close {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        let Some(row) = ours(write, self.lease, self.task).await? else {
            write.unrecorded("the task was ended by somebody else");
            return Ok(());
        };
        close(write, row, self.end.clone()).await?;
        self.lease.finish(write).await
    }
}

/// Has the task wait for a person, and ends the job.
#[derive(Clone, Debug)]
pub(super) struct Wait {
    pub(super) lease: Lease,
    pub(super) task: TaskId,
    pub(super) waiting: WaitingFor,
}

impl Command for Wait {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        let Some(row) = ours(write, self.lease, self.task).await? else {
            write.unrecorded("the task was ended by somebody else");
            return Ok(());
        };
        let waiting = serde_json::to_value(&self.waiting).map_err(Error::internal)?;
        let after = agent_task::Model {
            status: enums::TaskStatus::Waiting,
            waiting_for: Some(waiting),
            updated_at: write.now(),
            ..row
        };
        let change = agent_task::ActiveModel {
            project_id: Set(after.project_id),
            id: Set(after.id),
            status: Set(after.status),
            waiting_for: Set(after.waiting_for.clone()),
            updated_at: Set(after.updated_at),
            ..Default::default()
        };
        agent_task::Entity::update(change)
            .exec(write.conn().await?)
            .await
            .map_err(db)?;
        emit(write, &TaskEvent::Update(changed(&after)))?;
        let (project, task) = (write.project_id()?, self.task);
        let until = after.updated_at + ANSWER_DAYS_MAX;
        let until = after.deadline.map_or(until, |deadline| deadline.min(until));
        write.enqueue_at(until, &RunTask { project, task })?;
        self.lease.finish(write).await
    }
}

/// The tool outside that a task uses: written before the server there is asked, so that nobody asks it again unknowing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Outside {
    pub(super) op: OpId,
    /// How many steps there were.
    pub(super) steps: usize,
    /// Whether a person was asked since whether it did its work.
    pub(super) asked: bool,
}

#[derive(Clone, Debug)]
pub(super) struct Mark {
    pub(super) lease: Lease,
    pub(super) task: TaskId,
    pub(super) op: OpId,
    pub(super) how: Marking,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Marking {
    /// Unless it began before.
    Begin,
    BeginAgain,
    Ask,
}

pub(super) enum Marked {
    Done,
    /// It began before, and its result was not recorded.
    Before(Outside),
    Lost,
}

impl Command for Mark {
    type Output = Marked;

    async fn apply(&self, write: &mut Write) -> Result<Marked> {
        write.unrecorded("its result will be a step");
        let Some(row) = ours(write, self.lease, self.task).await? else {
            return Ok(Marked::Lost);
        };
        let before: Option<Outside> = row
            .outside
            .map(serde_json::from_value)
            .transpose()
            .map_err(Error::internal)?;
        match (self.how, before) {
            (Marking::Begin, Some(before)) if before.op == self.op => {
                return Ok(Marked::Before(before));
            }
            (Marking::Begin | Marking::BeginAgain | Marking::Ask, _) => {}
        }
        let steps = agent_step::Entity::find()
            .filter(agent_step::Column::ProjectId.eq(row.project_id))
            .filter(agent_step::Column::TaskId.eq(row.id))
            .count(write.read().await?)
            .await
            .map_err(db)?;
        let outside = Outside {
            op: self.op,
            steps: usize::try_from(steps).map_err(Error::internal)?,
            asked: self.how == Marking::Ask,
        };
        let change = agent_task::ActiveModel {
            project_id: Set(row.project_id),
            id: Set(row.id),
            outside: Set(Some(
                serde_json::to_value(outside).map_err(Error::internal)?,
            )),
            ..Default::default()
        };
        agent_task::Entity::update(change)
            .exec(write.conn().await?)
            .await
            .map_err(db)?;
        Ok(Marked::Done)
    }
}

/// Keeps what was said so far; false if the task is no longer this worker's.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    pub(super) lease: Lease,
    pub(super) project: ProjectId,
    pub(super) task: TaskId,
    /// Nothing if it has not grown.
    pub(super) said: Option<(String, i64)>,
}

impl Command for Draft {
    type Output = bool;

    async fn apply(&self, write: &mut Write) -> Result<bool> {
        write.unrecorded("a draft");
        if !self.lease.is_held(write).await? {
            return Ok(false);
        }
        let running = agent_task::Entity::find_by_id((self.project.uuid(), self.task.uuid()))
            .filter(agent_task::Column::Status.eq(enums::TaskStatus::Running))
            .count(write.read().await?)
            .await
            .map_err(db)?;
        let (true, Some((said, chunks))) = (running > 0, &self.said) else {
            return Ok(running > 0);
        };
        agent_task::Entity::update_many()
            .col_expr(agent_task::Column::Said, Expr::value(said.clone()))
            .col_expr(agent_task::Column::Chunks, Expr::value(*chunks))
            .filter(agent_task::Column::ProjectId.eq(self.project.uuid()))
            .filter(agent_task::Column::Id.eq(self.task.uuid()))
            .exec(write.conn().await?)
            .await
            .map_err(db)?;
        Ok(true)
    }
}

/// Counts what an answer used up that was not heard to its end, also when the task is over already.
pub(super) struct Pay {
    pub(super) lease: Lease,
    pub(super) project: ProjectId,
    pub(super) task: TaskId,
    pub(super) used: Metered,
}

impl Command for Pay {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        write.unrecorded("what it cost stands with the task");
        if !self.lease.is_held(write).await? {
            return Ok(());
        }
        let row = row_of(write.read().await?, self.project, self.task).await?;
        let Metered {
            tokens_in,
            tokens_out,
            nanos,
        } = self.used;
        let change = agent_task::ActiveModel {
            project_id: Set(row.project_id),
            id: Set(row.id),
            tokens_in: Set(row.tokens_in + tokens_in),
            tokens_out: Set(row.tokens_out + tokens_out),
            cost_nanos: Set(row.cost_nanos + nanos),
            reserved_tokens: Set((row.reserved_tokens - tokens_in - tokens_out).max(0)),
            reserved_nanos: Set((row.reserved_nanos - nanos).max(0)),
            ..Default::default()
        };
        agent_task::Entity::update(change)
            .exec(write.conn().await?)
            .await
            .map(drop)
            .map_err(db)
    }
}

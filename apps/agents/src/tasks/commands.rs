use entity::{agent_task, enums};
use kernel::{AgentId, Error, OpId, Permission, Result, TaskId};
use platform::{Command, Ctx, Operation, ProjectCommand, Write, db};
use protocol::{
    events::Event,
    tasks::{StartTask, TaskError, TaskMessage, TaskRef, TaskView},
    values::TaskPrompt,
};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::{Value, json};

use super::{
    mention::Mentioned,
    queries,
    row::{changed, status},
    start::{Begun, NEEDED, RunTask, Start},
    steps::{NewStep, Step, append},
};
use crate::events::{TaskEvent, emit};

/// How many messages people may send to one task.
const MESSAGES_MAX: usize = 200;

pub(super) async fn start(
    ctx: &Ctx,
    project: kernel::ProjectId,
    input: StartTask,
) -> Result<TaskView> {
    let id = ctx.request.op.as_ref().map(|op| op.id);
    let started = ctx.write(project, Start::of(id, input)).await?;
    queries::view(ctx, project, started.output).await
}

async fn locked(write: &mut Write, task: TaskId) -> Result<agent_task::Model> {
    let project = write.project_id()?;
    queries::row_of(write.read().await?, project, task).await
}

/// How a task ends.
#[derive(Clone, Debug)]
pub(crate) enum End {
    Completed(Value),
    Failed(TaskError),
    /// With the reason, if it is not somebody of the project who ended it.
    Cancelled(Option<TaskError>),
}

impl End {
    pub(crate) fn gone() -> Self {
        Self::Cancelled(Some(TaskError {
            code: "agent_gone".to_owned(),
            detail: "The agent was deleted, or taken out of the project.".to_owned(),
        }))
    }
}

/// Ends a task: what was reserved and not used is free again.
pub(crate) async fn close(write: &mut Write, row: agent_task::Model, end: End) -> Result<()> {
    let now = write.now();
    let mut after = agent_task::Model {
        reserved_tokens: 0,
        reserved_nanos: 0,
        waiting_for: None,
        completed_at: Some(now),
        updated_at: now,
        ..row
    };
    let is_cancel = matches!(end, End::Cancelled(_));
    match end {
        End::Completed(result) => {
            after.status = enums::TaskStatus::Completed;
            after.result = Some(result);
        }
        End::Failed(error) => {
            after.status = enums::TaskStatus::Failed;
            (after.error_code, after.error_detail) = (Some(error.code), Some(error.detail));
        }
        End::Cancelled(reason) => {
            after.status = enums::TaskStatus::Cancelled;
            (after.error_code, after.error_detail) =
                reason.map(|reason| (reason.code, reason.detail)).unzip();
        }
    }
    let change = agent_task::ActiveModel {
        project_id: Set(after.project_id),
        id: Set(after.id),
        status: Set(after.status),
        result: Set(after.result.clone()),
        error_code: Set(after.error_code.clone()),
        error_detail: Set(after.error_detail.clone()),
        reserved_tokens: Set(0),
        reserved_nanos: Set(0),
        waiting_for: Set(None),
        completed_at: Set(Some(now)),
        updated_at: Set(now),
        ..Default::default()
    };
    agent_task::Entity::update(change)
        .exec(write.conn().await?)
        .await
        .map_err(db)?;
    let event = changed(&after);
    emit(
        write,
        &if is_cancel {
            TaskEvent::Cancel(event)
        } else {
            TaskEvent::End(event)
        },
    )
}

/// Ends a task that is not over; it stops within a second.
#[derive(Debug)]
pub(crate) struct Cancel {
    pub(crate) input: TaskRef,
}

impl Command for Cancel {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        write.require(Permission::AGENTS_READ)?;
        write.require(Permission::RUN)?;
        let row = locked(write, self.input.task_id).await?;
        if status(row.status).is_over() {
            let event = if row.status == enums::TaskStatus::Cancelled {
                TaskEvent::Cancel(changed(&row))
            } else {
                let sentence = "this task is over already";
                return Err(Error::Conflict(sentence.to_owned()));
            };
            write.unrecorded("it was cancelled before");
            let event = protocol::events::FeatureEvent::of(&event).map_err(Error::internal)?;
            write.unchanged(event);
            return Ok(());
        }
        close(write, row, End::Cancelled(None)).await
    }
}

impl ProjectCommand for Cancel {
    fn replay(&self, _event: &Event) -> Result<()> {
        Ok(())
    }
}

impl Operation for Cancel {
    const OP: &'static str = "task.cancel";
    type Input = TaskRef;

    fn of(_id: Option<OpId>, input: TaskRef) -> Self {
        Self { input }
    }
}

pub(super) async fn cancel(
    ctx: &Ctx,
    project: kernel::ProjectId,
    task: TaskId,
) -> Result<TaskView> {
    let input = TaskRef { task_id: task };
    ctx.write(project, Cancel { input }).await?;
    queries::view(ctx, project, task).await
}

async fn open_of(write: &mut Write, agent: AgentId) -> Result<Vec<agent_task::Model>> {
    agent_task::Entity::find()
        .filter(agent_task::Column::ProjectId.eq(write.project_id()?.uuid()))
        .filter(agent_task::Column::AgentId.eq(agent.uuid()))
        .filter(agent_task::Column::Status.is_in([
            enums::TaskStatus::Pending,
            enums::TaskStatus::Running,
            enums::TaskStatus::Waiting,
        ]))
        .order_by_asc(agent_task::Column::Id)
        .all(write.read().await?)
        .await
        .map_err(db)
}

/// Ends all tasks of an agent that leaves.
pub(crate) async fn cancel_all_of(write: &mut Write, agent: AgentId) -> Result<()> {
    for row in open_of(write, agent).await? {
        Box::pin(close(write, row, End::gone())).await?;
    }
    Ok(())
}

/// Has the tasks go on of an agent that was paused.
pub(crate) async fn wake_all_of(write: &mut Write, agent: AgentId) -> Result<()> {
    let project = write.project_id()?;
    for row in open_of(write, agent).await? {
        if row.status == enums::TaskStatus::Pending {
            let task = row.id.into();
            write.enqueue(&RunTask { project, task })?;
        }
    }
    Ok(())
}

/// Begins a task anew that is over, as another one.
pub(super) async fn retry(ctx: &Ctx, project: kernel::ProjectId, task: TaskId) -> Result<TaskView> {
    for needed in NEEDED {
        ctx.project(project, needed).await?;
    }
    let row = queries::row_of(ctx.reader(), project, task).await?;
    if !status(row.status).is_over() {
        let sentence = "this task is not over; cancel it first, or speak to it";
        return Err(Error::Conflict(sentence.to_owned()));
    }
    let prompt = TaskPrompt::try_from(row.prompt.clone()).map_err(Error::internal)?;
    let node = row.node_id.map(Into::into);
    let begun = Begun {
        mention: Mentioned::No,
        ..Begun::BY_A_PERSON
    };
    let mut again = Start::simple(begun, row.agent_id.into(), node, prompt);
    if let Some(op) = &ctx.request.op {
        again.id = op.id.uuid().into();
    }
    again.input.name = protocol::values::TaskName::try_from(row.name.clone()).ok();
    again.input.limits = queries::limits_of(&row);
    again.input.selection = queries::selection_of(&row);
    again.input.metadata = serde_json::from_value(json!({"retryOf": task})).ok();
    let started = ctx.write(project, again).await?;
    queries::view(ctx, project, started.output).await
}

/// Says something to a task. One that waited for it goes on.
#[derive(Debug)]
struct Say {
    task: TaskId,
    message: TaskMessage,
}

impl Command for Say {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        write.require(Permission::AGENTS_READ)?;
        write.require(Permission::RUN)?;
        let row = locked(write, self.task).await?;
        if status(row.status).is_over() {
            let sentence = "this task is over; retry it, or start another one";
            return Err(Error::Conflict(sentence.to_owned()));
        }
        refuse_too_many(write, &row).await?;
        let step = Step::Message {
            by: write.user_id()?,
            name: write.actor()?.name.clone(),
            text: self.message.text.as_str().to_owned(),
        };
        append(write, &row, &NewStep::free(step)).await?;
        if row.status != enums::TaskStatus::Waiting {
            return Ok(());
        }
        let now = write.now();
        let after = agent_task::Model {
            status: enums::TaskStatus::Pending,
            waiting_for: None,
            updated_at: now,
            ..row
        };
        let change = agent_task::ActiveModel {
            project_id: Set(after.project_id),
            id: Set(after.id),
            status: Set(after.status),
            waiting_for: Set(None),
            updated_at: Set(now),
            ..Default::default()
        };
        agent_task::Entity::update(change)
            .exec(write.conn().await?)
            .await
            .map_err(db)?;
        let project = write.project_id()?;
        let task = self.task;
        write.enqueue(&RunTask { project, task })?;
        emit(write, &TaskEvent::Update(changed(&after)))
    }
}

async fn refuse_too_many(write: &mut Write, row: &agent_task::Model) -> Result<()> {
    let said: Vec<i64> = entity::agent_step::Entity::find()
        .select_only()
        .column(entity::agent_step::Column::Number)
        .filter(entity::agent_step::Column::ProjectId.eq(row.project_id))
        .filter(entity::agent_step::Column::TaskId.eq(row.id))
        .filter(entity::agent_step::Column::Kind.eq(enums::StepKind::Message))
        .into_tuple()
        .all(write.read().await?)
        .await
        .map_err(db)?;
    if said.len() >= MESSAGES_MAX {
        return Err(Error::LimitReached {
            what: "messages to one task",
            max: MESSAGES_MAX,
        });
    }
    Ok(())
}

impl ProjectCommand for Say {
    fn replay(&self, _event: &Event) -> Result<()> {
        Ok(())
    }
}

pub(super) async fn say(
    ctx: &Ctx,
    project: kernel::ProjectId,
    task: TaskId,
    message: TaskMessage,
) -> Result<TaskView> {
    ctx.write(project, Say { task, message }).await?;
    queries::view(ctx, project, task).await
}

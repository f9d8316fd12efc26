use std::collections::{HashMap, HashSet};

use entity::{agent, agent_step, agent_task, change_set, enums, node};
use generation::calls::{self, AnswersOfTask, dollars};
use http::page;
use kernel::{Error, NodeId, Permission, ProjectId, Result, TaskId};
use platform::{Ctx, db};
use protocol::{
    Page,
    budgets::Dollars,
    page::PageQuery,
    tasks::{StepView, TaskLimits, TaskQuery, TaskView},
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::row::{Around, step_view, to_view, used};

const LIST: &str = "tasks";
const STEPS: &str = "task-steps";

pub(crate) async fn row_of(
    connection: &impl ConnectionTrait,
    project: ProjectId,
    task: TaskId,
) -> Result<agent_task::Model> {
    agent_task::Entity::find_by_id((project.uuid(), task.uuid()))
        .one(connection)
        .await
        .map_err(db)?
        .ok_or(Error::NotFound("task"))
}

pub(super) async fn get(ctx: &Ctx, project: ProjectId, task: TaskId) -> Result<TaskView> {
    ctx.project(project, Permission::AGENTS_READ).await?;
    view(ctx, project, task).await
}

/// For whoever may see it, or has just changed it.
pub(super) async fn view(ctx: &Ctx, project: ProjectId, task: TaskId) -> Result<TaskView> {
    let row = row_of(ctx.reader(), project, task).await?;
    let around = Surroundings::of(ctx, project, std::slice::from_ref(&row)).await?;
    Ok(around.view(row))
}

/// The tasks of a project, the newest first.
pub(super) async fn list(
    ctx: &Ctx,
    project: ProjectId,
    query: TaskQuery,
) -> Result<Page<TaskView>> {
    ctx.project(project, Permission::AGENTS_READ).await?;
    let limit = page::limit(query.limit)?;
    let before: Option<Uuid> = page::after(&ctx.platform, LIST, query.cursor.as_deref())?;
    let mut select = agent_task::Entity::find()
        .filter(agent_task::Column::ProjectId.eq(project.uuid()))
        .order_by_desc(agent_task::Column::Id)
        .limit(limit + 1);
    if let Some(before) = before {
        select = select.filter(agent_task::Column::Id.lt(before));
    }
    if let Some(node) = query.node {
        select = select.filter(agent_task::Column::NodeId.eq(node.uuid()));
    }
    if let Some(agent) = query.agent {
        select = select.filter(agent_task::Column::AgentId.eq(agent.uuid()));
    }
    if query.open == Some(true) {
        select = select.filter(agent_task::Column::Status.is_in([
            enums::TaskStatus::Pending,
            enums::TaskStatus::Running,
            enums::TaskStatus::Waiting,
        ]));
    }
    let rows = select.all(ctx.reader()).await.map_err(db)?;
    let around = Surroundings::of(ctx, project, &rows).await?;
    let key = |row: &agent_task::Model| row.id;
    page::page(&ctx.platform, LIST, limit, rows, key, |row| {
        around.view(row)
    })
}

/// What is around several tasks.
struct Surroundings {
    names: HashMap<Uuid, String>,
    living: HashSet<Uuid>,
    /// The last change set of each task.
    sets: HashMap<Uuid, Uuid>,
    /// What the answers took that they asked for.
    answers: HashMap<TaskId, AnswersOfTask>,
}

impl Surroundings {
    async fn of(ctx: &Ctx, project: ProjectId, rows: &[agent_task::Model]) -> Result<Self> {
        let names: Vec<(Uuid, String)> = agent::Entity::find()
            .select_only()
            .columns([agent::Column::Id, agent::Column::Name])
            .filter(agent::Column::Id.is_in(rows.iter().map(|row| row.agent_id)))
            .into_tuple()
            .all(ctx.reader())
            .await
            .map_err(db)?;
        let living: Vec<Uuid> = node::Entity::find()
            .select_only()
            .column(node::Column::Id)
            .filter(node::Column::ProjectId.eq(project.uuid()))
            .filter(node::Column::Id.is_in(rows.iter().filter_map(|row| row.node_id)))
            .filter(node::Column::DeletedAt.is_null())
            .into_tuple()
            .all(ctx.reader())
            .await
            .map_err(db)?;
        let sets: Vec<(Option<Uuid>, Uuid)> = change_set::Entity::find()
            .select_only()
            .columns([change_set::Column::TaskId, change_set::Column::Id])
            .filter(change_set::Column::ProjectId.eq(project.uuid()))
            .filter(change_set::Column::TaskId.is_in(rows.iter().map(|row| row.id)))
            .order_by_asc(change_set::Column::Id)
            .into_tuple()
            .all(ctx.reader())
            .await
            .map_err(db)?;
        let tasks = rows.iter().map(|row| row.id.into());
        let answers = calls::asked_by(ctx.reader(), project, tasks).await?;
        Ok(Self {
            answers,
            names: names.into_iter().collect(),
            living: living.into_iter().collect(),
            sets: sets
                .into_iter()
                .filter_map(|(task, set)| Some((task?, set)))
                .collect(),
        })
    }

    fn view(&self, row: agent_task::Model) -> TaskView {
        let answers = self.answers.get(&row.id.into()).copied();
        let around = Around {
            used: used(&row, answers.unwrap_or_default()),
            agent_name: self.names.get(&row.agent_id).cloned().unwrap_or_default(),
            node_lives: row.node_id.is_some_and(|node| self.living.contains(&node)),
            change_set: self.sets.get(&row.id).map(|set| (*set).into()),
        };
        to_view(row, around)
    }
}

/// The steps of a task, in order.
pub(super) async fn steps(
    ctx: &Ctx,
    project: ProjectId,
    task: TaskId,
    query: PageQuery,
) -> Result<Page<StepView>> {
    ctx.project(project, Permission::AGENTS_READ).await?;
    row_of(ctx.reader(), project, task).await?;
    let limit = page::limit(query.limit)?;
    let after: Option<i64> = page::after(&ctx.platform, STEPS, query.cursor.as_deref())?;
    let rows = agent_step::Entity::find()
        .filter(agent_step::Column::ProjectId.eq(project.uuid()))
        .filter(agent_step::Column::TaskId.eq(task.uuid()))
        .filter(agent_step::Column::Number.gt(after.unwrap_or_default()))
        .order_by_asc(agent_step::Column::Number)
        .limit(limit + 1)
        .all(ctx.reader())
        .await
        .map_err(db)?;
    let key = |row: &agent_step::Model| row.number;
    page::page(&ctx.platform, STEPS, limit, rows, key, step_view)
}

/// What a task was let use up, to ask for the same again.
pub(super) fn limits_of(row: &agent_task::Model) -> TaskLimits {
    TaskLimits {
        steps: u32::try_from(row.steps_max).ok(),
        tokens: row.tokens_max.try_into().ok(),
        cost: Some(Dollars::stored(dollars(row.nanos_max))),
        seconds: u32::try_from(row.seconds_max).ok(),
    }
}

/// The nodes that a task was told of first.
pub(crate) fn selection_of(row: &agent_task::Model) -> Vec<NodeId> {
    let selection = row
        .metadata
        .as_ref()
        .and_then(|metadata| metadata.get("selection"));
    let selection = selection.cloned().unwrap_or_default();
    serde_json::from_value(selection).unwrap_or_default()
}

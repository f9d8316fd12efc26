use std::collections::HashMap;

use entity::{agent, agent_task, enums::TaskStatus};
use http::page;
use kernel::{AgentId, Error, ProjectId, Result, Scope, UserId};
use platform::{Ctx, db};
use protocol::{
    Page,
    agents::{AgentStatus, AgentView},
    page::PageQuery,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select,
};
use uuid::Uuid;

use super::row::to_view;

const LIST: &str = "agents";

/// The living agents of a person.
pub(super) fn own(user: UserId) -> Select<agent::Entity> {
    agent::Entity::find()
        .filter(agent::Column::UserId.eq(user.uuid()))
        .filter(agent::Column::DeletedAt.is_null())
}

pub(super) async fn row(ctx: &Ctx, user: UserId, id: AgentId) -> Result<agent::Model> {
    own(user)
        .filter(agent::Column::Id.eq(id.uuid()))
        .one(ctx.reader())
        .await
        .map_err(db)?
        .ok_or(Error::NotFound("agent"))
}

pub(super) async fn get(ctx: &Ctx, id: AgentId) -> Result<AgentView> {
    let user = ctx.user_with_scope(Scope::Agent)?;
    let row = row(ctx, user, id).await?;
    let status = status_of(ctx.reader(), &[row.id], None).await?;
    Ok(view(row, &status))
}

pub(super) fn view(row: agent::Model, status: &HashMap<Uuid, AgentStatus>) -> AgentView {
    let own = status.get(&row.id).copied();
    to_view(row, own.unwrap_or(AgentStatus::Idle))
}

pub(super) async fn list(ctx: &Ctx, query: PageQuery) -> Result<Page<AgentView>> {
    let user = ctx.user_with_scope(Scope::Agent)?;
    let limit = page::limit(query.limit)?;
    let after: Option<Uuid> = page::after(&ctx.platform, LIST, query.cursor.as_deref())?;
    let mut select = own(user).order_by_asc(agent::Column::Id).limit(limit + 1);
    if let Some(after) = after {
        select = select.filter(agent::Column::Id.gt(after));
    }
    let rows = select.all(ctx.reader()).await.map_err(db)?;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let status = status_of(ctx.reader(), &ids, None).await?;
    let key = |row: &agent::Model| row.id;
    page::page(&ctx.platform, LIST, limit, rows, key, |row| {
        view(row, &status)
    })
}

/// What agents are doing, everywhere or in one project: running if a task is open, otherwise how the last one ended. Those
/// without any task are not named.
pub(crate) async fn status_of(
    connection: &impl ConnectionTrait,
    agents: &[Uuid],
    project: Option<ProjectId>,
) -> Result<HashMap<Uuid, AgentStatus>> {
    let mut statuses = HashMap::new();
    for agent in agents {
        let mut tasks = agent_task::Entity::find()
            .select_only()
            .column(agent_task::Column::Status)
            .filter(agent_task::Column::AgentId.eq(*agent));
        if let Some(project) = project {
            tasks = tasks.filter(agent_task::Column::ProjectId.eq(project.uuid()));
        }
        let running = tasks.clone().filter(agent_task::Column::Status.is_in([
            TaskStatus::Pending,
            TaskStatus::Running,
            TaskStatus::Waiting,
        ]));
        let open: Option<TaskStatus> = running.into_tuple().one(connection).await.map_err(db)?;
        let last = match open {
            Some(open) => Some(open),
            None => tasks
                .order_by_desc(agent_task::Column::CreatedAt)
                .into_tuple()
                .one(connection)
                .await
                .map_err(db)?,
        };
        if let Some(last) = last {
            statuses.insert(*agent, status(last));
        }
    }
    Ok(statuses)
}

fn status(task: TaskStatus) -> AgentStatus {
    match task {
        TaskStatus::Pending | TaskStatus::Running | TaskStatus::Waiting => AgentStatus::Running,
        TaskStatus::Completed => AgentStatus::Completed,
        TaskStatus::Failed => AgentStatus::Failed,
        TaskStatus::Cancelled => AgentStatus::Cancelled,
    }
}

use entity::agent_schedule;
use http::page;
use kernel::{Error, Permission, ProjectId, Result, ScheduleId};
use platform::{Ctx, db};
use protocol::{Page, page::PageQuery, schedules::ScheduleView};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::row::to_view;

const LIST: &str = "schedules";

pub(super) async fn row_of(
    connection: &impl ConnectionTrait,
    project: ProjectId,
    schedule: ScheduleId,
) -> Result<agent_schedule::Model> {
    agent_schedule::Entity::find_by_id((project.uuid(), schedule.uuid()))
        .one(connection)
        .await
        .map_err(db)?
        .ok_or(Error::NotFound("schedule"))
}

/// For whoever has just changed it.
pub(super) async fn view(
    ctx: &Ctx,
    project: ProjectId,
    schedule: ScheduleId,
) -> Result<ScheduleView> {
    row_of(ctx.reader(), project, schedule).await.map(to_view)
}

pub(super) async fn list(
    ctx: &Ctx,
    project: ProjectId,
    query: PageQuery,
) -> Result<Page<ScheduleView>> {
    ctx.project(project, Permission::AGENTS_READ).await?;
    let limit = page::limit(query.limit)?;
    let after: Option<Uuid> = page::after(&ctx.platform, LIST, query.cursor.as_deref())?;
    let mut select = agent_schedule::Entity::find()
        .filter(agent_schedule::Column::ProjectId.eq(project.uuid()))
        .order_by_asc(agent_schedule::Column::Id)
        .limit(limit + 1);
    if let Some(after) = after {
        select = select.filter(agent_schedule::Column::Id.gt(after));
    }
    let rows = select.all(ctx.reader()).await.map_err(db)?;
    page::page(&ctx.platform, LIST, limit, rows, |row| row.id, to_view)
}

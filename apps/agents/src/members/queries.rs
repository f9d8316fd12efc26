use entity::{agent, project_agent};
use http::page;
use kernel::{AgentId, Error, Permission, ProjectId, Result};
use platform::{Ctx, Write, db};
use protocol::{
    Page,
    agents::{AgentStatus, ProjectAgentView, Slug},
    page::PageQuery,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::row::to_view;
use crate::agents::status_of;

const LIST: &str = "project-agents";
const NOT_HERE: Error = Error::NotFound("agent in this project; add it first");

/// An agent and its place in a project.
#[derive(Clone, Debug)]
pub(crate) struct Member {
    pub(crate) place: project_agent::Model,
    pub(crate) agent: agent::Model,
}

/// One that is there and was not deleted.
pub(crate) async fn find(
    connection: &impl ConnectionTrait,
    project: ProjectId,
    agent: AgentId,
) -> Result<Member> {
    let row = project_agent::Entity::find_by_id((project.uuid(), agent.uuid()))
        .find_also_related(agent::Entity)
        .filter(agent::Column::DeletedAt.is_null())
        .one(connection)
        .await
        .map_err(db)?;
    match row {
        Some((place, Some(agent))) => Ok(Member { place, agent }),
        Some((_, None)) | None => Err(NOT_HERE),
    }
}

/// The same inside of a command of that project.
pub(crate) async fn locked(write: &mut Write, agent: AgentId) -> Result<Member> {
    let project = write.project_id()?;
    find(write.read().await?, project, agent).await
}

pub(super) async fn get(ctx: &Ctx, project: ProjectId, agent: AgentId) -> Result<ProjectAgentView> {
    ctx.project(project, Permission::AGENTS_READ).await?;
    let Member { place, agent } = find(ctx.reader(), project, agent).await?;
    let status = status_of(ctx.reader(), &[agent.id], Some(project)).await?;
    let status = status.get(&agent.id).copied();
    Ok(to_view(place, agent, status.unwrap_or(AgentStatus::Idle)))
}

pub(super) async fn list(
    ctx: &Ctx,
    project: ProjectId,
    query: PageQuery,
) -> Result<Page<ProjectAgentView>> {
    ctx.project(project, Permission::AGENTS_READ).await?;
    let limit = page::limit(query.limit)?;
    let after: Option<Uuid> = page::after(&ctx.platform, LIST, query.cursor.as_deref())?;
    let mut select = project_agent::Entity::find()
        .filter(project_agent::Column::ProjectId.eq(project.uuid()))
        .find_also_related(agent::Entity)
        .filter(agent::Column::DeletedAt.is_null())
        .order_by_asc(project_agent::Column::AgentId)
        .limit(limit + 1);
    if let Some(after) = after {
        select = select.filter(project_agent::Column::AgentId.gt(after));
    }
    let rows = select.all(ctx.reader()).await.map_err(db)?;
    let rows: Vec<Member> = rows
        .into_iter()
        .filter_map(|(place, agent)| {
            Some(Member {
                place,
                agent: agent?,
            })
        })
        .collect();
    let ids: Vec<Uuid> = rows.iter().map(|row| row.agent.id).collect();
    let status = status_of(ctx.reader(), &ids, Some(project)).await?;
    let key = |row: &Member| row.agent.id;
    page::page(
        &ctx.platform,
        LIST,
        limit,
        rows,
        key,
        |Member { place, agent }| {
            let status = status.get(&agent.id).copied();
            to_view(place, agent, status.unwrap_or(AgentStatus::Idle))
        },
    )
}

/// Refuses an agent whose owner, or who added it, is no longer a member: what it is told would be a stranger's.
pub(crate) fn require_backed(write: &Write, member: &Member) -> Result<()> {
    let people = [member.agent.user_id, member.place.added_by];
    if people
        .into_iter()
        .all(|person| write.role_of(person.into()).is_some())
    {
        return Ok(());
    }
    let sentence =
        "the owner of this agent, or who added it, has left the project; add another one";
    Err(Error::Conflict(sentence.to_owned()))
}

/// The same for a caller who may see agents there.
pub async fn named(ctx: &Ctx, project: ProjectId, slug: &Slug) -> Result<AgentId> {
    ctx.project(project, Permission::AGENTS_READ).await?;
    by_slug(ctx.reader(), project, slug).await?.ok_or(NOT_HERE)
}

/// The agent of a project that is mentioned by this.
pub(crate) async fn by_slug(
    connection: &impl ConnectionTrait,
    project: ProjectId,
    slug: &Slug,
) -> Result<Option<AgentId>> {
    let found = project_agent::Entity::find()
        .filter(project_agent::Column::ProjectId.eq(project.uuid()))
        .find_also_related(agent::Entity)
        .filter(agent::Column::Slug.eq(slug.as_str()))
        .filter(agent::Column::DeletedAt.is_null())
        .one(connection)
        .await
        .map_err(db)?;
    Ok(found.map(|(place, _)| place.agent_id.into()))
}

use chrono::{DateTime, Utc};
use entity::{project, project_member};
use http::page;
use kernel::{Error, Permission, ProjectId, Relation, Result, Role, Scope, UserId};
use platform::{Ctx, ProjectAccess, convert, db, like::contains};
use protocol::{
    Page,
    projects::{ProjectView, ProjectsQuery},
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder,
    QuerySelect,
};
use uuid::Uuid;

use super::row::to_view;

const LIST: &str = "projects";
const QUERY_CHARS_MAX: usize = 200;

pub async fn get(ctx: &Ctx, project: ProjectId) -> Result<ProjectView> {
    let access = ctx.project(project, Permission::PROJECT_READ).await?;
    view(ctx.reader(), &access).await
}

/// The project as the holder of `access` may see it.
pub async fn view(
    connection: &impl ConnectionTrait,
    access: &ProjectAccess,
) -> Result<ProjectView> {
    let row = project::Entity::find_by_id(access.project.uuid())
        .one(connection)
        .await
        .map_err(db)?
        .ok_or(Error::NotFound("project"))?;
    Ok(to_view(row, access))
}

/// The caller's projects, those changed last first.
pub async fn list(ctx: &Ctx, query: ProjectsQuery) -> Result<Page<ProjectView>> {
    let user = ctx.user_with_scope(Scope::Project)?;
    let limit = page::limit(query.limit)?;
    let after: Option<(DateTime<Utc>, Uuid)> =
        page::after(&ctx.platform, LIST, query.cursor.as_deref())?;
    let mut select = project_member::Entity::find()
        .find_also_related(project::Entity)
        .filter(wanted(user, &query)?)
        .order_by_desc(project::Column::UpdatedAt)
        .order_by_desc(project::Column::Id)
        .limit(limit + 1);
    if let Some((updated_at, id)) = after {
        select = select.filter(
            Condition::any()
                .add(project::Column::UpdatedAt.lt(updated_at))
                .add(
                    project::Column::UpdatedAt
                        .eq(updated_at)
                        .and(project::Column::Id.lt(id)),
                ),
        );
    }
    let rows = select.all(ctx.reader()).await.map_err(db)?;
    let rows: Vec<(Role, project::Model)> = rows
        .into_iter()
        .filter_map(|(member, project)| {
            project.map(|project| (convert::role(member.role), project))
        })
        .collect();
    let scopes = ctx.principal.scopes();
    page::page(
        &ctx.platform,
        LIST,
        limit,
        rows,
        |(_, project)| (project.updated_at, project.id),
        |(role, project)| {
            let access = ProjectAccess {
                project: project.id.into(),
                relation: Relation::Member(role),
                scopes,
                head: project.head_seq,
                epoch: project.epoch,
                log_after: 0,
                role: Some(role),
            };
            to_view(project, &access)
        },
    )
}

/// What is looked for, if anything is.
pub(super) fn search_text(asked: Option<&str>) -> Result<Option<&str>> {
    let text = asked.map(str::trim).filter(|text| !text.is_empty());
    let is_refused = |text: &str| text.chars().count() > QUERY_CHARS_MAX || text.contains('\0');
    if text.is_some_and(is_refused) {
        let detail = format!("must have at most {QUERY_CHARS_MAX} characters");
        return Err(Error::invalid("q", detail));
    }
    Ok(text)
}

fn wanted(user: UserId, query: &ProjectsQuery) -> Result<Condition> {
    let mut wanted = Condition::all().add(project_member::Column::UserId.eq(user.uuid()));
    if query.trashed.unwrap_or(false) {
        // Only the owner can bring a project back, so only the owner sees it in the trash.
        wanted = wanted
            .add(project::Column::DeletedAt.is_not_null())
            .add(project::Column::OwnerId.eq(user.uuid()));
    } else {
        wanted = wanted.add(project::Column::DeletedAt.is_null());
    }
    if query.owned.unwrap_or(false) {
        wanted = wanted.add(project::Column::OwnerId.eq(user.uuid()));
    }
    if let Some(text) = search_text(query.q.as_deref())? {
        wanted = wanted.add(
            Condition::any()
                .add(contains(project::Column::Name, text))
                .add(contains(project::Column::Description, text)),
        );
    }
    Ok(wanted)
}

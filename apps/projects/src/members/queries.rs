use entity::{project_member, user};
use http::page;
use kernel::{Error, Permission, ProjectId, Result, UserId};
use platform::{Ctx, access::public_name, convert, db};
use protocol::{
    Page,
    graph::GraphMember,
    members::{MEMBERS_PER_PROJECT_MAX, MemberView},
    page::PageQuery,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select,
};
use uuid::Uuid;

const LIST: &str = "members";

fn of(project: ProjectId) -> Select<project_member::Entity> {
    project_member::Entity::find()
        .filter(project_member::Column::ProjectId.eq(project.uuid()))
        .order_by_asc(project_member::Column::UserId)
}

pub(super) async fn list(
    ctx: &Ctx,
    project: ProjectId,
    query: PageQuery,
) -> Result<Page<MemberView>> {
    ctx.project(project, Permission::MEMBERS_READ).await?;
    let limit = page::limit(query.limit)?;
    let after: Option<Uuid> = page::after(&ctx.platform, LIST, query.cursor.as_deref())?;
    let mut select = of(project).limit(limit + 1);
    if let Some(after) = after {
        select = select.filter(project_member::Column::UserId.gt(after));
    }
    let rows = select
        .find_also_related(user::Entity)
        .all(ctx.reader())
        .await
        .map_err(db)?;
    let rows: Vec<(project_member::Model, user::Model)> = rows
        .into_iter()
        .filter_map(|(member, user)| user.map(|user| (member, user)))
        .collect();
    page::page(
        &ctx.platform,
        LIST,
        limit,
        rows,
        |(member, _)| member.user_id,
        to_view,
    )
}

pub(super) async fn get(ctx: &Ctx, project: ProjectId, user: UserId) -> Result<MemberView> {
    ctx.project(project, Permission::MEMBERS_READ).await?;
    let row = project_member::Entity::find_by_id((project.uuid(), user.uuid()))
        .find_also_related(user::Entity)
        .one(ctx.reader())
        .await
        .map_err(db)?;
    match row {
        Some((member, Some(user))) => Ok(to_view((member, user))),
        _ => Err(Error::NotFound("member")),
    }
}

/// The members as a snapshot of the project shows them.
pub async fn graph_members(
    connection: &impl ConnectionTrait,
    project: ProjectId,
) -> Result<Vec<GraphMember>> {
    let rows = of(project)
        .limit(u64::try_from(MEMBERS_PER_PROJECT_MAX).unwrap_or(u64::MAX))
        .find_also_related(user::Entity)
        .all(connection)
        .await
        .map_err(db)?;
    Ok(rows
        .into_iter()
        .filter_map(|(member, user)| user.map(|user| (member, user)))
        .map(|(member, user)| GraphMember {
            user_id: member.user_id.into(),
            role: convert::role(member.role),
            name: public_name(&user),
            avatar: user.avatar,
        })
        .collect())
}

fn to_view((member, user): (project_member::Model, user::Model)) -> MemberView {
    let project_member::Model {
        project_id: _,
        user_id,
        role,
        joined_at,
    } = member;
    MemberView {
        user_id: user_id.into(),
        role: convert::role(role),
        name: public_name(&user),
        email: user.email,
        avatar: user.avatar,
        joined_at: joined_at.into(),
    }
}

use chrono::{DateTime, Utc};
use entity::invitation;
use http::page;
use kernel::{Error, InvitationId, Permission, ProjectId, Result};
use platform::{Ctx, Platform, convert, db};
use protocol::{Page, invitations::InvitationView, page::PageQuery};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select};
use uuid::Uuid;

use super::token::{self, token_of};

const LIST: &str = "invitations";

/// Those of a project that can still be accepted.
pub(super) fn open(project: ProjectId, now: DateTime<Utc>) -> Select<invitation::Entity> {
    acceptable(now).filter(invitation::Column::ProjectId.eq(project.uuid()))
}

/// Of any project.
pub(super) fn acceptable(now: DateTime<Utc>) -> Select<invitation::Entity> {
    invitation::Entity::find()
        .filter(invitation::Column::AcceptedAt.is_null())
        .filter(invitation::Column::RevokedAt.is_null())
        .filter(invitation::Column::ExpiresAt.gt(now))
}

pub(super) async fn list(
    ctx: &Ctx,
    project: ProjectId,
    query: PageQuery,
) -> Result<Page<InvitationView>> {
    let access = ctx.project(project, Permission::MEMBERS_READ).await?;
    let links = access.allows(Permission::MEMBERS_WRITE);
    let limit = page::limit(query.limit)?;
    let after: Option<Uuid> = page::after(&ctx.platform, LIST, query.cursor.as_deref())?;
    let mut select = open(project, ctx.now())
        .order_by_asc(invitation::Column::Id)
        .limit(limit + 1);
    if let Some(after) = after {
        select = select.filter(invitation::Column::Id.gt(after));
    }
    let rows = select.all(ctx.reader()).await.map_err(db)?;
    let view = |row| to_view(&ctx.platform, row, links);
    page::page(&ctx.platform, LIST, limit, rows, |row| row.id, view)
}

/// An invitation as whoever may invite sees it.
pub(super) async fn get(ctx: &Ctx, project: ProjectId, id: InvitationId) -> Result<InvitationView> {
    let row = open(project, ctx.now())
        .filter(invitation::Column::Id.eq(id.uuid()))
        .one(ctx.reader())
        .await
        .map_err(db)?;
    let row = row.ok_or(Error::NotFound("invitation"))?;
    Ok(to_view(&ctx.platform, row, true))
}

/// How many invitations that can still be accepted have a token that is derived from this key.
pub async fn derived_with(platform: &Platform, key: &str) -> Result<u64> {
    let rows = acceptable(platform.clock.now())
        .all(platform.database.reader())
        .await
        .map_err(db)?;
    let of = |row: &invitation::Model| token_of(&platform.keys, row).map(|(_, id)| id);
    let derived = rows.iter().filter(|row| of(row) == Some(key)).count();
    Ok(u64::try_from(derived).unwrap_or(u64::MAX))
}

fn to_view(platform: &Platform, row: invitation::Model, links: bool) -> InvitationView {
    let links = links && !platform.settings.confirms_addresses();
    let link = links.then(|| token_of(&platform.keys, &row)).flatten();
    let invitation::Model {
        id,
        project_id: _,
        email,
        role,
        token_hash: _,
        invited_by: _,
        created_at,
        expires_at,
        accepted_at: _,
        revoked_at: _,
    } = row;
    InvitationView {
        id: id.into(),
        email,
        role: convert::role(role),
        created_at: created_at.into(),
        expires_at: expires_at.into(),
        link: link.map(|(token, _)| token::link(platform, &token)),
    }
}

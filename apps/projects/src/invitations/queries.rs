use chrono::{DateTime, Utc};
use entity::invitation;
use http::page;
use kernel::{Error, InvitationId, Permission, ProjectId, Result};
use platform::{Ctx, convert, db, keys};
use protocol::{Page, invitations::InvitationView, page::PageQuery};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select};
use uuid::Uuid;

const LIST: &str = "invitations";

/// Those that can still be accepted.
pub(super) fn open(project: ProjectId, now: DateTime<Utc>) -> Select<invitation::Entity> {
    invitation::Entity::find()
        .filter(invitation::Column::ProjectId.eq(project.uuid()))
        .filter(invitation::Column::AcceptedAt.is_null())
        .filter(invitation::Column::RevokedAt.is_null())
        .filter(invitation::Column::ExpiresAt.gt(now))
}

pub(super) async fn list(
    ctx: &Ctx,
    project: ProjectId,
    query: PageQuery,
) -> Result<Page<InvitationView>> {
    ctx.project(project, Permission::MEMBERS_READ).await?;
    let limit = page::limit(query.limit)?;
    let after: Option<Uuid> = page::after(&ctx.platform, LIST, query.cursor.as_deref())?;
    let mut select = open(project, ctx.now())
        .order_by_asc(invitation::Column::Id)
        .limit(limit + 1);
    if let Some(after) = after {
        select = select.filter(invitation::Column::Id.gt(after));
    }
    let rows = select.all(ctx.reader()).await.map_err(db)?;
    page::page(&ctx.platform, LIST, limit, rows, |row| row.id, to_view)
}

pub(super) async fn get(ctx: &Ctx, project: ProjectId, id: InvitationId) -> Result<InvitationView> {
    let row = open(project, ctx.now())
        .filter(invitation::Column::Id.eq(id.uuid()))
        .one(ctx.reader())
        .await
        .map_err(db)?;
    row.map(to_view).ok_or(Error::NotFound("invitation"))
}

pub(super) async fn by_token(ctx: &Ctx, token: &str) -> Result<invitation::Model> {
    invitation::Entity::find()
        .filter(invitation::Column::TokenHash.eq(keys::token_hash(token)))
        .one(ctx.reader())
        .await
        .map_err(db)?
        .ok_or(Error::NotFound("invitation"))
}

fn to_view(row: invitation::Model) -> InvitationView {
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
    }
}

use chrono::{DateTime, Utc};
use entity::{project, project_transfer};
use kernel::{Permission, ProjectId, Result};
use platform::{Ctx, db};
use protocol::transfer::TransferView;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, QueryTrait};

/// The offer of a project that can still be accepted: by the owner of today, and not too old.
pub(super) async fn open(
    connection: &impl ConnectionTrait,
    project: ProjectId,
    now: DateTime<Utc>,
) -> Result<Option<project_transfer::Model>> {
    let owner = project::Entity::find_by_id(project.uuid())
        .select_only()
        .column(project::Column::OwnerId)
        .into_query();
    project_transfer::Entity::find_by_id(project.uuid())
        .filter(project_transfer::Column::ExpiresAt.gt(now))
        .filter(project_transfer::Column::OfferedBy.in_subquery(owner))
        .one(connection)
        .await
        .map_err(db)
}

pub(super) async fn get(ctx: &Ctx, project: ProjectId) -> Result<Option<TransferView>> {
    ctx.project(project, Permission::MEMBERS_READ).await?;
    let offer = open(ctx.reader(), project, ctx.now()).await?;
    Ok(offer.map(to_view))
}

pub(super) fn to_view(row: project_transfer::Model) -> TransferView {
    let project_transfer::Model {
        project_id,
        offered_by,
        offered_to,
        created_at,
        expires_at,
    } = row;
    TransferView {
        project_id: project_id.into(),
        user_id: offered_to.into(),
        offered_by: offered_by.into(),
        created_at: created_at.into(),
        expires_at: expires_at.into(),
    }
}

//! How many files a project may have, and how many bytes those of its owner.

use entity::{media, project, upload};
use kernel::{Error, ProjectId, Result, UserId};
use platform::{Write, db};
use projects::projects::require_room_for_files;
use sea_orm::{
    ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect, QueryTrait, sea_query::Expr,
};
use uuid::Uuid;

/// Files of one project.
const FILES_PER_PROJECT_MAX: usize = 10_000;

/// Refuses more files than a project may have.
pub(super) async fn require_place(
    write: &mut Write,
    project: ProjectId,
    more: usize,
) -> Result<()> {
    let files = media::Entity::find()
        .filter(media::Column::ProjectId.eq(project.uuid()))
        .count(write.read().await?)
        .await
        .map_err(db)?;
    let files = usize::try_from(files).map_err(Error::internal)?;
    if files.saturating_add(more) > FILES_PER_PROJECT_MAX {
        return Err(Error::LimitReached {
            what: "files of a project",
            max: FILES_PER_PROJECT_MAX,
        });
    }
    Ok(())
}

/// Refuses what would be more than the owner of the project may keep.
pub(super) async fn require_room(
    write: &mut Write,
    project: ProjectId,
    bytes: u64,
    max: u64,
) -> Result<()> {
    let owner = owner(write, project).await?;
    require_room_for_files(write, owner, bytes, max).await
}

/// The same for an upload that begins: those of the owner's projects that are under way are to find room, too. Their parts lie
/// on the disk before anybody knows whether they become files.
pub(crate) async fn require_room_to_come(
    write: &mut Write,
    project: ProjectId,
    bytes: u64,
    max: u64,
) -> Result<()> {
    let owner = owner(write, project).await?;
    let owned = project::Entity::find()
        .select_only()
        .column(project::Column::Id)
        .filter(project::Column::OwnerId.eq(owner.uuid()));
    // What others begin at the same moment is seen.
    write.lock_people().await?;
    let coming: Option<i64> = upload::Entity::find()
        .select_only()
        .expr(Expr::cust("CAST(COALESCE(SUM(size), 0) AS BIGINT)"))
        .filter(upload::Column::ProjectId.in_subquery(owned.into_query()))
        .filter(upload::Column::MediaId.is_null())
        .filter(upload::Column::ExpiresAt.gt(write.now()))
        .into_tuple()
        .one(write.read().await?)
        .await
        .map_err(db)?;
    let coming = coming.unwrap_or_default().unsigned_abs();
    require_room_for_files(write, owner, bytes.saturating_add(coming), max).await
}

async fn owner(write: &mut Write, project: ProjectId) -> Result<UserId> {
    let owner = project::Entity::find_by_id(project.uuid())
        .select_only()
        .column(project::Column::OwnerId)
        .into_tuple::<Uuid>()
        .one(write.read().await?)
        .await
        .map_err(db)?;
    owner
        .map(UserId::from_uuid)
        .ok_or(Error::NotFound("project"))
}

//! How many projects somebody may own, and how much these may hold.
//!
//! What is counted over several projects is counted under one lock, so that none of those who add at the same moment is missed.

use entity::{media, project};
use kernel::{Error, Result, UserId};
use platform::{Write, db};
use sea_orm::{
    ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect, QueryTrait, Select,
    sea_query::Expr,
};

use crate::setup::Setup;

/// Refuses one project more than somebody may own, and one that holds more text than they have room for.
pub(crate) async fn check_room(write: &mut Write, owner: UserId, bytes: i64) -> Result<()> {
    check_number(write, owner).await?;
    // Making and deleting them without end would fill the disk, too.
    let with_trash = "projects of one owner, with those in the trash until it is emptied,";
    let max = Setup::of(write).projects_of_owner.saturating_mul(2);
    check_count(write, owned_by(owner), with_trash, max).await?;
    write.require_room_of(owner, bytes).await
}

/// Refuses one living project more than somebody may own.
pub(super) async fn check_number(write: &mut Write, owner: UserId) -> Result<()> {
    write.lock_people().await?;
    let living = owned_by(owner).filter(project::Column::DeletedAt.is_null());
    let max = Setup::of(write).projects_of_owner;
    check_count(write, living, "projects of one owner", max).await
}

fn owned_by(owner: UserId) -> Select<project::Entity> {
    project::Entity::find().filter(project::Column::OwnerId.eq(owner.uuid()))
}

async fn check_count(
    write: &mut Write,
    those: Select<project::Entity>,
    what: &'static str,
    max: usize,
) -> Result<()> {
    let owned = those.count(write.read().await?).await.map_err(db)?;
    if usize::try_from(owned).is_ok_and(|owned| owned >= max) {
        return Err(Error::LimitReached { what, max });
    }
    Ok(())
}

/// Refuses the project at hand for somebody whose files it would make more than they may be.
pub(crate) async fn check_room_for_files(write: &mut Write, to: UserId) -> Result<()> {
    let of_project = media::Column::ProjectId.eq(write.project_id()?.uuid());
    let bytes = bytes_of_files(write, media::Entity::find().filter(of_project)).await?;
    let max = Setup::of(write).file_bytes_of_owner;
    if bytes > 0 {
        require_room_for_files(write, to, bytes, max).await?;
    }
    Ok(())
}

/// Refuses so many bytes of files more than the projects of an owner may have.
pub async fn require_room_for_files(
    write: &mut Write,
    owner: UserId,
    bytes: u64,
    max: u64,
) -> Result<()> {
    write.lock_people().await?;
    let owned = owned_by(owner).select_only().column(project::Column::Id);
    let theirs = media::Column::ProjectId.in_subquery(owned.into_query());
    let held = bytes_of_files(write, media::Entity::find().filter(theirs)).await?;
    if held.saturating_add(bytes) > max {
        return Err(Error::FilesFull { held, max });
    }
    Ok(())
}

async fn bytes_of_files(write: &mut Write, files: Select<media::Entity>) -> Result<u64> {
    let bytes: Option<i64> = files
        .select_only()
        .expr(Expr::cust("CAST(COALESCE(SUM(size), 0) AS BIGINT)"))
        .into_tuple()
        .one(write.read().await?)
        .await
        .map_err(db)?;
    Ok(bytes.unwrap_or_default().unsigned_abs())
}

/// How much text the project at hand holds.
pub(crate) async fn stored_bytes(write: &mut Write) -> Result<i64> {
    let project = write.project_id()?.uuid();
    let bytes: Option<i64> = project::Entity::find_by_id(project)
        .select_only()
        .column(project::Column::StoredBytes)
        .into_tuple()
        .one(write.read().await?)
        .await
        .map_err(db)?;
    bytes.ok_or(Error::NotFound("project"))
}

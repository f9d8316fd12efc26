//! How many projects somebody may own, and how much these may hold.

use entity::project;
use kernel::{Error, Result, UserId};
use platform::{Write, db};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect};

use crate::setup::Setup;

/// Refuses one project more than somebody may own, and one that holds more than they have room for.
pub(crate) async fn check_room(write: &mut Write, owner: UserId, bytes: i64) -> Result<()> {
    let all = project::Entity::find().filter(project::Column::OwnerId.eq(owner.uuid()));
    let living = all.clone().filter(project::Column::DeletedAt.is_null());
    let max = Setup::of(write).projects_of_owner;
    let limits = [
        (living, "projects of one owner", max),
        // Making and deleting them without end would fill the disk, too.
        (
            all,
            "projects of one owner, with those in the trash until it is emptied,",
            max.saturating_mul(2),
        ),
    ];
    for (those, what, max) in limits {
        let owned = those.count(write.read().await?).await.map_err(db)?;
        if usize::try_from(owned).is_ok_and(|owned| owned >= max) {
            return Err(Error::LimitReached { what, max });
        }
    }
    write.require_room_of(owner, bytes).await
}

/// How much the project at hand holds.
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

//! Removing what has expired.

use std::collections::BTreeSet;

use entity::{notification, user};
use kernel::Result;
use platform::{Command, Platform, Write, db};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait};
use uuid::Uuid;

use crate::{live, live::Told, notice, push::RemoveEnded};

/// How many go in one transaction.
const SWEPT_AT_ONCE: u64 = 500;
/// What is left then goes an hour later.
const SWEEPS_MAX: usize = 200;

pub(crate) async fn sweep(platform: &Platform) -> Result<()> {
    for _ in 0..SWEEPS_MAX {
        let Some(told) = platform.writer.housekeep(RemoveExpired).await? else {
            break;
        };
        live::tell(platform, &told)?;
    }
    platform.writer.housekeep(RemoveOfDeleted).await?;
    platform.writer.housekeep(RemoveEnded).await
}

/// Who deleted their account is told nothing any more.
struct RemoveOfDeleted;

impl Command for RemoveOfDeleted {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        write.unrecorded("that an account is deleted is recorded");
        let deleted = user::Entity::find()
            .select_only()
            .column(user::Column::Id)
            .filter(user::Column::DeletedAt.is_not_null())
            .into_query();
        let some = notification::Entity::find()
            .select_only()
            .column(notification::Column::Id)
            .filter(notification::Column::UserId.in_subquery(deleted))
            .limit(SWEPT_AT_ONCE);
        notification::Entity::delete_many()
            .filter(notification::Column::Id.in_subquery(some.into_query()))
            .exec(write.conn().await?)
            .await
            .map(drop)
            .map_err(db)
    }
}

struct RemoveExpired;

impl Command for RemoveExpired {
    /// Whose count is another now; nothing where nothing has expired.
    type Output = Option<Vec<Told>>;

    async fn apply(&self, write: &mut Write) -> Result<Option<Vec<Told>>> {
        write.unrecorded("nobody asks for what has expired");
        let expired: Vec<(Uuid, Uuid, bool)> = notification::Entity::find()
            .select_only()
            .columns([
                notification::Column::Id,
                notification::Column::UserId,
                notification::Column::Read,
            ])
            .filter(notification::Column::ExpiresAt.lte(write.now()))
            .order_by_asc(notification::Column::ExpiresAt)
            .limit(SWEPT_AT_ONCE)
            .into_tuple()
            .all(write.read().await?)
            .await
            .map_err(db)?;
        if expired.is_empty() {
            return Ok(None);
        }
        let counted: BTreeSet<Uuid> = expired
            .iter()
            .filter_map(|(_, user, read)| (!read).then_some(*user))
            .collect();
        let counted: Vec<Uuid> = counted.into_iter().collect();
        notice::lock(write, &counted).await?;
        notification::Entity::delete_many()
            .filter(notification::Column::Id.is_in(expired.iter().map(|(id, ..)| *id)))
            .exec(write.conn().await?)
            .await
            .map_err(db)?;
        notice::recount(write, &counted).await.map(Some)
    }
}

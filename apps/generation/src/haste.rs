//! How many answers somebody may ask for a minute, whichever way they ask.

use chrono::{DateTime, TimeDelta, Utc};
use entity::{enums::GenerationOrigin, generation};
use kernel::{Error, Result, UserId};
use platform::{Write, db};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::setup::Setup;

const MINUTE: TimeDelta = TimeDelta::minutes(1);

/// When somebody may ask for an answer again; nothing if they may now.
pub(crate) async fn room_at(write: &mut Write, by: UserId) -> Result<Option<DateTime<Utc>>> {
    let Some(per_minute) = Setup::of(write)?.per_minute else {
        return Ok(None);
    };
    let since = write.now() - MINUTE;
    // The oldest of the newest that fill the minute: once it is out of it, there is room for another.
    let oldest: Option<DateTime<Utc>> = generation::Entity::find()
        .select_only()
        .column(generation::Column::CreatedAt)
        .filter(generation::Column::RequestedBy.eq(by.uuid()))
        .filter(generation::Column::Origin.eq(GenerationOrigin::Model))
        .filter(generation::Column::CreatedAt.gt(since))
        .order_by_desc(generation::Column::CreatedAt)
        .offset(per_minute.saturating_sub(1))
        .limit(1)
        .into_tuple()
        .one(write.read().await?)
        .await
        .map_err(db)?;
    Ok(oldest.map(|oldest| oldest + MINUTE))
}

/// Refuses one more than a minute allows.
pub(crate) async fn refuse(write: &mut Write, by: UserId) -> Result<()> {
    let Some(at) = room_at(write, by).await? else {
        return Ok(());
    };
    let retry_after = (at - write.now()).to_std().unwrap_or_default();
    Err(Error::RateLimited { retry_after })
}

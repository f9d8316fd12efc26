//! How many links one person may have that wait to be read.

use std::time::Duration;

use entity::{enums, media};
use kernel::{Error, Result};
use platform::{Write, db};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};

/// Links of one person that wait to be read, in all projects. Others would wait for them.
const WAITING_PER_PERSON_MAX: u64 = 50;
const WAIT: Duration = Duration::from_secs(10);

/// Refuses whoever has many links that wait.
pub(super) async fn require_few_waiting(write: &mut Write) -> Result<()> {
    use enums::ProcessingStatus::{Pending, Processing};
    let user = write.user_id()?;
    let waiting = media::Entity::find()
        .filter(media::Column::UserId.eq(user.uuid()))
        .filter(media::Column::ProcessingStatus.is_in([Pending, Processing]))
        .filter(media::Column::Url.is_not_null())
        .count(write.read().await?)
        .await
        .map_err(db)?;
    if waiting < WAITING_PER_PERSON_MAX {
        return Ok(());
    }
    Err(Error::RateLimited { retry_after: WAIT })
}

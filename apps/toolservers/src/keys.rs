//! What tokens for servers outside keep under the server's keys.

use std::sync::Arc;

use entity::tool_credential;
use kernel::Result;
use platform::{Platform, db};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::credentials;

const AT_ONCE: u64 = 500;

/// How many tokens are sealed with this key.
pub async fn sealed_with(platform: &Platform, key: &str) -> Result<u64> {
    tool_credential::Entity::find()
        .filter(
            platform
                .keys
                .is_sealed_with(key, tool_credential::Column::Sealed),
        )
        .count(platform.database.reader())
        .await
        .map_err(db)
}

/// Seals all with the key that is used now; gives how many were sealed with another.
pub async fn reseal(platform: &Arc<Platform>) -> Result<u64> {
    let (mut after, mut resealed) = (Uuid::nil(), 0);
    loop {
        let page = tool_credential::Entity::find()
            .filter(tool_credential::Column::Id.gt(after))
            .order_by_asc(tool_credential::Column::Id)
            .limit(AT_ONCE)
            .all(platform.database.reader())
            .await
            .map_err(db)?;
        let Some(last) = page.last() else {
            return Ok(resealed);
        };
        after = last.id;
        for row in page {
            let Some(now) = platform.keys.reseal(&row.sealed, row.id.as_bytes())? else {
                continue;
            };
            credentials::reseal(platform, row.id, row.sealed, now).await?;
            resealed += 1;
        }
    }
}

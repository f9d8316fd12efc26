//! Files go when their time is over, and bytes when no file has them.

use std::{collections::HashSet, sync::Arc};

use entity::media;
use kernel::{MediaId, ProjectId, Result};
use platform::{Ctx, Platform, blobs::BlobId, db};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect};

use super::{commands::Expire, serve::blob_id};

/// Files that go in one sweep; the others go an hour later.
const EXPIRED_AT_ONCE: u64 = 1_000;

pub(crate) async fn sweep(platform: &Arc<Platform>) -> Result<()> {
    remove_expired(platform).await?;
    let removed = platform
        .blobs
        .sweep(platform.clock.now(), |ids| named(platform.clone(), ids))
        .await?;
    if removed > 0 {
        tracing::info!(removed, "Files that nobody names were removed");
    }
    Ok(())
}

async fn remove_expired(platform: &Arc<Platform>) -> Result<()> {
    let expired = media::Entity::find()
        .filter(media::Column::ExpiresAt.lte(platform.clock.now()))
        .limit(EXPIRED_AT_ONCE)
        .all(platform.database.reader())
        .await
        .map_err(db)?;
    let server = Ctx::server(platform.clone());
    for row in expired {
        let expire = Expire {
            id: MediaId::from_uuid(row.id),
        };
        let project = ProjectId::from_uuid(row.project_id);
        // One that cannot go now goes an hour later, and holds up no other.
        if let Err(error) = server.write(project, expire).await {
            tracing::warn!(file = %row.id, error = kernel::error::chain(&error), "A file stays");
        }
    }
    Ok(())
}

/// Which of these some file has.
async fn named(platform: Arc<Platform>, ids: Vec<BlobId>) -> Result<HashSet<BlobId>> {
    let bytes: Vec<Vec<u8>> = ids.iter().map(|id| id.to_vec()).collect();
    let columns = [
        media::Column::Sha256,
        media::Column::Thumbnail,
        media::Column::Preview,
    ];
    let any = columns.into_iter().fold(Condition::any(), |any, column| {
        any.add(column.is_in(bytes.clone()))
    });
    let rows = media::Entity::find()
        .filter(any)
        .all(platform.database.reader())
        .await
        .map_err(db)?;
    let held = rows
        .into_iter()
        .flat_map(|row| [Some(row.sha256), row.thumbnail, row.preview]);
    held.flatten().map(|stored| blob_id(&stored)).collect()
}

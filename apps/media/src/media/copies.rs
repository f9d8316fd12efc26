//! Files of a project that become those of another one, which rests on nothing of the first.

use std::collections::HashMap;

use entity::{enums, media, media_page};
use kernel::{Error, MediaId, ProjectId, Result};
use platform::{Write, db};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::{
    queries::{is_in_time, texts_of},
    room::{require_place, require_room},
};
use crate::events::{MediaEvent, MediaRef, emit};

/// Files that are copied at once.
const FILES_MAX: usize = 500;

/// Makes files of the project that is written of those of another one, as far as they are there and were read. Says which
/// became which.
pub async fn copy(
    write: &mut Write,
    from: ProjectId,
    ids: &[MediaId],
    owner_bytes_max: u64,
) -> Result<HashMap<MediaId, MediaId>> {
    if ids.len() > FILES_MAX {
        return Err(Error::LimitReached {
            what: "files of a project that is copied",
            max: FILES_MAX,
        });
    }
    let now = write.now();
    let mut rows = media::Entity::find()
        .filter(media::Column::ProjectId.eq(from.uuid()))
        .filter(media::Column::Id.is_in(ids.iter().map(|id| id.uuid())))
        .filter(is_in_time(now))
        .all(write.read().await?)
        .await
        .map_err(db)?;
    rows.retain(|row| {
        use enums::ProcessingStatus::{Completed, Failed, Pending, Processing};
        match row.processing_status {
            Completed | Failed => true,
            Pending | Processing => false,
        }
    });
    let (project, user) = (write.project_id()?, write.user_id()?);
    if !rows.is_empty() {
        let bytes = rows.iter().map(|row| row.size.unsigned_abs()).sum();
        require_place(write, project, rows.len()).await?;
        require_room(write, project, bytes, owner_bytes_max).await?;
    }
    let mut became = HashMap::with_capacity(rows.len());
    for row in rows {
        let (old, id) = (MediaId::from_uuid(row.id), MediaId::generate());
        let pages = texts_of(write.read().await?, old).await?;
        let copy = media::Model {
            id: id.uuid(),
            user_id: user.uuid(),
            project_id: project.uuid(),
            node_id: None,
            download_count: 0,
            version: 1,
            created_at: now,
            updated_at: now,
            ..row
        };
        insert(write, copy).await?;
        for page in pages {
            write
                .insert::<media_page::Entity>(media_page::ActiveModel {
                    media_id: Set(id.uuid()),
                    page: Set(i32::try_from(page.page).map_err(Error::internal)?),
                    heading: Set(page.heading),
                    text: Set(page.text),
                })
                .await?;
        }
        emit(write, MediaEvent::Add(MediaRef { id }))?;
        became.insert(old, id);
    }
    Ok(became)
}

async fn insert(write: &mut Write, row: media::Model) -> Result<Uuid> {
    let id = row.id;
    let row = media::ActiveModel::from(row).reset_all();
    media::Entity::insert(row)
        .exec_without_returning(write.conn().await?)
        .await
        .map_err(db)?;
    Ok(id)
}

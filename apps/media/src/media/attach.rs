//! What is attached to a node: settled when somebody attaches it, since a file never changes.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entity::{enums::ProcessingStatus, media};
use kernel::{Error, MediaId, ProjectId, Result};
use platform::{blobs::BlobId, convert, db};
use protocol::media::{AttachMedia, Attachment, MediaMetadata, MediaPage};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use super::{
    links::was_read,
    queries::{of_project, texts_of},
    row::require_harmless,
    serve::blob_id,
};
use crate::texts;

/// Looks up the files that a node is to have. `pointer` is where they stand in what was asked.
pub async fn attachments<C: ConnectionTrait>(
    connection: &C,
    project: ProjectId,
    asked: &[AttachMedia],
    now: DateTime<Utc>,
) -> Result<Vec<Attachment>> {
    let mut all = Vec::with_capacity(asked.len());
    for one in asked {
        all.push(attachment(connection, project, one, now).await?);
    }
    Ok(all)
}

async fn attachment<C: ConnectionTrait>(
    connection: &C,
    project: ProjectId,
    asked: &AttachMedia,
    now: DateTime<Utc>,
) -> Result<Attachment> {
    let row = of_project(connection, project, asked.media_id, now).await?;
    let is_unread = matches!(
        row.processing_status,
        ProcessingStatus::Pending | ProcessingStatus::Processing
    );
    // A link that is read again says what it said until then.
    if is_unread && !was_read(&row) {
        let sentence = format!(
            "`{}` is still being read; try again when it is",
            row.filename
        );
        return Err(Error::Conflict(sentence));
    }
    require_harmless(&row)?;
    let pages = texts_of(connection, asked.media_id).await?;
    if let Some(named) = &asked.pages
        && !pages.iter().any(|page| named.holds(page.page))
    {
        let sentence = format!("`{}` has none of these pages", row.filename);
        return Err(Error::invalid("/pages", sentence));
    }
    settled(row, asked, &pages)
}

/// What of a file enters, as it is attached.
fn settled(row: media::Model, asked: &AttachMedia, pages: &[MediaPage]) -> Result<Attachment> {
    let metadata: Option<MediaMetadata> = row
        .metadata
        .map(serde_json::from_value)
        .transpose()
        .map_err(Error::internal)?;
    let MediaMetadata { width, height, .. } = metadata.unwrap_or_default();
    let mut attached = Attachment {
        media_id: asked.media_id,
        r#type: convert::media_type(row.kind),
        name: row.filename,
        url: row.url,
        policy: asked.policy,
        pages: asked.pages.as_ref().map(|pages| pages.as_str().to_owned()),
        tokens: 0,
        sha256: String::new(),
        alt: row.alt,
        width: width.filter(|_| row.preview.is_some()),
        height: height.filter(|_| row.preview.is_some()),
    };
    let enters = texts::enters(&attached, pages);
    attached.tokens = enters.tokens(&attached);
    attached.sha256 = enters.sha256(row.preview.as_deref());
    Ok(attached)
}

/// What is attached to a node, settled anew: as its files are now, without those that are gone. What a picture shows
/// stays as it was said when it was attached.
pub async fn settled_again<C: ConnectionTrait>(
    connection: &C,
    project: ProjectId,
    attached: &[Attachment],
    now: DateTime<Utc>,
) -> Result<Vec<Attachment>> {
    let mut all = Vec::with_capacity(attached.len());
    for before in attached {
        let row = match of_project(connection, project, before.media_id, now).await {
            Ok(row) => row,
            Err(Error::NotFound(_)) => continue,
            Err(error) => return Err(error),
        };
        let row = media::Model {
            alt: before.alt.clone(),
            ..row
        };
        let pages = texts_of(connection, before.media_id).await?;
        all.push(settled(row, &before.into(), &pages)?);
    }
    Ok(all)
}

/// What is in a file.
#[derive(Clone, Debug, Default)]
pub struct Content {
    pub pages: Vec<MediaPage>,
    /// The picture that models are shown.
    pub preview: Option<BlobId>,
}

/// Files looked up in one statement.
const FILES_AT_ONCE: usize = 500;

/// What is in these files of a project, as far as they are there.
pub async fn contents<C: ConnectionTrait>(
    connection: &C,
    project: ProjectId,
    ids: impl IntoIterator<Item = MediaId>,
) -> Result<HashMap<MediaId, Content>> {
    let ids: Vec<Uuid> = ids.into_iter().map(MediaId::uuid).collect();
    let mut contents = HashMap::with_capacity(ids.len());
    for some in ids.chunks(FILES_AT_ONCE) {
        let rows: Vec<(Uuid, Option<Vec<u8>>)> = media::Entity::find()
            .select_only()
            .columns([media::Column::Id, media::Column::Preview])
            .filter(media::Column::ProjectId.eq(project.uuid()))
            .filter(media::Column::Id.is_in(some.iter().copied()))
            .into_tuple()
            .all(connection)
            .await
            .map_err(db)?;
        for (id, preview) in rows {
            let content = Content {
                pages: texts_of(connection, id.into()).await?,
                preview: preview.as_deref().map(blob_id).transpose()?,
            };
            contents.insert(id.into(), content);
        }
    }
    Ok(contents)
}

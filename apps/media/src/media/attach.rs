//! What is attached to a node: settled when somebody attaches it, since a file never changes.

use std::collections::HashMap;

use entity::{enums::ProcessingStatus, media};
use kernel::{Error, MediaId, ProjectId, Result};
use platform::{blobs::BlobId, convert, db};
use protocol::media::{AttachMedia, Attachment, MediaMetadata, MediaPage};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use super::{
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
) -> Result<Vec<Attachment>> {
    let mut all = Vec::with_capacity(asked.len());
    for one in asked {
        all.push(attachment(connection, project, one).await?);
    }
    Ok(all)
}

async fn attachment<C: ConnectionTrait>(
    connection: &C,
    project: ProjectId,
    asked: &AttachMedia,
) -> Result<Attachment> {
    let row = of_project(connection, project, asked.media_id).await?;
    if matches!(
        row.processing_status,
        ProcessingStatus::Pending | ProcessingStatus::Processing
    ) {
        let sentence = format!(
            "`{}` is still being read; try again when it is",
            row.filename
        );
        return Err(Error::Conflict(sentence));
    }
    require_harmless(&row)?;
    let metadata: Option<MediaMetadata> = row
        .metadata
        .map(serde_json::from_value)
        .transpose()
        .map_err(Error::internal)?;
    let MediaMetadata { width, height, .. } = metadata.unwrap_or_default();
    let pages = texts_of(connection, asked.media_id).await?;
    let mut attached = Attachment {
        media_id: asked.media_id,
        r#type: convert::media_type(row.kind),
        name: row.filename,
        policy: asked.policy,
        pages: asked.pages.as_ref().map(|pages| pages.as_str().to_owned()),
        tokens: 0,
        sha256: String::new(),
        alt: row.alt,
        width: width.filter(|_| row.preview.is_some()),
        height: height.filter(|_| row.preview.is_some()),
    };
    if let Some(named) = &asked.pages
        && !pages.iter().any(|page| named.holds(page.page))
    {
        let sentence = format!("`{}` has none of these pages", attached.name);
        return Err(Error::invalid("/pages", sentence));
    }
    let enters = texts::enters(&attached, &pages);
    attached.tokens = enters.tokens(&attached);
    attached.sha256 = enters.sha256(row.preview.as_deref());
    Ok(attached)
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

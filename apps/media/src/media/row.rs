//! From the table's row to what is seen of it.

use entity::media;
use kernel::{Error, Result};
use platform::convert;
use protocol::media::{MediaFault, MediaMetadata, MediaView};

pub(crate) fn to_view(row: media::Model) -> Result<MediaView> {
    let media::Model {
        id,
        user_id,
        project_id,
        node_id,
        kind,
        filename,
        url,
        mime_type,
        size,
        sha256,
        processing_status,
        error,
        thumbnail,
        preview: _,
        metadata,
        alt,
        download_count,
        expires_at,
        version,
        created_at,
        updated_at,
    } = row;
    let metadata: Option<MediaMetadata> = metadata
        .map(serde_json::from_value)
        .transpose()
        .map_err(Error::internal)?;
    Ok(MediaView {
        id: id.into(),
        project_id: project_id.into(),
        node_id: node_id.map(Into::into),
        r#type: convert::media_type(kind),
        filename,
        url,
        mime_type,
        size: size.unsigned_abs(),
        sha256: hex::encode(sha256),
        processing_status: convert::processing_status(processing_status),
        error: error.as_deref().and_then(fault),
        has_thumbnail: thumbnail.is_some(),
        metadata: metadata.unwrap_or_default(),
        alt,
        download_count,
        expires_at: expires_at.map(Into::into),
        user_id: Some(user_id.into()),
        version,
        created_at: created_at.into(),
        updated_at: updated_at.into(),
    })
}

fn fault(word: &str) -> Option<MediaFault> {
    serde_json::from_value(word.into()).ok()
}

/// Refuses a file that a virus scanner did not pass.
pub(super) fn require_harmless(row: &media::Model) -> Result<()> {
    match row.error.as_deref().and_then(fault) {
        Some(MediaFault::Harmful | MediaFault::NotScanned) => Err(Error::Conflict(format!(
            "the virus scanner did not pass `{}`, so it is not given out; delete it",
            row.filename
        ))),
        _ => Ok(()),
    }
}

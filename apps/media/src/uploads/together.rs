//! Putting the parts of a file together.

use entity::upload;
use futures::StreamExt;
use kernel::{Error, MediaId, ProjectId, Result, UploadId};
use platform::Ctx;

use super::queries;
use crate::{kinds::HEAD_BYTES, media::NewFile};

/// Makes a file of an upload that is whole. Whoever comes second gets what the first one made.
pub(super) async fn together(ctx: &Ctx, row: upload::Model) -> Result<MediaId> {
    if let Some(before) = row.media_id {
        return Ok(MediaId::from_uuid(before));
    }
    let ctx = ctx.clone();
    // Whoever goes away does not take it along.
    let making = tokio::spawn(async move { make(&ctx, row).await });
    making.await.map_err(Error::internal)?
}

async fn make(ctx: &Ctx, row: upload::Model) -> Result<MediaId> {
    let id = UploadId::from_uuid(row.id);
    let blobs = &ctx.platform.blobs;
    let mut incoming = blobs.incoming().await?;
    let mut head = Vec::new();
    let parts = queries::parts(ctx, id).await?;
    for part in &parts {
        let mut bytes = blobs.part(&part.name).await?;
        while let Some(some) = bytes.next().await {
            let some = some?;
            head.extend(some.iter().take(HEAD_BYTES.saturating_sub(head.len())));
            incoming.write(some).await?;
        }
    }
    let received = incoming.finish().await?;
    if received.bytes != row.size.unsigned_abs() {
        return Err(Error::internal("the parts of an upload do not add up"));
    }
    let new = NewFile {
        project: ProjectId::from_uuid(row.project_id),
        node: None,
        filename: row.filename,
        alt: row.alt.and_then(|alt| alt.try_into().ok()),
        received,
        head,
        upload: Some(id),
    };
    let view = new.add(ctx).await?;
    for part in parts {
        blobs.discard_part(&part.name).await;
    }
    Ok(view.id)
}

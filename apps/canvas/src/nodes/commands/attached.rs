//! The files that a node is to have, looked up.

use entity::enums;
use kernel::{Error, Permission, Result};
use platform::Write;
use protocol::media::{Attachment, Attachments};

/// The files that a node is to have. Whoever may not see files attaches none, and a frame has none.
pub(super) async fn attached(
    write: &mut Write,
    kind: enums::NodeKind,
    asked: Option<&Attachments>,
) -> Result<Option<Vec<Attachment>>> {
    let Some(asked) = asked else {
        return Ok(None);
    };
    if !asked.is_empty() {
        write.require(Permission::MEDIA_READ)?;
        if kind == enums::NodeKind::Frame {
            let sentence = "a frame has no files; attach them to a node in it";
            return Err(Error::invalid("/attachments", sentence));
        }
    }
    let (project, now) = (write.project_id()?, write.now());
    let found = media::attachments(write.read().await?, project, asked.as_slice(), now).await?;
    Ok(Some(found))
}

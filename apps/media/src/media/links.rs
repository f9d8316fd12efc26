//! Files that are links: what they lead to is fetched and read by the server, once and whenever somebody asks again.

use bytes::Bytes;
use entity::{enums, media};
use kernel::{Error, MediaId, Permission, ProjectId, Result};
use platform::{Command, Ctx, ProjectCommand, Write, blobs::BlobId, db};
use protocol::{
    events::Event,
    media::{AddLink, MediaFault, MediaType, MediaView},
};
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::{self, Set},
    EntityTrait,
};

use super::{
    again::ReadAgain,
    commands::{Add, keep_pages, word_of},
    queries::{of_project, permitted, shown, texts_of},
    receive::may_add,
    room::require_room,
    waiting::require_few_waiting,
};
use crate::{
    events::{MediaEvent, MediaRef, emit},
    job::ReadLink,
    kinds::Kind,
    reader::Found,
};

/// What a link is until it was read: a file that holds its address.
const UNREAD: Kind = Kind {
    media_type: MediaType::Link,
    mime: "text/uri-list",
    format: None,
};

pub(super) async fn add(ctx: &Ctx, input: AddLink) -> Result<MediaView> {
    let AddLink {
        project_id: project,
        url,
        node_id: node,
        alt,
    } = input;
    may_add(ctx, project).await?;
    refuse_where_none_are_read(ctx)?;
    let address = Bytes::from(url.as_str().to_owned());
    let bytes = u64::try_from(address.len()).map_err(Error::internal)?;
    let add = Add {
        id: MediaId::generate(),
        node,
        filename: url.name(),
        url: Some(url.into()),
        alt: alt.map(String::from).filter(|text| !text.is_empty()),
        kind: UNREAD,
        blob: ctx.platform.blobs.put(address, ctx.now()).await?,
        bytes,
        owner_bytes_max: ctx.platform.settings.storage.owner_file_bytes_max,
        // What it leads to is scanned when it is there.
        is_scanned: false,
        upload: None,
    };
    Ok(ctx.write(project, add).await?.output)
}

fn refuse_where_none_are_read(ctx: &Ctx) -> Result<()> {
    if ctx.platform.settings.links.enabled {
        return Ok(());
    }
    Err(Error::Forbidden(
        "this server reads no links; save the page and add it as a file, or ask the operator"
            .to_owned(),
    ))
}

pub(super) async fn refresh(ctx: &Ctx, id: MediaId) -> Result<MediaView> {
    let row = permitted(ctx, id, Permission::MEDIA_WRITE).await?;
    refuse_where_none_are_read(ctx)?;
    let project = ProjectId::from_uuid(row.project_id);
    let row = ctx.write(project, Refresh { id }).await?.output;
    shown(ctx, row).await
}

/// Reads a link again. What was read before stays until then.
struct Refresh {
    id: MediaId,
}

impl Command for Refresh {
    type Output = media::Model;

    async fn apply(&self, write: &mut Write) -> Result<media::Model> {
        write.require_to_grow(Permission::MEDIA_WRITE)?;
        let (project, now) = (write.project_id()?, write.now());
        let row = of_project(write.read().await?, project, self.id, now).await?;
        if row.url.is_none() {
            let sentence = "only links are read again; a file never changes";
            return Err(Error::Conflict(sentence.to_owned()));
        }
        use enums::ProcessingStatus::{Completed, Failed, Pending, Processing};
        match row.processing_status {
            Pending | Processing => {
                let sentence = "the link is being read; wait until it is";
                return Err(Error::Conflict(sentence.to_owned()));
            }
            Completed | Failed => {}
        }
        require_few_waiting(write).await?;
        let version = row.version + 1;
        let mut change: media::ActiveModel = row.into();
        change.processing_status = Set(Pending);
        change.version = Set(version);
        change.updated_at = Set(write.now());
        let row = change.update(write.conn().await?).await.map_err(db)?;
        write.enqueue(&ReadLink {
            project,
            media: self.id,
        })?;
        emit(write, MediaEvent::Update(MediaRef { id: self.id }))?;
        Ok(row)
    }
}

impl ProjectCommand for Refresh {
    fn replay(&self, _event: &Event) -> Result<media::Model> {
        Err(Error::OpReused)
    }
}

/// What a link led to.
pub(crate) struct Led {
    pub(crate) found: Found,
    pub(crate) title: Option<String>,
    /// A page stays a link; a picture becomes one.
    pub(crate) media_type: MediaType,
    pub(crate) mime: &'static str,
    pub(crate) blob: BlobId,
    pub(crate) bytes: usize,
    pub(crate) thumbnail: Option<BlobId>,
    pub(crate) preview: Option<BlobId>,
}

/// A link was read, or could not be.
pub(crate) struct LinkRead {
    pub(crate) media: MediaId,
    pub(crate) led: Result<Box<Led>, MediaFault>,
    pub(crate) owner_bytes_max: u64,
}

impl Command for LinkRead {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        let found = media::Entity::find_by_id(self.media.uuid());
        let Some(row) = found.one(write.read().await?).await.map_err(db)? else {
            write.unrecorded("the link is gone");
            return Ok(());
        };
        let led = match &self.led {
            // What is attached somewhere as a page stays one.
            Ok(led) if led.media_type == MediaType::Image && was_read(&row) => {
                Err(MediaFault::UnknownKind)
            }
            Ok(led) if has_room(write, &row, led.bytes, self.owner_bytes_max).await? => Ok(led),
            Ok(_) => Err(MediaFault::NoRoom),
            Err(fault) => Err(*fault),
        };
        let (version, was_read) = (row.version + 1, was_read(&row));
        let mut change: media::ActiveModel = row.into();
        change.version = Set(version);
        change.updated_at = Set(write.now());
        match led {
            Ok(led) => {
                take(&mut change, led)?;
                keep_changed(write, self.media, &led.found).await?;
            }
            Err(fault) => {
                // What was read before stays.
                let status = if was_read {
                    enums::ProcessingStatus::Completed
                } else {
                    enums::ProcessingStatus::Failed
                };
                change.processing_status = Set(status);
                change.error = Set(Some(word_of(fault)?));
            }
        }
        change.update(write.conn().await?).await.map_err(db)?;
        write.note::<ReadAgain>()?.0.push(self.media);
        emit(write, MediaEvent::Update(MediaRef { id: self.media }))
    }
}

impl ProjectCommand for LinkRead {
    fn replay(&self, _event: &Event) -> Result<()> {
        Ok(())
    }
}

/// Whether something was read once. A link that was not holds nothing but its address.
pub(super) fn was_read(row: &media::Model) -> bool {
    row.metadata.is_some()
}

/// What it leads to takes the place of what it led to before.
async fn has_room(write: &mut Write, row: &media::Model, bytes: usize, max: u64) -> Result<bool> {
    let bytes = u64::try_from(bytes).map_err(Error::internal)?;
    let more = bytes.saturating_sub(row.size.unsigned_abs());
    if more == 0 {
        return Ok(true);
    }
    let project = ProjectId::from_uuid(row.project_id);
    match require_room(write, project, more, max).await {
        Ok(()) => Ok(true),
        Err(Error::FilesFull { .. }) => Ok(false),
        Err(error) => Err(error),
    }
}

fn take(change: &mut media::ActiveModel, led: &Led) -> Result<()> {
    if let Some(title) = &led.title {
        change.filename = Set(title.clone());
    }
    if led.media_type == MediaType::Image {
        // It never changes from now on, as if somebody had uploaded it.
        change.kind = Set(enums::MediaType::Image);
        change.url = Set(None);
        if let ActiveValue::Unchanged(address) = &change.filename {
            let name = address.rsplit('/').next().unwrap_or_default().to_owned();
            change.filename = Set(name);
        }
    }
    change.mime_type = Set(led.mime.to_owned());
    change.sha256 = Set(led.blob.to_vec());
    change.size = Set(i64::try_from(led.bytes).map_err(Error::internal)?);
    change.thumbnail = Set(led.thumbnail.map(Vec::from));
    change.preview = Set(led.preview.map(Vec::from));
    let metadata = serde_json::to_value(&led.found.metadata).map_err(Error::internal)?;
    change.metadata = Set(Some(metadata));
    change.processing_status = Set(enums::ProcessingStatus::Completed);
    change.error = Set(None);
    Ok(())
}

/// What is as it was is not written again.
async fn keep_changed(write: &mut Write, media: MediaId, found: &Found) -> Result<()> {
    let before = texts_of(write.read().await?, media).await?;
    if before == found.pages {
        return Ok(());
    }
    keep_pages(write, media, &found.pages).await
}

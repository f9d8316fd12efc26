//! Every way files change.

use base64::{Engine, engine::general_purpose::STANDARD};
use entity::{enums, media, media_page, node, upload};
use kernel::{Error, Expected, MediaId, NodeId, Permission, ProjectId, Result, UploadId};
use platform::{Command, Ctx, ProjectCommand, Write, blobs::BlobId, convert, db};
use protocol::{
    events::Event,
    media::{MediaFault, MediaPage, MediaView, PatchMedia, ProcessingStatus},
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, ExprTrait, PaginatorTrait,
    QueryFilter, sea_query::Expr,
};

use super::{
    again::ReadAgain,
    queries::{has_expired, of_project, permitted, shown},
    room::{require_place, require_room},
    row::to_view,
    waiting::require_few_waiting,
};
use crate::{
    events::{MediaEvent, MediaRef, emit},
    job::{ReadFile, ReadLink},
    kinds::Kind,
    reader::Found,
};

/// Rows of text that are written in one statement.
const PAGES_AT_ONCE: usize = 500;

/// A file that is kept already, and not yet known.
#[derive(Clone, Debug)]
pub(crate) struct Add {
    pub(crate) id: MediaId,
    pub(crate) node: Option<NodeId>,
    pub(crate) filename: String,
    /// Where a link leads.
    pub(crate) url: Option<String>,
    pub(crate) alt: Option<String>,
    pub(crate) kind: Kind,
    pub(crate) blob: BlobId,
    pub(crate) bytes: u64,
    /// How many bytes the owner of the project may keep in files.
    pub(crate) owner_bytes_max: u64,
    /// Whether there is a virus scanner.
    pub(crate) is_scanned: bool,
    /// The upload that it came with, if it came in parts: of that it comes once.
    pub(crate) upload: Option<UploadId>,
}

impl Command for Add {
    type Output = MediaView;

    async fn apply(&self, write: &mut Write) -> Result<MediaView> {
        write.require_to_grow(Permission::MEDIA_WRITE)?;
        let project = write.project_id()?;
        if let Some(upload) = self.upload
            && let Some(before) = came_before(write, upload).await?
        {
            write.unrecorded("it came before");
            let now = write.now();
            return to_view(of_project(write.read().await?, project, before, now).await?);
        }
        if let Some(node) = self.node {
            let found = node::Entity::find_by_id((project.uuid(), node.uuid()));
            let found = found.one(write.read().await?).await.map_err(db)?;
            found
                .filter(|node| node.deleted_at.is_none())
                .ok_or(Error::NotFound("node"))?;
        }
        if self.url.is_some() {
            require_few_waiting(write).await?;
        }
        require_place(write, project, 1).await?;
        require_room(write, project, self.bytes, self.owner_bytes_max).await?;
        let (now, user) = (write.now(), write.user_id()?);
        let is_read = self.kind.format.is_some() || self.url.is_some() || self.is_scanned;
        let state = if is_read {
            ProcessingStatus::Pending
        } else {
            ProcessingStatus::Completed
        };
        let row = media::ActiveModel {
            id: Set(self.id.uuid()),
            user_id: Set(user.uuid()),
            project_id: Set(project.uuid()),
            node_id: Set(self.node.map(NodeId::uuid)),
            kind: Set(convert::stored_media_type(self.kind.media_type)),
            filename: Set(self.filename.clone()),
            url: Set(self.url.clone()),
            mime_type: Set(self.kind.mime.to_owned()),
            size: Set(i64::try_from(self.bytes).map_err(Error::internal)?),
            sha256: Set(self.blob.to_vec()),
            processing_status: Set(convert::stored_processing_status(state)),
            error: Set(None),
            thumbnail: Set(None),
            preview: Set(None),
            metadata: Set(None),
            alt: Set(self.alt.clone()),
            download_count: Set(0),
            expires_at: Set(None),
            version: Set(1),
            created_at: Set(now),
            updated_at: Set(now),
        };
        let row = row.insert(write.conn().await?).await.map_err(db)?;
        if let Some(upload) = self.upload {
            upload::Entity::update_many()
                .col_expr(upload::Column::MediaId, Expr::value(Some(self.id.uuid())))
                .filter(upload::Column::Id.eq(upload.uuid()))
                .exec(write.conn().await?)
                .await
                .map_err(db)?;
        }
        self.have_it_read(write, project)?;
        emit(write, MediaEvent::Add(MediaRef { id: self.id }))?;
        to_view(row)
    }
}

impl Add {
    fn have_it_read(&self, write: &mut Write, project: ProjectId) -> Result<()> {
        let media = self.id;
        if self.url.is_some() {
            return write.enqueue(&ReadLink { project, media });
        }
        let format = self.kind.format;
        if format.is_none() && !self.is_scanned {
            return Ok(());
        }
        write.enqueue(&ReadFile {
            project,
            media,
            format,
        })
    }
}

async fn came_before(write: &mut Write, upload: UploadId) -> Result<Option<MediaId>> {
    let row = upload::Entity::find_by_id(upload.uuid())
        .one(write.read().await?)
        .await
        .map_err(db)?
        .ok_or(Error::NotFound("upload"))?;
    Ok(row.media_id.map(MediaId::from_uuid))
}

impl ProjectCommand for Add {
    fn replay(&self, _event: &Event) -> Result<MediaView> {
        // Bytes that are sent again are another file, whose id is new.
        Err(Error::OpReused)
    }
}

/// A job begins to read a file.
pub(crate) struct ReadBegan {
    pub(crate) media: MediaId,
}

impl Command for ReadBegan {
    /// What it is to read, if the file is still there and was not read.
    type Output = Option<media::Model>;

    async fn apply(&self, write: &mut Write) -> Result<Option<media::Model>> {
        write.unrecorded("that it was read is told when it was");
        let row = media::Entity::find_by_id(self.media.uuid());
        let row = row.one(write.read().await?).await.map_err(db)?;
        let is_unread = |row: &media::Model| {
            use enums::ProcessingStatus::{Completed, Failed, Pending, Processing};
            match row.processing_status {
                Pending | Processing => true,
                Completed | Failed => false,
            }
        };
        let Some(row) = row.filter(is_unread) else {
            return Ok(None);
        };
        set_state(write, self.media, enums::ProcessingStatus::Processing).await?;
        Ok(Some(row))
    }
}

impl ProjectCommand for ReadBegan {
    fn replay(&self, _event: &Event) -> Result<Option<media::Model>> {
        Ok(None)
    }
}

async fn set_state(write: &mut Write, id: MediaId, state: enums::ProcessingStatus) -> Result<()> {
    media::Entity::update_many()
        .col_expr(media::Column::ProcessingStatus, Expr::value(state))
        .filter(media::Column::Id.eq(id.uuid()))
        .exec(write.conn().await?)
        .await
        .map(drop)
        .map_err(db)
}

/// What a job found in a file.
pub(crate) struct Read {
    pub(crate) media: MediaId,
    pub(crate) found: Result<Box<Found>, MediaFault>,
    pub(crate) thumbnail: Option<BlobId>,
    pub(crate) preview: Option<BlobId>,
}

impl Read {
    /// The pictures that were drawn of it.
    pub(crate) fn pictures(found: &Found) -> [Option<Vec<u8>>; 2] {
        let decoded = |text: &Option<String>| STANDARD.decode(text.as_deref()?).ok();
        [decoded(&found.thumbnail), decoded(&found.preview)]
    }
}

impl Command for Read {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        let row = media::Entity::find_by_id(self.media.uuid());
        let Some(row) = row.one(write.read().await?).await.map_err(db)? else {
            write.unrecorded("the file is gone");
            return Ok(());
        };
        let version = row.version + 1;
        let mut change: media::ActiveModel = row.into();
        change.version = Set(version);
        change.updated_at = Set(write.now());
        match &self.found {
            Ok(found) => {
                change.processing_status = Set(enums::ProcessingStatus::Completed);
                change.thumbnail = Set(self.thumbnail.map(Vec::from));
                change.preview = Set(self.preview.map(Vec::from));
                let metadata = serde_json::to_value(&found.metadata).map_err(Error::internal)?;
                change.metadata = Set(Some(metadata));
                keep_pages(write, self.media, &found.pages).await?;
            }
            Err(fault) => {
                change.processing_status = Set(enums::ProcessingStatus::Failed);
                change.error = Set(Some(word_of(*fault)?));
            }
        }
        change.update(write.conn().await?).await.map_err(db)?;
        emit(write, MediaEvent::Update(MediaRef { id: self.media }))
    }
}

impl ProjectCommand for Read {
    fn replay(&self, _event: &Event) -> Result<()> {
        Ok(())
    }
}

/// A fault as it is stored.
pub(super) fn word_of(fault: MediaFault) -> Result<String> {
    let word = serde_json::to_value(fault).map_err(Error::internal)?;
    let word = word.as_str().map(ToOwned::to_owned);
    word.ok_or_else(|| Error::internal("a fault that is no word"))
}

/// The pages replace those of a reading before.
pub(super) async fn keep_pages(
    write: &mut Write,
    media: MediaId,
    pages: &[MediaPage],
) -> Result<()> {
    media_page::Entity::delete_many()
        .filter(media_page::Column::MediaId.eq(media.uuid()))
        .exec(write.conn().await?)
        .await
        .map_err(db)?;
    for some in pages.chunks(PAGES_AT_ONCE) {
        let rows = some.iter().map(|page| media_page::ActiveModel {
            media_id: Set(media.uuid()),
            page: Set(i32::try_from(page.page).unwrap_or(i32::MAX)),
            heading: Set(page.heading.clone()),
            text: Set(page.text.clone()),
        });
        media_page::Entity::insert_many(rows)
            .exec_without_returning(write.conn().await?)
            .await
            .map_err(db)?;
    }
    Ok(())
}

pub(super) async fn patch(
    ctx: &Ctx,
    id: MediaId,
    expected: Expected,
    input: PatchMedia,
) -> Result<MediaView> {
    let row = permitted(ctx, id, Permission::MEDIA_WRITE).await?;
    let project = ProjectId::from_uuid(row.project_id);
    let patch = Patch {
        id,
        expected,
        input,
    };
    let row = ctx.write(project, patch).await?.output;
    shown(ctx, row).await
}

struct Patch {
    id: MediaId,
    expected: Expected,
    input: PatchMedia,
}

impl Command for Patch {
    type Output = media::Model;

    async fn apply(&self, write: &mut Write) -> Result<media::Model> {
        write.require(Permission::MEDIA_WRITE)?;
        let (project, now) = (write.project_id()?, write.now());
        let row = of_project(write.read().await?, project, self.id, now).await?;
        self.expected.check(row.version)?;
        let PatchMedia { alt, expires_at } = self.input.clone();
        let version = row.version + 1;
        let mut change: media::ActiveModel = row.into();
        if let Some(alt) = alt {
            let text = alt.map(String::from).filter(|text| !text.is_empty());
            change.alt = Set(text);
        }
        if let Some(expires_at) = expires_at {
            change.expires_at = Set(expires_at.map(|at| at.0));
        }
        change.version = Set(version);
        change.updated_at = Set(write.now());
        let row = change.update(write.conn().await?).await.map_err(db)?;
        emit(write, MediaEvent::Update(MediaRef { id: self.id }))?;
        Ok(row)
    }
}

impl ProjectCommand for Patch {
    fn replay(&self, _event: &Event) -> Result<media::Model> {
        Err(Error::OpReused)
    }
}

pub(super) async fn delete(ctx: &Ctx, id: MediaId) -> Result<()> {
    let row = permitted(ctx, id, Permission::MEDIA_DELETE).await?;
    let project = ProjectId::from_uuid(row.project_id);
    ctx.write(project, Delete { id }).await?;
    Ok(())
}

/// Removes a file. Its bytes go once nothing else has the same.
pub(super) struct Delete {
    pub(super) id: MediaId,
}

impl Command for Delete {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        write.require(Permission::MEDIA_DELETE)?;
        let (project, now) = (write.project_id()?, write.now());
        of_project(write.read().await?, project, self.id, now).await?;
        let named = Expr::cust("CAST(attachments AS TEXT)").like(format!("%{}%", self.id));
        let nodes = node::Entity::find()
            .filter(node::Column::ProjectId.eq(project.uuid()))
            .filter(node::Column::Attachments.is_not_null())
            .filter(named)
            .count(write.read().await?)
            .await
            .map_err(db)?;
        if nodes > 0 {
            return Err(Error::Conflict(format!(
                "the file is attached to {nodes} nodes, those in the trash included; detach it there first"
            )));
        }
        remove(write, self.id).await
    }
}

impl ProjectCommand for Delete {
    fn replay(&self, _event: &Event) -> Result<()> {
        Ok(())
    }
}

async fn remove(write: &mut Write, id: MediaId) -> Result<()> {
    media::Entity::delete_by_id(id.uuid())
        .exec(write.conn().await?)
        .await
        .map_err(db)?;
    emit(write, MediaEvent::Remove(MediaRef { id }))
}

/// Removes a file whose time is over, also from the nodes that it is attached to.
pub(super) struct Expire {
    pub(super) id: MediaId,
}

impl Command for Expire {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        let now = write.now();
        let row = media::Entity::find_by_id(self.id.uuid());
        let row = row.one(write.read().await?).await.map_err(db)?;
        if !row.is_some_and(|row| has_expired(&row, now)) {
            write.unrecorded("it is gone, or was given more time");
            return Ok(());
        }
        write.note::<ReadAgain>()?.0.push(self.id);
        remove(write, self.id).await
    }
}

impl ProjectCommand for Expire {
    fn replay(&self, _event: &Event) -> Result<()> {
        Ok(())
    }
}

/// Counts that a file was taken. That is no change of it, and nobody's doing.
pub(super) struct Count {
    pub(super) id: MediaId,
}

impl Command for Count {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        write.unrecorded("who reads what is not recorded");
        let more = Expr::col(media::Column::DownloadCount).add(1);
        media::Entity::update_many()
            .col_expr(media::Column::DownloadCount, more)
            .filter(media::Column::Id.eq(self.id.uuid()))
            .exec(write.conn().await?)
            .await
            .map(drop)
            .map_err(db)
    }
}

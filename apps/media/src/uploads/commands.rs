use chrono::TimeDelta;
use entity::{upload, upload_part};
use kernel::{Error, ProjectId, Result, UploadId, UserId};
use platform::{Command, Write, db};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter,
    sea_query::Expr,
};

use crate::media::require_room_to_come;

/// How long an upload may take. Its parts are kept for longer (`platform::blobs`).
const HOURS_MAX: i64 = 24;
/// Uploads of one person that are under way.
const OPEN_MAX: usize = 50;
/// Parts of one upload.
const PARTS_MAX: usize = 10_000;

/// Begins an upload.
pub(super) struct Begin {
    pub(super) id: UploadId,
    pub(super) user: UserId,
    pub(super) project: ProjectId,
    pub(super) filename: String,
    pub(super) alt: Option<String>,
    pub(super) bytes: u64,
    /// How many bytes the owner of the project may keep in files.
    pub(super) owner_bytes_max: u64,
}

impl Command for Begin {
    type Output = upload::Model;

    async fn apply(&self, write: &mut Write) -> Result<upload::Model> {
        write.unrecorded("the file is recorded once it is whole");
        let open = upload::Entity::find()
            .filter(upload::Column::UserId.eq(self.user.uuid()))
            .filter(upload::Column::MediaId.is_null())
            .count(write.read().await?)
            .await
            .map_err(db)?;
        if usize::try_from(open).map_err(Error::internal)? >= OPEN_MAX {
            return Err(Error::LimitReached {
                what: "uploads under way",
                max: OPEN_MAX,
            });
        }
        require_room_to_come(write, self.project, self.bytes, self.owner_bytes_max).await?;
        let now = write.now();
        let row = upload::ActiveModel {
            id: Set(self.id.uuid()),
            user_id: Set(self.user.uuid()),
            project_id: Set(self.project.uuid()),
            filename: Set(self.filename.clone()),
            alt: Set(self.alt.clone()),
            size: Set(i64::try_from(self.bytes).map_err(Error::internal)?),
            received: Set(0),
            media_id: Set(None),
            created_at: Set(now),
            expires_at: Set(now + TimeDelta::hours(HOURS_MAX)),
        };
        row.insert(write.conn().await?).await.map_err(db)
    }
}

/// Takes note of a part that is kept. Of two that begin at the same place, one counts.
pub(super) struct Received {
    pub(super) id: UploadId,
    pub(super) begins_at: u64,
    pub(super) bytes: u64,
    pub(super) name: String,
}

impl Command for Received {
    /// How much is here now.
    type Output = u64;

    async fn apply(&self, write: &mut Write) -> Result<u64> {
        write.unrecorded("the file is recorded once it is whole");
        let parts = upload_part::Entity::find()
            .filter(upload_part::Column::UploadId.eq(self.id.uuid()))
            .count(write.read().await?)
            .await
            .map_err(db)?;
        if usize::try_from(parts).map_err(Error::internal)? >= PARTS_MAX {
            return Err(Error::LimitReached {
                what: "parts of an upload",
                max: PARTS_MAX,
            });
        }
        let begins_at = i64::try_from(self.begins_at).map_err(Error::internal)?;
        let bytes = i64::try_from(self.bytes).map_err(Error::internal)?;
        let moved = upload::Entity::update_many()
            .col_expr(upload::Column::Received, Expr::value(begins_at + bytes))
            .filter(upload::Column::Id.eq(self.id.uuid()))
            .filter(upload::Column::Received.eq(begins_at))
            .exec(write.conn().await?)
            .await
            .map_err(db)?;
        if moved.rows_affected == 0 {
            return Err(super::queries::other_offset());
        }
        let part = upload_part::ActiveModel {
            upload_id: Set(self.id.uuid()),
            begins_at: Set(begins_at),
            bytes: Set(bytes),
            name: Set(self.name.clone()),
        };
        upload_part::Entity::insert(part)
            .exec_without_returning(write.conn().await?)
            .await
            .map_err(db)?;
        Ok((begins_at + bytes).unsigned_abs())
    }
}

/// Forgets an upload; its parts are discarded by whoever asks.
pub(super) struct Forget {
    pub(super) id: UploadId,
}

impl Command for Forget {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        write.unrecorded("the file is recorded once it is whole");
        upload::Entity::delete_by_id(self.id.uuid())
            .exec(write.conn().await?)
            .await
            .map(drop)
            .map_err(db)
    }
}

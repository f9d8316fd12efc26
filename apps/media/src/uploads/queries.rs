use entity::{upload, upload_part};
use kernel::{Error, Result, UploadId};
use platform::{Ctx, db};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

/// An upload of whoever asks; to everybody else there is none.
pub(super) async fn own(ctx: &Ctx, id: UploadId) -> Result<upload::Model> {
    let user = ctx.user_id()?;
    upload::Entity::find_by_id(id.uuid())
        .filter(upload::Column::UserId.eq(user.uuid()))
        .filter(upload::Column::ExpiresAt.gt(ctx.now()))
        .one(ctx.reader())
        .await
        .map_err(db)?
        .ok_or(Error::NotFound("upload"))
}

/// Its parts in their order.
pub(super) async fn parts(ctx: &Ctx, id: UploadId) -> Result<Vec<upload_part::Model>> {
    upload_part::Entity::find()
        .filter(upload_part::Column::UploadId.eq(id.uuid()))
        .order_by_asc(upload_part::Column::BeginsAt)
        .all(ctx.reader())
        .await
        .map_err(db)
}

pub(super) fn other_offset() -> Error {
    let sentence = "the upload goes on at another place; ask for its `Upload-Offset` and send from there";
    Error::Conflict(sentence.to_owned())
}

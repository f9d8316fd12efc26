use entity::{upload, upload_part};
use kernel::{Error, Permission, ProjectId, Result, UploadId};
use platform::{Ctx, db};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

/// An upload, for whoever may add files to its project.
pub(super) async fn writable(ctx: &Ctx, id: UploadId) -> Result<upload::Model> {
    const NO_UPLOAD: Error = Error::NotFound("upload");
    ctx.user_id()?;
    let row = upload::Entity::find_by_id(id.uuid())
        .filter(upload::Column::ExpiresAt.gt(ctx.now()))
        .one(ctx.reader())
        .await
        .map_err(db)?
        .ok_or(NO_UPLOAD)?;
    let project = ProjectId::from_uuid(row.project_id);
    match ctx.project(project, Permission::MEDIA_WRITE).await {
        Ok(_) => Ok(row),
        Err(Error::NotFound(_)) => Err(NO_UPLOAD),
        Err(error) => Err(error),
    }
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
    let sentence =
        "the upload goes on at another place; ask for its `Upload-Offset` and send from there";
    Error::Conflict(sentence.to_owned())
}

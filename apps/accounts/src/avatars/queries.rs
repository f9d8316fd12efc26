use entity::avatar;
use kernel::{Error, Result};
use platform::{Ctx, db, keys::token_hash};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

/// The picture at an address, and its media type.
pub(super) async fn get(ctx: &Ctx, token: &str) -> Result<(String, Vec<u8>)> {
    let row = avatar::Entity::find()
        .filter(avatar::Column::TokenHash.eq(token_hash(token)))
        .one(ctx.reader())
        .await
        .map_err(db)?
        .ok_or(Error::NotFound("picture"))?;
    Ok((row.media_type, row.picture))
}

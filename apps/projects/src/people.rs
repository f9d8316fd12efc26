//! People who are about to get something.

use entity::user;
use kernel::{Result, UserId};
use platform::{Write, db};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};

/// Whether it is known that somebody's e-mail address is theirs.
pub(crate) async fn is_confirmed(write: &mut Write, user: UserId) -> Result<bool> {
    let confirmed =
        user::Entity::find_by_id(user.uuid()).filter(user::Column::EmailVerifiedAt.is_not_null());
    let count = confirmed.count(write.read().await?).await.map_err(db)?;
    Ok(count > 0)
}

/// Whether somebody's account is neither deleted nor disabled.
pub(crate) async fn is_active(write: &mut Write, user: UserId) -> Result<bool> {
    let active = user::Entity::find_by_id(user.uuid())
        .filter(user::Column::DeletedAt.is_null())
        .filter(user::Column::DisabledAt.is_null());
    let count = active.count(write.read().await?).await.map_err(db)?;
    Ok(count > 0)
}

//! Finding people.

use entity::user;
use kernel::{Error, Result, UserId};
use platform::{Ctx, db};
use protocol::users::UserView;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::row::to_view;

/// Whoever is logged in.
pub async fn me(ctx: &Ctx) -> Result<UserView> {
    let row = by_id(ctx.reader(), ctx.user_id()?).await?;
    to_view(row, ctx.platform.settings.confirms_addresses())
}

/// The account of a credential that counts.
pub(crate) async fn by_id(conn: &impl ConnectionTrait, id: UserId) -> Result<user::Model> {
    user::Entity::find_by_id(id.uuid())
        .one(conn)
        .await
        .map_err(db)?
        .filter(is_active)
        .ok_or(Error::Unauthenticated)
}

/// The account with this address, if it may still be used.
pub(crate) async fn by_email(
    conn: &impl ConnectionTrait,
    email: &str,
) -> Result<Option<user::Model>> {
    let row = user::Entity::find()
        .filter(user::Column::Email.eq(email))
        .one(conn)
        .await
        .map_err(db)?;
    Ok(row.filter(is_active))
}

/// The account with this address, if it was shut out.
pub(crate) async fn disabled(
    conn: &impl ConnectionTrait,
    email: &str,
) -> Result<Option<user::Model>> {
    user::Entity::find()
        .filter(user::Column::Email.eq(email))
        .filter(user::Column::DeletedAt.is_null())
        .filter(user::Column::DisabledAt.is_not_null())
        .one(conn)
        .await
        .map_err(db)
}

/// All accounts but for those that were deleted, oldest first.
pub(crate) async fn all(conn: &impl ConnectionTrait, limit: u64) -> Result<Vec<user::Model>> {
    user::Entity::find()
        .filter(user::Column::DeletedAt.is_null())
        .order_by_asc(user::Column::Id)
        .limit(limit)
        .all(conn)
        .await
        .map_err(db)
}

fn is_active(row: &user::Model) -> bool {
    row.deleted_at.is_none() && row.disabled_at.is_none()
}

/// Whether there ever was an account.
pub(crate) async fn any(conn: &impl ConnectionTrait) -> Result<bool> {
    let first = user::Entity::find()
        .select_only()
        .column(user::Column::Id)
        .limit(1)
        .into_tuple::<Uuid>()
        .one(conn)
        .await
        .map_err(db)?;
    Ok(first.is_some())
}

//! Spare keys: credentials that outlive a session and a password. Whoever shuts a stranger out has to
//! end these, too.

use entity::user;
use kernel::{Result, UserId};
use platform::{Write, db};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};

use crate::tokens;

/// Ends all API tokens of an account, and an enrolment of a second factor that nobody confirmed.
/// Whoever calls this lets liveness forget once the write is committed.
pub(super) async fn end(write: &mut Write, user: UserId) -> Result<()> {
    tokens::revoke_all(write, user).await?;
    user::Entity::update_many()
        .col_expr(user::Column::TotpSecret, Expr::value(None::<Vec<u8>>))
        .col_expr(user::Column::TotpLastStep, Expr::value(None::<i64>))
        .filter(user::Column::Id.eq(user.uuid()))
        .filter(user::Column::TotpConfirmedAt.is_null())
        .exec(write.conn().await?)
        .await
        .map(drop)
        .map_err(db)
}

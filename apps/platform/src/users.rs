//! Users, as everything below the accounts sees them.

use entity::user;
use sea_orm::{ColumnTrait, ExprTrait, sea_query::SimpleExpr};

/// Neither deleted nor disabled.
pub(crate) fn user_is_active() -> SimpleExpr {
    user::Column::DeletedAt
        .is_null()
        .and(user::Column::DisabledAt.is_null())
}

/// The name others see: the username, else the full name, else what stands before the `@`.
#[must_use]
pub fn public_name(user: &user::Model) -> String {
    if let Some(username) = &user.username {
        return username.clone();
    }
    let full: Vec<&str> = [&user.first_name, &user.last_name]
        .into_iter()
        .flatten()
        .map(String::as_str)
        .collect();
    if !full.is_empty() {
        return full.join(" ");
    }
    user.email.split('@').next().unwrap_or_default().to_owned()
}

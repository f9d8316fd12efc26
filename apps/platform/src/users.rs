//! Users, as everything below the accounts sees them.

use entity::user;
use sea_orm::{ColumnTrait, ExprTrait, sea_query::SimpleExpr};

/// Neither deleted nor disabled.
#[must_use]
pub fn user_is_active() -> SimpleExpr {
    user::Column::DeletedAt
        .is_null()
        .and(user::Column::DisabledAt.is_null())
}

/// How much of an id stands in the name of somebody who has chosen none.
const NAME_DIGITS: usize = 6;

/// The name others see: the username, else the full name, else one made from the id, but never a part
/// of the address.
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
    let digits = user.id.simple().to_string();
    let place = digits.len().saturating_sub(NAME_DIGITS);
    format!("user-{}", digits.get(place..).unwrap_or_default())
}

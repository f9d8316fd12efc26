//! From the table's row to what its owner sees.

use entity::user;
use kernel::{Error, Result};
use protocol::{preferences::Preferences, users::UserView};

/// `confirms` is what the settings say of addresses.
pub(crate) fn to_view(row: user::Model, confirms: bool) -> Result<UserView> {
    let user::Model {
        id,
        email,
        email_verified_at,
        username,
        username_key: _,
        password_hash: _,
        first_name,
        last_name,
        avatar,
        preferences,
        instructions,
        totp_secret: _,
        totp_confirmed_at,
        totp_last_step: _,
        disabled_at: _,
        created_at,
        updated_at,
        deleted_at: _,
    } = row;
    let instructions = instructions.map(serde_json::from_value).transpose();
    Ok(UserView {
        id: id.into(),
        email,
        email_verified: email_verified_at.is_some(),
        is_confirmation_due: confirms && email_verified_at.is_none(),
        username,
        first_name,
        last_name,
        avatar,
        preferences: Preferences::stored(preferences.as_ref()),
        instructions: instructions.map_err(Error::internal)?.unwrap_or_default(),
        totp_enabled: totp_confirmed_at.is_some(),
        created_at: created_at.into(),
        updated_at: updated_at.into(),
    })
}

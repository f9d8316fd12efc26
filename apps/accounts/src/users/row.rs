//! From the table's row to what its owner sees.

use entity::user;
use kernel::{Error, Result};
use platform::Settings;
use protocol::{preferences::Preferences, users::UserView};

pub(crate) fn to_view(row: user::Model, settings: &Settings) -> Result<UserView> {
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
    let is_confirmed = email_verified_at.is_some();
    let instructions = instructions.map(serde_json::from_value).transpose();
    Ok(UserView {
        id: id.into(),
        is_operator: is_confirmed && settings.is_operator(&email),
        email,
        email_verified: is_confirmed,
        is_confirmation_due: !is_confirmed && settings.confirms_addresses(),
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

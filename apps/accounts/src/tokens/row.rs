//! From the table's row to what its owner sees.

use entity::api_token;
use kernel::{Error, Result};
use protocol::tokens::TokenView;

pub(super) fn to_view(row: api_token::Model) -> Result<TokenView> {
    let api_token::Model {
        id,
        user_id: _,
        name,
        hint,
        token_hash: _,
        scopes,
        expires_at,
        last_used_at,
        revoked_at: _,
        created_at,
    } = row;
    Ok(TokenView {
        id: id.into(),
        name,
        hint,
        scopes: serde_json::from_value(scopes).map_err(Error::internal)?,
        created_at: created_at.into(),
        expires_at: expires_at.into(),
        last_used_at: last_used_at.map(Into::into),
    })
}

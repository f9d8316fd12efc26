//! The tokens of invitations, which are stored nowhere: they are made again from the invitation's id.

use entity::invitation;
use kernel::InvitationId;
use platform::{
    Platform,
    keys::{Keys, token_hash},
};

const DERIVED: &str = "invitation";

/// The token of a new invitation.
pub(super) fn token(keys: &Keys, id: InvitationId) -> String {
    keys.derived_token(DERIVED, id.uuid().as_bytes())
}

/// The token of an invitation that is there, and the name of the key that it was made with.
pub(super) fn token_of<'a>(keys: &'a Keys, row: &invitation::Model) -> Option<(String, &'a str)> {
    let is_it = |token: &str| token_hash(token) == row.token_hash;
    keys.derived_before(DERIVED, row.id.as_bytes(), is_it)
}

/// Where an invitation is accepted in the browser.
pub(super) fn link(platform: &Platform, token: &str) -> String {
    format!("{}/invitations/{token}", platform.settings.public_url())
}

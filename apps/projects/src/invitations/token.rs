//! The tokens of invitations, which are stored nowhere.

use kernel::InvitationId;
use platform::keys;

/// The token of an invitation: made again from its id, so that only the mail holds it in clear.
pub(super) fn token(keys: &keys::Keys, id: InvitationId) -> String {
    keys.derived_token("invitation", id.uuid().as_bytes())
}

use entity::push_subscription;
use kernel::SessionId;
use protocol::push::PushDeviceView;

use super::server_key::ServerKey;

pub(super) fn to_view(
    row: push_subscription::Model,
    session: SessionId,
    used: Option<&ServerKey>,
) -> PushDeviceView {
    let push_subscription::Model {
        id,
        user_id: _,
        session_id,
        endpoint: _,
        p256dh: _,
        auth: _,
        server_key,
        label,
        created_at,
        last_used_at,
    } = row;
    PushDeviceView {
        id: id.into(),
        label,
        created_at: created_at.into(),
        last_used_at: last_used_at.map(Into::into),
        current: session_id == session.uuid(),
        outdated: used.is_some_and(|used| used.public != server_key),
    }
}

use entity::notification;
use protocol::notifications::NotificationView;

use crate::kinds;

pub(crate) fn to_view(row: notification::Model) -> NotificationView {
    let notification::Model {
        id,
        user_id: _,
        kind,
        priority,
        title,
        message,
        data,
        project_id,
        node_id,
        cause: _,
        read,
        read_at,
        mail_at: _,
        mailed_at: _,
        push_at: _,
        pushed_at: _,
        created_at,
        expires_at,
    } = row;
    NotificationView {
        id: id.into(),
        kind: kinds::read(kind),
        priority: kinds::read_priority(priority),
        title,
        message,
        data,
        project_id: project_id.map(Into::into),
        node_id: node_id.map(Into::into),
        read,
        read_at: read_at.map(Into::into),
        created_at: created_at.into(),
        expires_at: expires_at.map(Into::into),
    }
}

use entity::notification_inbox;
use kernel::{Result, UserId};
use platform::{Ctx, db};
use protocol::notifications::{NotificationPreferences, NotificationType};
use sea_orm::EntityTrait;

use crate::{kinds, people};

/// What was chosen, and what is usual for the rest.
pub(super) async fn get(ctx: &Ctx, user: UserId) -> Result<NotificationPreferences> {
    let inbox = notification_inbox::Entity::find_by_id(user.uuid())
        .one(ctx.reader())
        .await
        .map_err(db)?;
    let chosen = people::wanted(inbox.and_then(|inbox| inbox.preferences).as_ref());
    Ok(filled(chosen))
}

pub(super) fn filled(chosen: NotificationPreferences) -> NotificationPreferences {
    let mut filled = chosen;
    for kind in NotificationType::ALL {
        filled.types.entry(kind).or_insert(kinds::of(kind).ways);
    }
    filled
}

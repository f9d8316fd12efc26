//! Telling every device of a person, on whichever instance its socket is.

use kernel::{Result, UserId};
use platform::{
    Platform,
    bus::{EphemeralKind, Topic},
};
use protocol::notifications::{NotificationView, UnreadCount};
use serde::Serialize;

/// How many entries go in one message of the bus.
const ENTRIES_PER_MESSAGE: usize = 50;

/// Something new for a person, or how much of it they have not read.
#[derive(Debug, Serialize)]
pub(crate) struct Told {
    pub(crate) user: UserId,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) notification: Option<NotificationView>,
    /// Whether it may be shown at once.
    pub(crate) browser: bool,
    /// Whether their devices are told of it by push.
    pub(crate) pushed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) count: Option<UnreadCount>,
}

impl Told {
    pub(crate) fn count(user: UserId, count: UnreadCount) -> Self {
        Self {
            user,
            notification: None,
            browser: false,
            pushed: false,
            count: Some(count),
        }
    }
}

/// What is lost on the way is in the list, and the next count says all.
pub(crate) fn tell(platform: &Platform, told: &[Told]) -> Result<()> {
    #[derive(Serialize)]
    struct People<'a> {
        people: &'a [Told],
    }
    for people in told.chunks(ENTRIES_PER_MESSAGE) {
        let payload = serde_json::to_vec(&People { people }).map_err(kernel::Error::internal)?;
        let kind = EphemeralKind::Notification;
        platform
            .bus
            .tell_everyone(Topic::People, kind, payload.into());
    }
    Ok(())
}

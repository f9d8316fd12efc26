//! The jobs that follow, apart from how they are done.

use kernel::{NotificationId, PushSubscriptionId, UserId};
use platform::{Job, Queue};
use serde::{Deserialize, Serialize};

/// Mails a person what is due.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct MailDue {
    pub(crate) user: UserId,
}

impl Job for MailDue {
    const KIND: &'static str = "notifications.mail";
    const QUEUE: Queue = Queue::Mail;
}

/// Hands what is due to each device of a person.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct PushDue {
    pub(crate) user: UserId,
}

impl Job for PushDue {
    const KIND: &'static str = "notifications.push";
    const QUEUE: Queue = Queue::Short;
}

/// Tells one device, which may be tried again without telling the others twice.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct PushTo {
    pub(crate) device: PushSubscriptionId,
    pub(crate) told: Vec<NotificationId>,
}

impl Job for PushTo {
    const KIND: &'static str = "notifications.push-to";
    const QUEUE: Queue = Queue::Push;
}

//! The job that mails, apart from how it is done.

use kernel::UserId;
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

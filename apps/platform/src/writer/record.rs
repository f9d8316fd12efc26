//! What the audit says.

use std::borrow::Cow;

use serde_json::Value;
use uuid::Uuid;

/// What the audit says of a change that is not an event.
#[derive(Clone, Debug)]
pub struct Record {
    /// What was done, such as `session.revoke`.
    pub action: Cow<'static, str>,
    /// What kind of projection it was done to.
    pub subject: &'static str,
    pub subject_id: Option<Uuid>,
    pub detail: Option<Value>,
}

impl Record {
    #[must_use]
    pub fn new(action: &'static str, subject: &'static str, subject_id: Uuid) -> Self {
        Self {
            action: Cow::Borrowed(action),
            subject,
            subject_id: Some(subject_id),
            detail: None,
        }
    }
}

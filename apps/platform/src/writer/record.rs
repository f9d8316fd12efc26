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
    /// What was so before and is so now; of both the audit keeps the fields that `kept` names.
    pub old: Option<Value>,
    pub new: Option<Value>,
}

impl Record {
    #[must_use]
    pub fn new(action: &'static str, subject: &'static str, subject_id: Uuid) -> Self {
        Self::about(action, subject, Some(subject_id))
    }

    /// The same where it is not always known, or no single one.
    #[must_use]
    pub fn about(
        action: impl Into<Cow<'static, str>>,
        subject: &'static str,
        subject_id: Option<Uuid>,
    ) -> Self {
        Self {
            action: action.into(),
            subject,
            subject_id,
            detail: None,
            old: None,
            new: None,
        }
    }

    /// Says what changed: objects with the fields that did.
    #[must_use]
    pub fn changed(mut self, old: Value, new: Value) -> Self {
        self.old = Some(old);
        self.new = Some(new);
        self
    }

    /// Says what there is now that was not there before.
    #[must_use]
    pub fn with(mut self, new: Value) -> Self {
        self.new = Some(new);
        self
    }
}

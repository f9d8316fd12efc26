//! Notifications: what people are told, what they have read of it, and what they want to be told.

use std::collections::BTreeMap;

use chrono::NaiveTime;
use kernel::{NodeId, NotificationId, ProjectId};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use crate::{preferences::Notifications, values::Timestamp};

/// How many are kept of one person; the oldest go first.
pub const NOTIFICATIONS_PER_PERSON_MAX: usize = 1_000;
/// For how many projects a person may choose something else than for all.
pub const PROJECTS_CHOSEN_MAX: usize = 200;

/// What somebody is told of.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum NotificationType {
    /// Somebody invites to a project.
    ProjectInvite,
    /// Somebody made one a member of a project.
    ProjectShare,
    /// An answer that one asked for and did not sit and wait for.
    NodeGenerated,
    /// An answer that one asked for failed; or a provider refuses the key, which who owns the project hears.
    NodeError,
    /// A task that one started is done.
    AgentCompleted,
    /// A task that one started failed.
    AgentFailed,
    CollaborationJoined,
    CollaborationLeft,
    /// Something about the server or about a project itself, such as that somebody else owns it now.
    System,
    /// Somebody mentioned one in a text.
    Mention,
    /// A budget is nearly or wholly used up.
    Budget,
    /// A task that one started waits for an answer.
    TaskWaiting,
    InviteAccepted,
}

impl NotificationType {
    pub const ALL: [Self; 13] = [
        Self::ProjectInvite,
        Self::ProjectShare,
        Self::NodeGenerated,
        Self::NodeError,
        Self::AgentCompleted,
        Self::AgentFailed,
        Self::CollaborationJoined,
        Self::CollaborationLeft,
        Self::System,
        Self::Mention,
        Self::Budget,
        Self::TaskWaiting,
        Self::InviteAccepted,
    ];
}

/// How much it matters. What is urgent is mailed in quiet hours, too.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    ToSchema,
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum NotificationPriority {
    Low,
    #[default]
    Medium,
    High,
    Urgent,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NotificationView {
    pub id: NotificationId,
    #[serde(rename = "type")]
    pub kind: NotificationType,
    pub priority: NotificationPriority,
    /// In the language that the person had chosen when it was made.
    pub title: String,
    pub message: String,
    /// What the words were made from, such as `by`, `project`, `taskId`, `generation`, `code`.
    #[schema(required)]
    pub data: Option<Value>,
    #[schema(required)]
    pub project_id: Option<ProjectId>,
    #[schema(required)]
    pub node_id: Option<NodeId>,
    pub read: bool,
    #[schema(required)]
    pub read_at: Option<Timestamp>,
    pub created_at: Timestamp,
    /// When it is forgotten.
    #[schema(required)]
    pub expires_at: Option<Timestamp>,
}

/// A page of one's notifications, the latest first, and how many of all one has not read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct InboxView {
    pub items: Vec<NotificationView>,
    /// Pass it as `cursor` to go on; null at the end.
    #[schema(required)]
    pub next_cursor: Option<String>,
    #[serde(flatten)]
    pub count: UnreadCount,
}

/// How many notifications a person has not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UnreadCount {
    pub unread: u64,
    /// Of two counts the one with more is the later one.
    pub version: i64,
}

#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct NotificationsQuery {
    /// How many items at most.
    #[param(minimum = 1, maximum = 200, default = 50)]
    pub limit: Option<u64>,
    /// The `nextCursor` of the page before.
    pub cursor: Option<String>,
    /// Only those that are not read, or only those that are.
    pub unread: Option<bool>,
    /// Only those of this project.
    pub project: Option<ProjectId>,
}

/// Which notifications are read.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReadAll {
    /// Only those of this project; all if it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub project_id: Option<ProjectId>,
}

/// The link at the end of a mail.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct UnsubscribeQuery {
    pub token: String,
}

/// How much of a project somebody wants to be told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum NotificationLevel {
    #[default]
    All,
    /// Only where one is mentioned.
    Mentions,
    None,
}

/// Whether mails are gathered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum Digest {
    /// Each thing is mailed when it happens.
    #[default]
    None,
    /// At eight in the morning.
    Daily,
    /// On Mondays at eight in the morning.
    Weekly,
}

/// A time of day such as `22:00`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$")]
pub struct TimeOfDay(NaiveTime);

impl TimeOfDay {
    #[must_use]
    pub fn get(self) -> NaiveTime {
        self.0
    }
}

const TIME_CHARS: usize = "22:00".len();

impl TryFrom<String> for TimeOfDay {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, &'static str> {
        NaiveTime::parse_from_str(&text, "%H:%M")
            .ok()
            .filter(|_| text.len() == TIME_CHARS)
            .map(Self)
            .ok_or("must be a time of day such as 22:00")
    }
}

impl From<TimeOfDay> for String {
    fn from(TimeOfDay(time): TimeOfDay) -> Self {
        time.format("%H:%M").to_string()
    }
}

/// When nothing is mailed or shown by itself, in the person's time zone. They may go over midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct QuietHours {
    pub from: TimeOfDay,
    /// Until then, and not at it.
    pub to: TimeOfDay,
}

/// By which ways somebody is told of each type of things. A way that is off in `preferences.notifications` of the
/// account is off for all of them.
pub type WaysByType = BTreeMap<NotificationType, Notifications>;

/// What somebody wants to be told. All of it is replaced; types that are left out are as usual.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NotificationPreferences {
    #[serde(default)]
    #[schema(value_type = BTreeMap<String, Notifications>)]
    pub types: WaysByType,
    /// At most 200.
    #[serde(default)]
    #[schema(max_items = 200)]
    pub projects: Vec<ProjectNotifications>,
    #[serde(default)]
    pub quiet_hours: Option<QuietHours>,
    #[serde(default)]
    pub digest: Digest,
}

/// What is otherwise in one project.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ProjectNotifications {
    pub project_id: ProjectId,
    #[serde(default)]
    pub level: NotificationLevel,
    /// Those that are left out are as everywhere.
    #[serde(default)]
    #[schema(value_type = BTreeMap<String, Notifications>)]
    pub types: WaysByType,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_time_of_day_has_one_spelling() {
        for (text, is_one) in [
            ("22:00", true),
            ("00:00", true),
            ("7:00", false),
            ("24:00", false),
            ("22:00:00", false),
            ("", false),
        ] {
            let read = serde_json::from_value::<TimeOfDay>(json!(text));
            assert_eq!(read.is_ok(), is_one, "{text}");
            if let Ok(time) = read {
                assert_eq!(json!(time), json!(text));
            }
        }
    }
}

//! Schedules: when agents begin tasks by themselves.

use kernel::{AgentId, NodeId, ScheduleId, UserId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::values::{Cron, Tag, TaskName, TaskPrompt, TimeZone, Timestamp};

pub const SCHEDULES_PER_PROJECT_MAX: usize = 100;
/// How many tasks a schedule begins in an hour unless it says otherwise, and at most.
pub const PER_HOUR_DEFAULT: u32 = 10;
pub const PER_HOUR_MAX: u32 = 60;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum ScheduleKind {
    Cron,
    Once,
    Event,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum TriggerEvent {
    /// A node has its answer.
    NodeCompleted,
    /// What a node's answer rests on has changed.
    NodeStale,
    /// The agent is mentioned in a prompt, as in `@critic`.
    Mention,
    /// A node is given the tag that `tag` names, when it is made or later.
    NodeTagged,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ScheduleView {
    pub id: ScheduleId,
    pub agent_id: AgentId,
    #[schema(required)]
    pub node_id: Option<NodeId>,
    pub name: String,
    pub prompt: String,
    pub kind: ScheduleKind,
    #[schema(required)]
    pub cron: Option<String>,
    pub timezone: String,
    #[schema(required)]
    pub event: Option<TriggerEvent>,
    /// Which tag begins tasks; null unless `event` is NODE_TAGGED.
    #[schema(required)]
    pub tag: Option<String>,
    pub paused: bool,
    pub per_hour_max: u32,
    #[schema(required)]
    pub next_run_at: Option<Timestamp>,
    #[schema(required)]
    pub last_run_at: Option<Timestamp>,
    /// Why the last task could not be begun.
    #[schema(required)]
    pub last_error: Option<String>,
    pub created_by: UserId,
    pub version: i64,
}

/// When: by the clock, once, or on an event.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateSchedule {
    pub agent_id: AgentId,
    /// Where its tasks stand; with an event, the only node whose events count. If it is a frame, those of the nodes that it
    /// holds count as well.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub node_id: Option<NodeId>,
    pub name: TaskName,
    pub prompt: TaskPrompt,
    /// Give one of `cron`, `at` and `event`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cron: Option<Cron>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event: Option<TriggerEvent>,
    /// Of NODE_TAGGED: which tag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tag: Option<Tag>,
    /// Of `cron`; that of the person's preferences if it is left out, or else UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timezone: Option<TimeZone>,
    /// How many tasks it begins in an hour at most: 1 to 60, 10 if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per_hour_max: Option<u32>,
}

/// The fields to change; those left out stay as they are.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PatchSchedule {
    #[serde(
        default,
        with = "::serde_with::rust::unwrap_or_skip",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(nullable = false)]
    pub name: Option<TaskName>,
    #[serde(
        default,
        with = "::serde_with::rust::unwrap_or_skip",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(nullable = false)]
    pub prompt: Option<TaskPrompt>,
    #[serde(
        default,
        with = "::serde_with::rust::unwrap_or_skip",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(nullable = false)]
    pub cron: Option<Cron>,
    #[serde(
        default,
        with = "::serde_with::rust::unwrap_or_skip",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(nullable = false)]
    pub timezone: Option<TimeZone>,
    #[serde(
        default,
        with = "::serde_with::rust::unwrap_or_skip",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(nullable = false)]
    pub paused: Option<bool>,
    #[serde(
        default,
        with = "::serde_with::rust::unwrap_or_skip",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(nullable = false)]
    pub per_hour_max: Option<u32>,
}

//! Agents: those of a person, and their places in projects.

mod slug;

use kernel::{AgentId, Role, UserId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    budgets::{Dollars, Tokens},
    values::{
        AgentDescription, AgentIcon, AgentName, AgentPrompt, AgentRole, AgentType, ChangeNote,
        Color, Metadata, ModelId, OutputTokens, Temperature, Timestamp, TopP,
    },
};

pub use slug::Slug;

pub const AGENTS_PER_USER_MAX: usize = 100;
pub const AGENTS_PER_PROJECT_MAX: usize = 50;
/// How many messages of its task an agent is sent again at most.
pub const CONTEXT_WINDOW_MAX: u32 = 200;

/// What an agent is doing, told from its tasks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum AgentStatus {
    Idle,
    Running,
    Completed,
    Failed,
    Cancelled,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AgentView {
    pub id: AgentId,
    pub name: String,
    /// What it is mentioned by, as in `@critic`.
    pub slug: String,
    #[schema(required)]
    pub description: Option<String>,
    pub r#type: String,
    #[schema(required)]
    pub role: Option<String>,
    pub icon: String,
    pub color: String,
    /// Whether it may be given anything to do.
    pub is_active: bool,
    pub system_prompt: String,
    /// Which version of its prompt that is.
    pub prompt_version: i64,
    /// The model it asks; null means the project's, or the server's.
    #[schema(required)]
    pub model: Option<String>,
    #[schema(required)]
    pub fallback_model: Option<String>,
    /// How many messages of a task it is sent again.
    pub context_window_size: u32,
    pub max_tokens: u32,
    pub temperature: f64,
    #[schema(required)]
    pub top_p: Option<f64>,
    #[schema(required)]
    pub config: Option<serde_json::Value>,
    pub status: AgentStatus,
    pub version: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateAgent {
    pub name: AgentName,
    /// Made from the name if it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slug: Option<Slug>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<AgentDescription>,
    pub r#type: AgentType,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<AgentRole>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub icon: Option<AgentIcon>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub color: Option<Color>,
    /// That of its type if it is left out; types that the server does not know need one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub system_prompt: Option<AgentPrompt>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<ModelId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fallback_model: Option<ModelId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub context_window_size: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_tokens: Option<OutputTokens>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub temperature: Option<Temperature>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub top_p: Option<TopP>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub config: Option<Metadata>,
}

/// The fields to change; those left out stay as they are, null empties one.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PatchAgent {
    #[serde(
        default,
        with = "::serde_with::rust::unwrap_or_skip",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(nullable = false)]
    pub name: Option<AgentName>,
    #[serde(
        default,
        with = "::serde_with::rust::double_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub description: Option<Option<AgentDescription>>,
    #[serde(
        default,
        with = "::serde_with::rust::double_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub role: Option<Option<AgentRole>>,
    #[serde(
        default,
        with = "::serde_with::rust::unwrap_or_skip",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(nullable = false)]
    pub icon: Option<AgentIcon>,
    #[serde(
        default,
        with = "::serde_with::rust::unwrap_or_skip",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(nullable = false)]
    pub color: Option<Color>,
    #[serde(
        default,
        with = "::serde_with::rust::unwrap_or_skip",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(nullable = false)]
    pub is_active: Option<bool>,
    /// Makes a new version.
    #[serde(
        default,
        with = "::serde_with::rust::unwrap_or_skip",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(nullable = false)]
    pub system_prompt: Option<AgentPrompt>,
    /// Why the prompt is changed; kept with the version.
    #[serde(
        default,
        with = "::serde_with::rust::unwrap_or_skip",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(nullable = false)]
    pub change_note: Option<ChangeNote>,
    #[serde(
        default,
        with = "::serde_with::rust::double_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub model: Option<Option<ModelId>>,
    #[serde(
        default,
        with = "::serde_with::rust::double_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub fallback_model: Option<Option<ModelId>>,
    #[serde(
        default,
        with = "::serde_with::rust::unwrap_or_skip",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(nullable = false)]
    pub context_window_size: Option<u32>,
    #[serde(
        default,
        with = "::serde_with::rust::unwrap_or_skip",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(nullable = false)]
    pub max_tokens: Option<OutputTokens>,
    #[serde(
        default,
        with = "::serde_with::rust::unwrap_or_skip",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(nullable = false)]
    pub temperature: Option<Temperature>,
    #[serde(
        default,
        with = "::serde_with::rust::double_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub top_p: Option<Option<TopP>>,
    #[serde(
        default,
        with = "::serde_with::rust::double_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub config: Option<Option<Metadata>>,
}

/// A kind of agent that the server knows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AgentTypeView {
    pub r#type: String,
    pub name: String,
    pub description: String,
    pub icon: String,
    pub color: String,
    pub system_prompt: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AgentTypes {
    pub items: Vec<AgentTypeView>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PromptVersionView {
    pub version: i64,
    pub system_prompt: String,
    #[schema(required)]
    pub change_note: Option<String>,
    /// Null once that account is gone.
    #[schema(required)]
    pub created_by: Option<UserId>,
    pub created_at: Timestamp,
    /// Word by word, what became of the version before; none for the first.
    pub changes: Vec<WordChange>,
}

/// A run of words that stayed, went or came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WordChange {
    pub kind: WordChangeKind,
    pub text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum WordChangeKind {
    Same,
    Removed,
    Added,
}

/// Whether what an agent does happens at once, or waits for somebody who accepts it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum AgentMode {
    Apply,
    Propose,
}

/// What an agent may use up in a project on one day, in UTC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AgentBudget {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tokens_per_day: Option<Tokens>,
    /// In US dollars.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost_per_day: Option<Dollars>,
}

/// An agent in a project.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProjectAgentView {
    pub agent_id: AgentId,
    pub name: String,
    pub slug: String,
    pub r#type: String,
    pub icon: String,
    pub color: String,
    pub role: Role,
    pub mode: AgentMode,
    pub paused: bool,
    pub budget: AgentBudget,
    /// The servers outside whose tools it may use, by their names on the operator's list.
    pub tool_servers: Vec<String>,
    pub added_by: UserId,
    pub status: AgentStatus,
    pub version: i64,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AddAgent {
    /// One of one's own.
    pub agent_id: AgentId,
    /// Not above one's own role.
    pub role: Role,
    #[serde(default = "apply")]
    #[schema(default = "APPLY")]
    pub mode: AgentMode,
    #[serde(default)]
    pub budget: AgentBudget,
    /// The servers outside whose tools it may use, by their names on the operator's list.
    #[serde(default)]
    #[schema(max_items = 8)]
    pub tool_servers: Vec<String>,
}

fn apply() -> AgentMode {
    AgentMode::Apply
}

/// The one switch for all agents of a project.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PauseAgents {
    /// Their tasks stop after their step, and new ones wait.
    pub paused: bool,
}

/// The fields to change; those left out stay as they are.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PatchProjectAgent {
    #[serde(
        default,
        with = "::serde_with::rust::unwrap_or_skip",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(nullable = false)]
    pub role: Option<Role>,
    #[serde(
        default,
        with = "::serde_with::rust::unwrap_or_skip",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(nullable = false)]
    pub mode: Option<AgentMode>,
    /// Its tasks stop after their step, and new ones wait.
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
    pub budget: Option<AgentBudget>,
    /// All of them, in place of those before.
    #[serde(
        default,
        with = "::serde_with::rust::unwrap_or_skip",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(nullable = false, max_items = 8)]
    pub tool_servers: Option<Vec<String>>,
}

/// What an agent has done, over all its tasks and the answers that they asked for, and for each day.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AgentStatistics {
    pub agent_id: AgentId,
    /// Tasks.
    pub total_conversations: i64,
    pub total_messages: i64,
    pub user_messages: i64,
    pub assistant_messages: i64,
    pub total_tokens_used: i64,
    /// From the beginning of a task to its end, in milliseconds; null before the first has ended.
    #[schema(required)]
    pub avg_response_time_ms: Option<i64>,
    #[schema(required)]
    pub last_conversation_date: Option<Timestamp>,
    /// In US dollars.
    pub total_cost: f64,
    pub completed: i64,
    pub failed: i64,
    pub cancelled: i64,
    pub ratings: AgentRatings,
    /// The last days, oldest first, those without tasks included.
    pub days: Vec<AgentDay>,
}

/// What people said of the answers that an agent's tasks asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AgentRatings {
    /// How many gave a rating.
    pub count: i64,
    /// From 1 to 5; null without ratings.
    #[schema(required)]
    pub mean: Option<f64>,
    /// How many of those who said whether an answer was helpful found it so, from 0 to 1; null if nobody said.
    #[schema(required)]
    pub helpful_share: Option<f64>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AgentDay {
    /// In UTC, as `2026-01-31`.
    pub date: String,
    pub tasks: i64,
    pub tokens: i64,
    pub cost: f64,
}

#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct StatisticsQuery {
    /// How many days are told one by one: 1 to 90, 30 if left out.
    pub days: Option<u32>,
}

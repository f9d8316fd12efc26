//! Tasks: what agents are asked to do, and how far they are.

use kernel::{AgentId, ChangeSetId, NodeId, ProjectId, ScheduleId, TaskId, UserId};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use crate::{
    budgets::{Dollars, Tokens},
    values::{AgentDescription, Metadata, TaskName, TaskPrompt, Timestamp},
};

/// How many tasks of a project wait or run at most.
pub const OPEN_TASKS_PER_PROJECT_MAX: usize = 500;
pub const STEPS_DEFAULT: u32 = 30;
pub const STEPS_MAX: u32 = 200;
pub const TASK_TOKENS_DEFAULT: i64 = 200_000;
pub const TASK_COST_DEFAULT: f64 = 1.0;
/// How long a task may work; it is counted anew when a person has answered.
pub const SECONDS_DEFAULT: u32 = 600;
pub const SECONDS_MAX: u32 = 24 * 60 * 60;
/// How many nodes a task may be about besides the one it is at.
pub const TASK_NODES_MAX: usize = 200;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum TaskStatus {
    /// Not begun.
    Pending,
    Running,
    /// For a person: see `waitingFor`.
    Waiting,
    Completed,
    Failed,
    Cancelled,
}

impl TaskStatus {
    #[must_use]
    pub fn is_over(self) -> bool {
        match self {
            Self::Completed | Self::Failed | Self::Cancelled => true,
            Self::Pending | Self::Running | Self::Waiting => false,
        }
    }
}

/// What began a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum TaskOrigin {
    Person,
    Agent,
    Schedule,
    Event,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TaskView {
    pub id: TaskId,
    pub project_id: ProjectId,
    pub agent_id: AgentId,
    pub agent_name: String,
    /// The node it is about; null for the whole project, and once the node is gone.
    #[schema(required)]
    pub node_id: Option<NodeId>,
    pub name: String,
    #[schema(required)]
    pub description: Option<String>,
    pub prompt: String,
    pub status: TaskStatus,
    /// `{"text"}`, once it has ended well.
    #[schema(required)]
    pub result: Option<Value>,
    #[schema(required)]
    pub error: Option<TaskError>,
    #[schema(required)]
    pub waiting_for: Option<WaitingFor>,
    #[schema(required)]
    pub metadata: Option<Value>,
    /// In whose name it runs.
    pub requested_by: UserId,
    pub origin: TaskOrigin,
    #[schema(required)]
    pub parent_task_id: Option<TaskId>,
    #[schema(required)]
    pub schedule_id: Option<ScheduleId>,
    /// What it changed, as one.
    #[schema(required)]
    pub change_set_id: Option<ChangeSetId>,
    pub priority: i64,
    #[schema(required)]
    pub deadline: Option<Timestamp>,
    pub limits: TaskLimitsView,
    pub used: TaskUsed,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    #[schema(required)]
    pub started_at: Option<Timestamp>,
    #[schema(required)]
    pub completed_at: Option<Timestamp>,
}

/// Why a task failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TaskError {
    /// A stable word.
    pub code: String,
    pub detail: String,
}

/// What a person is to say before a task goes on: with `POST …/messages`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WaitingFor {
    pub kind: WaitingKind,
    /// The tool whose effect is not known, so that clients can ask in their own language.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tool: Option<String>,
    pub question: String,
    /// Answers that the agent suggests.
    #[serde(default)]
    pub choices: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum WaitingKind {
    /// The agent asks.
    Question,
    /// Whether a tool outside of the server did its work is not known: the server stopped meanwhile.
    UnknownEffect,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TaskLimitsView {
    pub steps: u32,
    pub tokens: i64,
    /// In US dollars.
    pub cost: f64,
    pub seconds: u32,
}

/// What a task has used up, the answers that it asked for included.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TaskUsed {
    pub steps: i64,
    pub tokens_in: i64,
    pub tokens_out: i64,
    /// In US dollars.
    pub cost: f64,
}

/// How much a task may use up. What is left out has a default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TaskLimits {
    /// Answers of the model and uses of tools: 1 to 200, 30 if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub steps: Option<u32>,
    /// At least 1, 200,000 if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tokens: Option<Tokens>,
    /// US dollars: 1 if left out. 0 is for agents whose models cost nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost: Option<Dollars>,
    /// 1 to 86,400, 600 if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seconds: Option<u32>,
}

/// Gives an agent something to do.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StartTask {
    pub agent_id: AgentId,
    /// Where it stands: it sees what is near first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub node_id: Option<NodeId>,
    /// What is selected: it is told of these nodes before all others.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub selection: Vec<NodeId>,
    /// The beginning of the prompt if it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<TaskName>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<AgentDescription>,
    pub prompt: TaskPrompt,
    /// Those with more go first: -100 to 100.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<i16>,
    /// It fails if it is not done by then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deadline: Option<Timestamp>,
    #[serde(default)]
    pub limits: TaskLimits,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Metadata>,
}

/// Which task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TaskRef {
    pub task_id: TaskId,
}

/// What a person says to a task: it hears it at its next step.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TaskMessage {
    pub text: TaskPrompt,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum StepKind {
    /// The model spoke, and maybe asked for tools.
    Model,
    /// A tool was used.
    Tool,
    /// A person spoke.
    Message,
    /// The server told the agent something.
    Note,
}

/// One step of a task.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StepView {
    pub number: i64,
    pub kind: StepKind,
    /// `MODEL`: `{model,text,calls}`; `TOOL`: `{call,name,text,isError}`; `MESSAGE`: `{by,text}`; `NOTE`: `{text}`.
    pub content: Value,
    pub tokens_in: i64,
    pub tokens_out: i64,
    /// In US dollars.
    pub cost: f64,
    pub created_at: Timestamp,
}

#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct TaskQuery {
    pub limit: Option<u64>,
    pub cursor: Option<String>,
    /// Only those at this node.
    pub node: Option<NodeId>,
    /// Only those of this agent.
    pub agent: Option<AgentId>,
    /// Only those that are not over.
    pub open: Option<bool>,
}

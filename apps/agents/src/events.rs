//! What happens to agents, tasks and schedules in a project. Only those see it who may read agents.

use kernel::{AgentId, NodeId, Resource, Result, Role, ScheduleId, TaskId};
use platform::Write;
use protocol::{
    agents::{AgentMode, ProjectAgentView},
    events::{Event, FeatureEvent, FeatureFamily},
    schedules::TriggerEvent,
    tasks::{StepKind, TaskError, TaskStatus, WaitingFor},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "op", content = "data")]
pub(crate) enum AgentEvent {
    #[serde(rename = "agent.add")]
    Add(AgentChanged),
    #[serde(rename = "agent.update")]
    Update(AgentChanged),
    #[serde(rename = "agent.remove")]
    Remove(AgentRef),
}

/// An agent of the project, as it is now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AgentChanged {
    pub(crate) agent_id: AgentId,
    pub(crate) name: String,
    pub(crate) slug: String,
    pub(crate) icon: String,
    pub(crate) color: String,
    pub(crate) role: Role,
    pub(crate) mode: AgentMode,
    pub(crate) paused: bool,
    pub(crate) version: i64,
}

impl AgentChanged {
    pub(crate) fn of(view: &ProjectAgentView) -> Self {
        Self {
            agent_id: view.agent_id,
            name: view.name.clone(),
            slug: view.slug.clone(),
            icon: view.icon.clone(),
            color: view.color.clone(),
            role: view.role,
            mode: view.mode,
            paused: view.paused,
            version: view.version,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct AgentRef {
    pub(crate) agent_id: AgentId,
}

impl FeatureFamily for AgentEvent {
    fn op(&self) -> &'static str {
        match self {
            Self::Add(_) => "agent.add",
            Self::Update(_) => "agent.update",
            Self::Remove(_) => "agent.remove",
        }
    }

    fn visible_with(&self) -> Option<Resource> {
        Some(Resource::Agents)
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "op", content = "data")]
pub enum TaskEvent {
    #[serde(rename = "task.start")]
    Start(TaskChanged),
    /// It runs, waits for somebody or goes on.
    #[serde(rename = "task.update")]
    Update(TaskChanged),
    #[serde(rename = "task.step")]
    Step(TaskStepped),
    #[serde(rename = "task.cancel")]
    Cancel(TaskChanged),
    /// It is done, or failed.
    #[serde(rename = "task.end")]
    End(TaskChanged),
}

/// A task as it is now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TaskChanged {
    pub task_id: TaskId,
    pub agent_id: AgentId,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node_id: Option<NodeId>,
    pub name: String,
    pub status: TaskStatus,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waiting_for: Option<WaitingFor>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<TaskError>,
}

/// A step of a task is recorded.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TaskStepped {
    pub task_id: TaskId,
    pub agent_id: AgentId,
    pub number: i64,
    pub kind: StepKind,
    /// In a few words, such as the name of the tool.
    pub summary: String,
    /// The node it was about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node_id: Option<NodeId>,
}

impl FeatureFamily for TaskEvent {
    fn op(&self) -> &'static str {
        match self {
            Self::Start(_) => "task.start",
            Self::Update(_) => "task.update",
            Self::Step(_) => "task.step",
            Self::Cancel(_) => "task.cancel",
            Self::End(_) => "task.end",
        }
    }

    fn visible_with(&self) -> Option<Resource> {
        Some(Resource::Agents)
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "op", content = "data")]
pub(crate) enum ScheduleEvent {
    #[serde(rename = "schedule.create")]
    Create(ScheduleRef),
    #[serde(rename = "schedule.update")]
    Update(ScheduleRef),
    #[serde(rename = "schedule.delete")]
    Delete(ScheduleRef),
}

/// A schedule, and what of it decides when it begins tasks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ScheduleRef {
    pub(crate) schedule_id: ScheduleId,
    pub(crate) agent_id: AgentId,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) node_id: Option<NodeId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) event: Option<TriggerEvent>,
    /// Left out in events from before there were schedules that wait for a tag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) tag: Option<String>,
    pub(crate) paused: bool,
}

impl ScheduleRef {
    pub(crate) fn of(row: &entity::agent_schedule::Model) -> Self {
        Self {
            schedule_id: row.id.into(),
            agent_id: row.agent_id.into(),
            node_id: row.node_id.map(Into::into),
            event: row.event.map(crate::schedules::trigger),
            tag: row.tag.clone(),
            paused: row.paused,
        }
    }
}

impl FeatureFamily for ScheduleEvent {
    fn op(&self) -> &'static str {
        match self {
            Self::Create(_) => "schedule.create",
            Self::Update(_) => "schedule.update",
            Self::Delete(_) => "schedule.delete",
        }
    }

    fn visible_with(&self) -> Option<Resource> {
        Some(Resource::Agents)
    }
}

pub(crate) fn emit<F: FeatureFamily>(write: &mut Write, event: &F) -> Result<()> {
    write.emit(FeatureEvent::of(event).map_err(kernel::Error::internal)?);
    Ok(())
}

/// The event of this family, if it is one.
pub(crate) fn read<F: FeatureFamily>(event: &Event) -> Option<F> {
    match event {
        Event::Feature(event) => event.read(),
        Event::Project(_)
        | Event::Member(_)
        | Event::Invitation(_)
        | Event::Node(_)
        | Event::Edge(_)
        | Event::Generation(_)
        | Event::Refresh(_)
        | Event::Instructions(_)
        | Event::Batch(_) => None,
    }
}

//! Steps: what a task came to, each recorded before the next begins, so that a task goes on where it was.

use entity::agent_step;
use generation::calls::ToolCall;
use kernel::{Error, NodeId, OpId, ProjectId, Result, TaskId, UserId};
use platform::{Write, db};
use protocol::tasks::StepKind;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect,
};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use uuid::Uuid;

use super::row::stored_step_kind;
use crate::events::{TaskEvent, TaskStepped, emit};

/// What a step says of itself in the log.
const SUMMARY_CHARS_MAX: usize = 200;

/// What a step is, as it is stored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum Step {
    Model {
        model: String,
        text: String,
        calls: Vec<Called>,
    },
    #[serde(rename_all = "camelCase")]
    Tool {
        call: String,
        name: String,
        text: String,
        is_error: bool,
    },
    Message {
        by: UserId,
        name: String,
        text: String,
    },
    Note {
        text: String,
    },
}

/// A tool that the model asked for, and the id under which what it does goes, so that it is done once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Called {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) arguments: String,
    pub(crate) op: OpId,
}

impl Called {
    /// The calls of one answer, each under an id of its own, whatever the model called them.
    pub(crate) fn all(calls: Vec<ToolCall>) -> Vec<Self> {
        let mut known = HashSet::new();
        let named = calls.into_iter().enumerate().map(|(place, call)| {
            let id = Some(call.id).filter(|id| !id.is_empty() && known.insert(id.clone()));
            Self {
                id: id.unwrap_or_else(|| format!("call_{place}_{}", OpId::generate())),
                name: call.name,
                arguments: call.arguments,
                op: OpId::generate(),
            }
        });
        named.collect()
    }
}

impl Step {
    pub(crate) fn kind(&self) -> StepKind {
        match self {
            Self::Model { .. } => StepKind::Model,
            Self::Tool { .. } => StepKind::Tool,
            Self::Message { .. } => StepKind::Message,
            Self::Note { .. } => StepKind::Note,
        }
    }

    fn summary(&self) -> String {
        let text = match self {
            Self::Model { text, calls, .. } if text.is_empty() => calls
                .iter()
                .map(|call| call.name.as_str())
                .collect::<Vec<_>>()
                .join(", "),
            Self::Tool { name, .. } => name.clone(),
            Self::Model { text, .. } | Self::Message { text, .. } | Self::Note { text } => {
                text.clone()
            }
        };
        text.chars().take(SUMMARY_CHARS_MAX).collect()
    }
}

/// A step that is to be recorded.
#[derive(Clone, Debug)]
pub(crate) struct NewStep {
    pub(crate) step: Step,
    /// The node it was about.
    pub(crate) node: Option<NodeId>,
    pub(crate) tokens_in: i64,
    pub(crate) tokens_out: i64,
    pub(crate) nanos: i64,
}

impl NewStep {
    /// One that costs nothing.
    pub(crate) fn free(step: Step) -> Self {
        Self {
            step,
            node: None,
            tokens_in: 0,
            tokens_out: 0,
            nanos: 0,
        }
    }
}

/// Records a step under the next number.
pub(crate) async fn append(
    write: &mut Write,
    task: &entity::agent_task::Model,
    new: &NewStep,
) -> Result<i64> {
    let last: Option<i64> = agent_step::Entity::find()
        .select_only()
        .column(agent_step::Column::Number)
        .filter(agent_step::Column::ProjectId.eq(task.project_id))
        .filter(agent_step::Column::TaskId.eq(task.id))
        .order_by_desc(agent_step::Column::Number)
        .into_tuple()
        .one(write.read().await?)
        .await
        .map_err(db)?;
    let number = last.unwrap_or_default() + 1;
    let row = agent_step::ActiveModel {
        id: Set(Uuid::now_v7()),
        project_id: Set(task.project_id),
        task_id: Set(task.id),
        number: Set(number),
        kind: Set(stored_step_kind(new.step.kind())),
        content: Set(serde_json::to_value(&new.step).map_err(Error::internal)?),
        tokens_in: Set(new.tokens_in),
        tokens_out: Set(new.tokens_out),
        cost_nanos: Set(new.nanos),
        created_at: Set(write.now()),
    };
    agent_step::Entity::insert(row)
        .exec_without_returning(write.conn().await?)
        .await
        .map_err(db)?;
    emit(
        write,
        &TaskEvent::Step(TaskStepped {
            task_id: task.id.into(),
            agent_id: task.agent_id.into(),
            number,
            kind: new.step.kind(),
            summary: new.step.summary(),
            node_id: new.node,
        }),
    )?;
    Ok(number)
}

/// All steps of a task, in order: as many as a task may have, and what people said.
pub(crate) async fn read_all(
    connection: &impl ConnectionTrait,
    project: ProjectId,
    task: TaskId,
) -> Result<Vec<Step>> {
    let rows = agent_step::Entity::find()
        .filter(agent_step::Column::ProjectId.eq(project.uuid()))
        .filter(agent_step::Column::TaskId.eq(task.uuid()))
        .order_by_asc(agent_step::Column::Number)
        .all(connection)
        .await
        .map_err(db)?;
    let read =
        |row: agent_step::Model| serde_json::from_value(row.content).map_err(Error::internal);
    rows.into_iter().map(read).collect()
}

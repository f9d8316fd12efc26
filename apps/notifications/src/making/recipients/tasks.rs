//! Tasks of agents: who started one hears what became of it.

use entity::{agent, agent_task, enums};
use kernel::{Result, TaskId};
use platform::db;
use protocol::notifications::NotificationType as Type;
use sea_orm::EntityTrait;
use serde_json::{Value, json};

use super::{super::scene::Scene, budgets::spent};
use crate::{notice::Notice, words};

async fn read(scene: &Scene<'_>, task: TaskId) -> Result<Option<(agent_task::Model, String)>> {
    let reader = scene.platform.database.reader();
    let row = agent_task::Entity::find_by_id((scene.id.uuid(), task.uuid()))
        .one(reader)
        .await
        .map_err(db)?;
    let Some(row) = row else {
        return Ok(None);
    };
    let agent = agent::Entity::find_by_id(row.agent_id)
        .one(reader)
        .await
        .map_err(db)?;
    let name = agent.map(|agent| agent.name).unwrap_or_default();
    Ok(Some((row, name)))
}

fn told(
    scene: &Scene<'_>,
    row: &agent_task::Model,
    kind: Type,
    cause: String,
    data: Value,
) -> Option<Notice> {
    let data = words::with(data, "taskId", json!(row.id));
    let notice = scene.tell(row.requested_by.into(), kind, cause, data)?;
    Some(Notice {
        node: row.node_id.map(Into::into),
        ..notice
    })
}

/// A task that another task asked for is that one's business.
pub(in super::super) async fn task_over(
    scene: &Scene<'_>,
    task: TaskId,
    failed: bool,
) -> Result<Vec<Notice>> {
    let Some((row, agent)) = read(scene, task).await? else {
        return Ok(Vec::new());
    };
    let mut notices = spent(scene, row.requested_by.into()).await?;
    if row.parent_task_id.is_some() {
        return Ok(notices);
    }
    let (kind, text) = if failed {
        let detail = row.error_detail.as_deref().unwrap_or_default();
        (Type::AgentFailed, format!("{}: {detail}", row.name))
    } else {
        (Type::AgentCompleted, row.name.clone())
    };
    let data = json!({"agent": agent, "text": words::excerpt(&text)});
    let cause = format!("task:{}:{task}", scene.id);
    notices.extend(told(scene, &row, kind, cause, data));
    Ok(notices)
}

pub(in super::super) async fn task_waits(scene: &Scene<'_>, task: TaskId) -> Result<Vec<Notice>> {
    let Some((row, agent)) = read(scene, task).await? else {
        return Ok(Vec::new());
    };
    // Somebody answered already.
    if row.status != enums::TaskStatus::Waiting {
        return Ok(Vec::new());
    }
    let waiting = row.waiting_for.as_ref();
    let question = waiting.and_then(|waiting| waiting["question"].as_str());
    let data = json!({"agent": agent, "text": words::excerpt(question.unwrap_or_default())});
    // It goes on before it asks again.
    let cause = format!("waiting:{}:{task}:{}", scene.id, row.steps);
    Ok(told(scene, &row, Type::TaskWaiting, cause, data)
        .into_iter()
        .collect())
}

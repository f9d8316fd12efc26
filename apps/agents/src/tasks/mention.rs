//! A prompt that mentions an agent begins one task, whether a schedule or who asks the node was first.

use entity::{agent_task, enums, node};
use kernel::{AgentId, Error, NodeId, Result, TaskId};
use platform::{Write, db};
use protocol::{ops::fingerprint, tasks::StartTask};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::json;

use super::row::changed;
use crate::events::{TaskEvent, emit};

/// Whether a task begins with a mention.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mentioned {
    /// If what it is to do is what its node says, and that mentions the agent.
    IfAsked,
    BySchedule,
    No,
}

/// The text of a node that mentions an agent.
#[derive(Debug)]
pub(super) struct Mention {
    how: Mentioned,
    agent: AgentId,
    node: NodeId,
    text: Vec<u8>,
}

impl Mention {
    /// What a task that begins answers, if it is a mention.
    pub(super) async fn of(
        write: &mut Write,
        how: Mentioned,
        input: &StartTask,
        slug: &str,
    ) -> Result<Option<Self>> {
        let (Some(node), false) = (input.node_id, how == Mentioned::No) else {
            return Ok(None);
        };
        let prompt: Option<String> = node::Entity::find()
            .select_only()
            .column(node::Column::Prompt)
            .filter(node::Column::ProjectId.eq(write.project_id()?.uuid()))
            .filter(node::Column::Id.eq(node.uuid()))
            .into_tuple()
            .one(write.read().await?)
            .await
            .map_err(db)?;
        let prompt = prompt.unwrap_or_default();
        let is_asked = prompt.trim() == input.prompt.as_str().trim();
        if !names(&prompt, slug) || !(is_asked || how == Mentioned::BySchedule) {
            return Ok(None);
        }
        let text = fingerprint(&json!(prompt.trim())).map_err(Error::internal)?;
        Ok(Some(Self {
            how,
            agent: input.agent_id,
            node,
            text: text.to_vec(),
        }))
    }

    pub(super) fn stored(self) -> Vec<u8> {
        self.text
    }

    /// The task that answers the same already. A schedule begins none then; who asks is given that of the schedule, once.
    pub(super) async fn begun_before(&self, write: &mut Write) -> Result<Option<TaskId>> {
        let tasks = self.tasks(write).await?;
        if self.how == Mentioned::BySchedule {
            let asked = tasks.iter().find(|task| task.schedule_id.is_none());
            if asked.is_some() {
                write.unrecorded("who asked the node had it begun");
            }
            return Ok(asked.map(|task| task.id.into()));
        }
        let scheduled = tasks.into_iter().find(|task| {
            let has_failed = matches!(
                task.status,
                enums::TaskStatus::Failed | enums::TaskStatus::Cancelled
            );
            task.schedule_id.is_some() && !has_failed
        });
        match scheduled {
            Some(task) => give(write, task).await.map(Some),
            None => Ok(None),
        }
    }

    async fn tasks(&self, write: &mut Write) -> Result<Vec<agent_task::Model>> {
        agent_task::Entity::find()
            .filter(agent_task::Column::ProjectId.eq(write.project_id()?.uuid()))
            .filter(agent_task::Column::NodeId.eq(self.node.uuid()))
            .filter(agent_task::Column::AgentId.eq(self.agent.uuid()))
            .filter(agent_task::Column::Mention.eq(self.text.clone()))
            .order_by_desc(agent_task::Column::Id)
            .all(write.read().await?)
            .await
            .map_err(db)
    }
}

/// Whoever asks once more wants it done once more, so the task answers no other.
async fn give(write: &mut Write, task: agent_task::Model) -> Result<TaskId> {
    let after = agent_task::Model {
        mention: None,
        updated_at: write.now(),
        ..task
    };
    let change = agent_task::ActiveModel {
        project_id: Set(after.project_id),
        id: Set(after.id),
        mention: Set(None),
        updated_at: Set(after.updated_at),
        ..Default::default()
    };
    agent_task::Entity::update(change)
        .exec(write.conn().await?)
        .await
        .map_err(db)?;
    emit(write, &TaskEvent::Update(changed(&after)))?;
    Ok(after.id.into())
}

/// Whether a text mentions an agent, as a word of its own.
pub(crate) fn names(text: &str, slug: &str) -> bool {
    text.split('@').skip(1).any(|rest| {
        rest.strip_prefix(slug).is_some_and(|rest| {
            !rest.starts_with(|next: char| next.is_ascii_alphanumeric() || next == '-')
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mention_is_a_word_of_its_own() {
        for (text, expected) in [
            ("@critic", true),
            ("Ask @critic, please", true),
            ("@critics", false),
            ("@critic-2", false),
            ("critic", false),
            ("a@critic.example", true),
        ] {
            assert_eq!(names(text, "critic"), expected, "{text}");
        }
    }
}

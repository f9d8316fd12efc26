//! Agents that were deleted leave nothing that waits.

use entity::{agent_task, enums};
use kernel::{AgentId, Error, ProjectId, Result};
use platform::{Command, Ctx, JobContext, ProjectCommand, Write, db};
use protocol::events::Event;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use super::commands::cancel_all_of;
use crate::agents::EndTasks;

/// Ends the tasks of an agent that was deleted, wherever it was.
pub(crate) async fn end_tasks(job: EndTasks, context: JobContext) -> Result<()> {
    let platform = context.platform;
    let projects: Vec<Uuid> = agent_task::Entity::find()
        .select_only()
        .column(agent_task::Column::ProjectId)
        .distinct()
        .filter(agent_task::Column::AgentId.eq(job.agent.uuid()))
        .filter(agent_task::Column::Status.is_in([
            enums::TaskStatus::Pending,
            enums::TaskStatus::Running,
            enums::TaskStatus::Waiting,
        ]))
        .into_tuple()
        .all(platform.database.reader())
        .await
        .map_err(db)?;
    let server = Ctx::server(platform);
    for project in projects {
        let end = EndAll { agent: job.agent };
        match server.write(ProjectId::from_uuid(project), end).await {
            // The project is in the trash, where no task goes on.
            Err(Error::NotFound(_)) => {}
            ended => drop(ended?),
        }
    }
    Ok(())
}

#[derive(Debug)]
struct EndAll {
    agent: AgentId,
}

impl Command for EndAll {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        write.unrecorded("each task that ends says so");
        cancel_all_of(write, self.agent).await
    }
}

impl ProjectCommand for EndAll {
    fn replay(&self, _event: &Event) -> Result<()> {
        Ok(())
    }
}

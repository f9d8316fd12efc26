//! The places of agents in projects: what each may do there at most.

use std::collections::HashMap;

use entity::{agent, agent_task, enums::TaskStatus, project_agent, user};
use kernel::{AgentId, ProjectId, Result, Role, TaskId, UserId};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter};

use crate::{convert, database::db, users::user_is_active};

/// An agent's place in a project.
#[derive(Clone, Debug)]
pub(crate) struct Seat {
    /// What others see.
    pub(crate) name: String,
    role: Role,
    added_by: UserId,
}

impl Seat {
    /// The agent's role in somebody's name: neither above its own, nor above that of who put it there, nor above
    /// that of who it acts for. Without any of these there is none.
    pub(crate) fn role(
        &self,
        user: UserId,
        role_of: impl Fn(UserId) -> Option<Role>,
    ) -> Option<Role> {
        let role = self.role.min(role_of(self.added_by)?);
        Some(role.min(role_of(user)?))
    }

    pub(crate) fn people(&self, user: UserId) -> [UserId; 2] {
        [self.added_by, user]
    }
}

pub(crate) type Seats = HashMap<(ProjectId, TaskId), Seat>;

/// The places that these agents have now. One that was removed or paused, or is switched off, has none, nor has one whose
/// task does not run.
pub(crate) async fn seats(
    connection: &impl ConnectionTrait,
    wanted: Vec<(ProjectId, AgentId, TaskId)>,
) -> Result<Seats> {
    let mut seats = Seats::new();
    for (project, agent, task) in wanted {
        if seats.contains_key(&(project, task)) {
            continue;
        }
        let running = agent_task::Entity::find_by_id((project.uuid(), task.uuid()))
            .filter(agent_task::Column::AgentId.eq(agent.uuid()))
            .filter(agent_task::Column::Status.eq(TaskStatus::Running))
            .count(connection)
            .await
            .map_err(db)?;
        if running == 0 {
            continue;
        }
        let row = project_agent::Entity::find_by_id((project.uuid(), agent.uuid()))
            .filter(project_agent::Column::Paused.eq(false))
            .find_also_related(agent::Entity)
            .filter(agent::Column::IsActive.eq(true))
            .filter(agent::Column::DeletedAt.is_null())
            .one(connection)
            .await
            .map_err(db)?;
        if let Some((row, Some(agent))) = row
            && owner_is_active(connection, &agent).await?
        {
            let seat = Seat {
                name: agent.name,
                role: convert::role(row.role),
                added_by: row.added_by.into(),
            };
            seats.insert((project, task), seat);
        }
    }
    Ok(seats)
}

/// Agents do nothing once the account of their owner is closed.
async fn owner_is_active(connection: &impl ConnectionTrait, agent: &agent::Model) -> Result<bool> {
    let active = user::Entity::find_by_id(agent.user_id)
        .filter(user_is_active())
        .count(connection)
        .await
        .map_err(db)?;
    Ok(active > 0)
}

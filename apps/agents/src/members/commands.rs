use entity::{agent, project_agent};
use kernel::{AgentId, Error, Expected, Permission, Result, Role, UserId, policy};
use platform::{Command, ProjectCommand, Write, convert, db};
use protocol::{
    agents::{AGENTS_PER_PROJECT_MAX, AddAgent, AgentStatus, PatchProjectAgent},
    events::Event,
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect,
};

use super::{
    queries::{self, Member},
    row::{stored_budget, stored_mode, to_view},
};
use crate::{
    events::{AgentChanged, AgentEvent, AgentRef, emit},
    tasks,
};

/// Adds one of one's own agents, which may do no more there than oneself.
#[derive(Debug)]
pub(super) struct Add {
    pub(super) input: AddAgent,
}

impl Command for Add {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        write.require(Permission::AGENTS_WRITE)?;
        check_role(write, self.input.role)?;
        toolservers::require_known(write, &self.input.tool_servers, "/toolServers")?;
        let (project, user) = (write.project_id()?, write.user_id()?);
        let agent = own(write, user, self.input.agent_id).await?;
        if queries::locked(write, self.input.agent_id).await.is_ok() {
            let sentence = "this agent is in the project already; change its role instead";
            return Err(Error::Conflict(sentence.to_owned()));
        }
        let count = project_agent::Entity::find()
            .filter(project_agent::Column::ProjectId.eq(project.uuid()))
            .count(write.read().await?)
            .await
            .map_err(db)?;
        if usize::try_from(count).is_ok_and(|count| count >= AGENTS_PER_PROJECT_MAX) {
            return Err(Error::LimitReached {
                what: "agents of one project",
                max: AGENTS_PER_PROJECT_MAX,
            });
        }
        let now = write.now();
        let (tokens_per_day, nanos_per_day) = stored_budget(self.input.budget);
        let row = project_agent::ActiveModel {
            project_id: Set(project.uuid()),
            agent_id: Set(agent.id),
            role: Set(convert::stored_role(self.input.role)),
            mode: Set(stored_mode(self.input.mode)),
            paused: Set(false),
            tokens_per_day: Set(tokens_per_day),
            nanos_per_day: Set(nanos_per_day),
            tool_servers: Set(self.input.tool_servers.clone().into()),
            added_by: Set(user.uuid()),
            version: Set(1),
            created_at: Set(now),
            updated_at: Set(now),
        };
        let place = row.insert(write.conn().await?).await.map_err(db)?;
        let view = to_view(place, agent, AgentStatus::Idle);
        emit(write, &AgentEvent::Add(AgentChanged::of(&view)))
    }
}

impl ProjectCommand for Add {
    fn replay(&self, _event: &Event) -> Result<()> {
        Ok(())
    }
}

/// A role that the caller may give: agents own nothing, and are never above who adds them.
fn check_role(write: &Write, role: Role) -> Result<()> {
    let own = write.role_of_caller();
    if own.is_some_and(|own| policy::may_grant(own, role)) {
        return Ok(());
    }
    Err(match role {
        Role::Owner => Error::invalid("/role", "an agent cannot own a project"),
        Role::Admin | Role::Editor | Role::Member | Role::Viewer => {
            Error::Forbidden("nobody can give an agent a role above their own".to_owned())
        }
    })
}

async fn own(write: &mut Write, user: UserId, id: AgentId) -> Result<agent::Model> {
    agent::Entity::find_by_id(id.uuid())
        .filter(agent::Column::UserId.eq(user.uuid()))
        .filter(agent::Column::DeletedAt.is_null())
        .one(write.read().await?)
        .await
        .map_err(db)?
        .ok_or(Error::NotFound("agent"))
}

/// Changes an agent's place. Whoever gives it a role answers for it from then on.
#[derive(Debug)]
pub(super) struct Update {
    pub(super) agent: AgentId,
    pub(super) expected: Expected,
    pub(super) patch: PatchProjectAgent,
}

impl Command for Update {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        write.require(Permission::AGENTS_WRITE)?;
        let Member { place, agent } = queries::locked(write, self.agent).await?;
        self.expected.check(place.version)?;
        let PatchProjectAgent {
            role,
            mode,
            paused,
            budget,
            ref tool_servers,
        } = self.patch;
        let mut after = place.clone();
        if let Some(role) = role {
            check_role(write, role)?;
            after.role = convert::stored_role(role);
            after.added_by = write.user_id()?.uuid();
        }
        after.mode = mode.map_or(after.mode, stored_mode);
        after.paused = paused.unwrap_or(after.paused);
        if let Some(budget) = budget {
            (after.tokens_per_day, after.nanos_per_day) = stored_budget(budget);
        }
        if let Some(servers) = tool_servers {
            toolservers::require_known(write, servers, "/toolServers")?;
            after.tool_servers = servers.clone().into();
        }
        if after == place {
            write.unrecorded("everything was so already");
            return Ok(());
        }
        after.version += 1;
        after.updated_at = write.now();
        let change = project_agent::ActiveModel::from(after.clone()).reset_all();
        project_agent::Entity::update(change)
            .exec(write.conn().await?)
            .await
            .map_err(db)?;
        let resumed = place.paused && !after.paused;
        let view = to_view(after, agent, AgentStatus::Idle);
        emit(write, &AgentEvent::Update(AgentChanged::of(&view)))?;
        if resumed {
            tasks::wake_all_of(write, self.agent).await?;
        }
        Ok(())
    }
}

impl ProjectCommand for Update {
    fn replay(&self, _event: &Event) -> Result<()> {
        Ok(())
    }
}

/// Pauses all agents of the project, or has all of them go on.
#[derive(Debug)]
pub(super) struct PauseAll {
    pub(super) paused: bool,
}

impl Command for PauseAll {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        write.require(Permission::AGENTS_WRITE)?;
        let others: Vec<uuid::Uuid> = project_agent::Entity::find()
            .select_only()
            .column(project_agent::Column::AgentId)
            .filter(project_agent::Column::ProjectId.eq(write.project_id()?.uuid()))
            .filter(project_agent::Column::Paused.ne(self.paused))
            .inner_join(agent::Entity)
            .filter(agent::Column::DeletedAt.is_null())
            .order_by_asc(project_agent::Column::AgentId)
            .into_tuple()
            .all(write.read().await?)
            .await
            .map_err(db)?;
        for agent in others {
            let update = Update {
                agent: agent.into(),
                expected: Expected::Any,
                patch: PatchProjectAgent {
                    paused: Some(self.paused),
                    ..PatchProjectAgent::default()
                },
            };
            update.apply(write).await?;
        }
        write.unrecorded("those that were so already");
        Ok(())
    }
}

impl ProjectCommand for PauseAll {
    fn replay(&self, _event: &Event) -> Result<()> {
        Ok(())
    }
}

/// Takes an agent out: its tasks end.
#[derive(Debug)]
pub(super) struct Remove {
    pub(super) agent: AgentId,
}

impl Command for Remove {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        write.require(Permission::AGENTS_DELETE)?;
        queries::locked(write, self.agent).await?;
        let key = (write.project_id()?.uuid(), self.agent.uuid());
        project_agent::Entity::delete_by_id(key)
            .exec(write.conn().await?)
            .await
            .map_err(db)?;
        let agent_id = self.agent;
        emit(write, &AgentEvent::Remove(AgentRef { agent_id }))?;
        tasks::cancel_all_of(write, agent_id).await
    }
}

impl ProjectCommand for Remove {
    fn replay(&self, _event: &Event) -> Result<()> {
        Ok(())
    }
}

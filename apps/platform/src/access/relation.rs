//! How callers stand to a project, and what that lets them do.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entity::{project, project_member};
use kernel::{
    Error, Permission, ProjectId, Relation, Result, Role, Scopes, UserId, Verdict, Visibility,
    policy,
};
use sea_orm::{ColumnTrait, DerivePartialModel, EntityTrait, QueryFilter};
use uuid::Uuid;

use crate::{
    convert, ctx::Ctx, database::db, platform::Platform, principal::Principal, seats::seats,
};

/// How a caller stands to a project, and where the project's log ended when this was read.
#[derive(Clone, Debug)]
pub struct ProjectAccess {
    pub project: ProjectId,
    pub relation: Relation,
    pub scopes: Scopes,
    pub head: i64,
    pub epoch: Uuid,
    /// The caller reads the log from after this number: what happened before a project became public
    /// is for its members.
    pub log_after: i64,
    pub role: Option<Role>,
}

#[derive(Clone, Debug, DerivePartialModel)]
#[sea_orm(entity = "project::Entity")]
struct ProjectHead {
    head_seq: i64,
    epoch: Uuid,
    is_public: bool,
    public_since_seq: Option<i64>,
    deleted_at: Option<DateTime<Utc>>,
}

impl ProjectHead {
    fn access(&self, project: ProjectId, role: Option<Role>, scopes: Scopes) -> ProjectAccess {
        ProjectAccess {
            project,
            relation: Relation::of(role, self.is_public),
            scopes,
            head: self.head_seq,
            epoch: self.epoch,
            log_after: match role {
                Some(_) => 0,
                None => self.public_since_seq.unwrap_or(i64::MAX),
            },
            role,
        }
    }
}

/// A project that is there and not in the trash.
async fn living(platform: &Platform, project: ProjectId) -> Result<Option<ProjectHead>> {
    let row = project::Entity::find_by_id(project.uuid())
        .into_partial_model::<ProjectHead>()
        .one(platform.database.reader())
        .await
        .map_err(db)?;
    Ok(row.filter(|row| row.deleted_at.is_none()))
}

impl Ctx {
    /// Checks that the caller may do this with this project, for reading.
    ///
    /// Who may not even see it hears that it does not exist; who is not logged in hears that first,
    /// whether it exists or not.
    pub async fn project(
        &self,
        project: ProjectId,
        permission: Permission,
    ) -> Result<ProjectAccess> {
        let access = self.project_access(project).await?;
        access.require(&self.principal, permission)?;
        Ok(access)
    }

    async fn project_access(&self, project: ProjectId) -> Result<ProjectAccess> {
        let Some(row) = living(&self.platform, project).await? else {
            return Err(self.principal.hidden_project());
        };
        let role = match self.principal.user_id() {
            Some(user) => role_of(self, project, user).await?,
            None => None,
        };
        Ok(row.access(project, role, self.principal.scopes()))
    }

    /// What everybody may read who has a project's link, whoever asks: a credential that is sent
    /// along shows no more.
    pub async fn public_project(&self, project: ProjectId) -> Result<ProjectAccess> {
        let row = living(&self.platform, project).await?;
        row.map(|row| row.access(project, None, Scopes::UNLIMITED))
            .filter(|access| access.allows(Permission::GRAPH_READ))
            .ok_or(Error::NotFound("project"))
    }
}

async fn role_of(ctx: &Ctx, project: ProjectId, user: UserId) -> Result<Option<Role>> {
    let Some((agent, task)) = ctx.principal.agent_and_task() else {
        return role_of_member(ctx, project, user).await;
    };
    let seats = seats(ctx.reader(), vec![(project, agent, task)]).await?;
    let Some(seat) = seats.get(&(project, task)) else {
        return Ok(None);
    };
    let [adder, user] = seat.people(user);
    let adder = (adder, role_of_member(ctx, project, adder).await?);
    let user = (user, role_of_member(ctx, project, user).await?);
    let role_of = |id| [adder, user].into_iter().find(|(known, _)| *known == id)?.1;
    Ok(seat.role(user.0, role_of))
}

async fn role_of_member(ctx: &Ctx, project: ProjectId, user: UserId) -> Result<Option<Role>> {
    let row = project_member::Entity::find_by_id((project.uuid(), user.uuid()))
        .one(ctx.reader())
        .await
        .map_err(db)?;
    Ok(row.map(|row| convert::role(row.role)))
}

/// How a project stands to people at this moment.
#[derive(Clone, Debug)]
pub struct ProjectRelations {
    project: ProjectId,
    head: ProjectHead,
    roles: HashMap<UserId, Role>,
}

impl ProjectRelations {
    /// Reads the roles of all members; `None` for a project that is not there or in the trash.
    pub async fn read(platform: &Platform, project: ProjectId) -> Result<Option<Self>> {
        let Some(head) = living(platform, project).await? else {
            return Ok(None);
        };
        let rows = project_member::Entity::find()
            .filter(project_member::Column::ProjectId.eq(project.uuid()))
            .all(platform.database.reader())
            .await
            .map_err(db)?;
        let roles = rows
            .into_iter()
            .map(|row| (row.user_id.into(), convert::role(row.role)))
            .collect();
        Ok(Some(Self {
            project,
            head,
            roles,
        }))
    }

    /// What a caller may do there now.
    #[must_use]
    pub fn access(&self, principal: &Principal) -> ProjectAccess {
        let role = principal
            .user_id()
            .and_then(|user| self.roles.get(&user).copied());
        self.head.access(self.project, role, principal.scopes())
    }
}

impl ProjectAccess {
    pub fn require(&self, principal: &Principal, permission: Permission) -> Result<()> {
        principal.judge(self.relation, permission)
    }

    #[must_use]
    pub fn allows(&self, permission: Permission) -> bool {
        policy::decide(self.relation, self.scopes, permission) == Verdict::Allowed
    }

    /// Everything that the caller may do there.
    #[must_use]
    pub fn rights(&self) -> Vec<Permission> {
        policy::rights(self.relation, self.scopes)
    }

    /// What of the project's events and nodes the caller may see.
    #[must_use]
    pub fn visibility(&self) -> Visibility {
        Visibility::of(self.relation, self.scopes)
    }
}

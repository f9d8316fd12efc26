//! A project, and who may hear of what happened in it.

use chrono::{DateTime, TimeDelta, Utc};
use entity::{project, project_member};
use kernel::{Permission, ProjectId, Result, Role, UserId};
use platform::{Platform, convert, db};
use protocol::notifications::NotificationType as Type;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};

use super::happening::{By, Tell};
use crate::{kinds, notice::Notice, words};

/// A project as it is when something about it is told, and who may hear of it.
pub(super) struct Scene<'a> {
    pub(super) platform: &'a Platform,
    pub(super) id: ProjectId,
    pub(super) name: String,
    pub(super) seq: i64,
    pub(super) by: Option<&'a By>,
    /// How many became members within the hour before.
    pub(super) newcomers: usize,
    members: Vec<(UserId, Role)>,
}

impl<'a> Scene<'a> {
    /// Nothing for a project that is no more, or in the trash.
    pub(super) async fn read(platform: &'a Platform, job: &'a Tell) -> Result<Option<Self>> {
        let reader = platform.database.reader();
        let row = project::Entity::find_by_id(job.project.uuid())
            .filter(project::Column::DeletedAt.is_null())
            .one(reader)
            .await
            .map_err(db)?;
        let Some(row) = row else {
            return Ok(None);
        };
        let members = project_member::Entity::find()
            .filter(project_member::Column::ProjectId.eq(row.id))
            .filter(project_member::Column::JoinedAt.lte(job.at))
            .order_by_asc(project_member::Column::JoinedAt)
            .all(reader)
            .await
            .map_err(db)?;
        let lately = job.at - TimeDelta::hours(1);
        let newcomers = members.iter().filter(|member| member.joined_at > lately);
        let newcomers = newcomers.count();
        let members = members
            .into_iter()
            .map(|member| (member.user_id.into(), convert::role(member.role)));
        Ok(Some(Self {
            platform,
            id: job.project,
            name: row.name,
            seq: job.seq,
            by: job.by.as_ref(),
            newcomers,
            members: members.collect(),
        }))
    }

    pub(super) fn now(&self) -> DateTime<Utc> {
        self.platform.clock.now()
    }

    pub(super) fn by_name(&self) -> &str {
        self.by.map_or("NonLinear", |by| by.name.as_str())
    }

    /// Something to tell one person, if they may see it and did not do it themselves.
    pub(super) fn tell(
        &self,
        user: UserId,
        kind: Type,
        cause: String,
        data: Value,
    ) -> Option<Notice> {
        let (_, role) = self.members.iter().find(|(member, _)| *member == user)?;
        let is_own = self.by.is_some_and(|by| by.is(user));
        let may = kinds::may_see(*role, kind) && !is_own;
        may.then(|| self.notice(user, kind, cause, data))
    }

    pub(super) fn notice(&self, user: UserId, kind: Type, cause: String, data: Value) -> Notice {
        Notice {
            user,
            kind,
            priority: kinds::of(kind).priority,
            cause,
            project: Some(self.id),
            node: None,
            data: words::with(data, "project", json!(self.name)),
            expires_at: None,
        }
    }

    /// The members who may do this.
    pub(super) fn those_who_may(
        &self,
        permission: Permission,
    ) -> impl Iterator<Item = UserId> + '_ {
        let may =
            move |(user, role): &(UserId, Role)| kinds::may(*role, permission).then_some(*user);
        self.members.iter().filter_map(may)
    }

    pub(super) fn everybody(&self) -> impl Iterator<Item = UserId> + '_ {
        self.members.iter().map(|(user, _)| *user)
    }
}

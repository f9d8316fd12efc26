//! What a queue remembers of a project between groups, so that a command need not read it again.

use std::{any::TypeId, collections::HashMap};

use entity::project_member;
use futures::future::BoxFuture;
use kernel::{ProjectId, Result, Role, UserId};
use protocol::events::{Event, MemberEvent, ProjectEvent};
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter};

use super::people::People;
use crate::{
    convert,
    database::db,
    projection::{AnyProjection, Projection},
};

/// How far behind the log a projection may be and still catch up instead of being forgotten.
pub(super) const CATCH_UP_EVENTS_MAX: i64 = 1_000;

pub(super) type Projections = HashMap<TypeId, Box<dyn AnyProjection>>;

/// What one queue remembers between its groups.
#[derive(Default)]
pub(super) struct Memory {
    pub(super) projects: HashMap<ProjectId, ProjectMemory>,
    pub(super) people: People,
}

impl Memory {
    pub(super) fn clear(&mut self) {
        self.projects.clear();
        self.people = People::default();
    }
}

#[derive(Default)]
pub(super) struct ProjectMemory {
    pub(super) seq: i64,
    pub(super) epoch: uuid::Uuid,
    pub(super) projections: Projections,
}

/// Who is a member: needed by every command, so the writer itself remembers it.
#[derive(Debug, Default)]
pub(super) struct Roster(pub(super) HashMap<UserId, Role>);

impl Projection for Roster {
    fn read(connection: &DatabaseTransaction, project: ProjectId) -> BoxFuture<'_, Result<Self>> {
        Box::pin(async move {
            let rows = project_member::Entity::find()
                .filter(project_member::Column::ProjectId.eq(project.uuid()))
                .all(connection)
                .await
                .map_err(db)?;
            let members = rows
                .into_iter()
                .map(|row| (row.user_id.into(), convert::role(row.role)));
            Ok(Self(members.collect()))
        })
    }

    fn apply(&mut self, event: &Event) {
        match event {
            Event::Member(MemberEvent::Add(added)) => {
                self.0.insert(added.user_id, added.role);
            }
            Event::Member(MemberEvent::Update(updated)) => {
                self.0.insert(updated.user_id, updated.role);
            }
            Event::Member(MemberEvent::Remove(removed)) => {
                self.0.remove(&removed.user_id);
            }
            Event::Project(ProjectEvent::Create(created)) => {
                self.0
                    .extend(created.owner_id.map(|owner| (owner, Role::Owner)));
            }
            Event::Project(
                ProjectEvent::Update(_) | ProjectEvent::Delete {} | ProjectEvent::Restore {},
            )
            | Event::Invitation(_)
            | Event::Node(_)
            | Event::Edge(_)
            | Event::Generation(_)
            | Event::Refresh(_)
            | Event::Instructions(_)
            | Event::Feature(_)
            | Event::Batch(_) => {}
        }
    }
}

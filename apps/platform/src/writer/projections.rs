//! What a queue remembers of a project between groups, so that a command need not read it again.

use std::{
    any::{Any, TypeId},
    collections::HashMap,
};

use futures::future::BoxFuture;
use kernel::{ProjectId, Result, Role, UserId};
use protocol::events::{Event, Staleness};
use sea_orm::DatabaseTransaction;

/// How far behind the log a memory may be and still catch up instead of being forgotten.
pub(super) const CATCH_UP_EVENTS_MAX: i64 = 1_000;

/// Something derived from a project's state that events keep true.
///
/// It is valid for one `seq`. The project's lock tells whether that is still the head; if other
/// instances wrote meanwhile, their events are applied, and after a rollback it is forgotten.
pub trait Projection: Any + Send + Sync {
    fn apply(&mut self, event: &Event);

    /// What the same event did to the staleness of nodes.
    fn follow(&mut self, _staleness: &Staleness) {}
}

/// Something to remember that can be read whole.
pub trait ReadProjection: Projection + Sized {
    fn read(connection: &DatabaseTransaction, project: ProjectId) -> BoxFuture<'_, Result<Self>>;
}

pub(super) type Projections = HashMap<TypeId, Box<dyn Projection>>;

#[derive(Default)]
pub(super) struct ProjectMemory {
    pub(super) seq: i64,
    pub(super) epoch: uuid::Uuid,
    pub(super) projections: Projections,
}

/// Who is a member: needed by every command, so the door itself remembers it.
#[derive(Debug, Default)]
pub(super) struct Roster(pub(super) HashMap<UserId, Role>);

impl Projection for Roster {
    fn apply(&mut self, event: &Event) {
        match event {
            Event::MemberAdd(added) => {
                self.0.insert(added.user_id, added.role);
            }
            Event::MemberUpdate(updated) => {
                self.0.insert(updated.user_id, updated.role);
            }
            Event::MemberRemove(removed) => {
                self.0.remove(&removed.user_id);
            }
            Event::ProjectCreate(created) => {
                self.0.insert(created.owner_id, Role::Owner);
            }
            Event::Batch(batch) => batch.ops.iter().for_each(|event| self.apply(event)),
            Event::ProjectUpdate(_)
            | Event::ProjectDelete {}
            | Event::ProjectRestore {}
            | Event::InvitationCreate(_)
            | Event::InvitationRevoke(_)
            | Event::NodeCreate(_)
            | Event::NodeUpdate(_)
            | Event::NodeMove(_)
            | Event::NodeDelete(_)
            | Event::NodeRestore(_)
            | Event::EdgeCreate(_)
            | Event::EdgeUpdate(_)
            | Event::EdgeDelete(_)
            | Event::GenerationStart(_)
            | Event::GenerationEnd(_)
            | Event::GenerationCancel(_)
            | Event::GenerationSelect(_)
            | Event::RefreshStart(_)
            | Event::RefreshEnd(_)
            | Event::InstructionsChange {} => {}
        }
    }
}

//! What a command gets to work with.

use std::{any::Any, any::TypeId, collections::HashMap, mem, sync::Arc};

use chrono::{DateTime, Utc};
use kernel::{Actor, Error, NodeId, Permission, ProjectId, Relation, Result, Role, UserId};
use protocol::events::{BatchEvent, Event, ProjectCreated, Staleness};
use sea_orm::{DatabaseTransaction, EntityTrait};
use serde_json::Value;
use uuid::Uuid;

use super::{
    effects::Record,
    projections::{Projection, Projections, ReadProjection, Roster},
    rows::Rows,
};
use crate::{
    access::{Principal, judge},
    ctx::RequestInfo,
    extensions::Extensions,
};

/// The project that the current command changes, as it is under the lock.
#[derive(Clone, Debug)]
pub(super) struct Locked {
    pub(super) id: ProjectId,
    pub(super) exists: bool,
    pub(super) head: i64,
    pub(super) epoch: Uuid,
    pub(super) is_public: bool,
    pub(super) deleted: bool,
}

impl Locked {
    /// Later commands of the group see what this one did to the project itself.
    fn follow(&mut self, event: &Event) {
        if let Event::ProjectUpdate(updated) = event {
            self.is_public = updated.is_public.unwrap_or(self.is_public);
        }
        self.deleted = match event {
            Event::ProjectDelete {} => true,
            Event::ProjectRestore {} => false,
            Event::ProjectCreate(_)
            | Event::ProjectUpdate(_)
            | Event::MemberAdd(_)
            | Event::MemberUpdate(_)
            | Event::MemberRemove(_)
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
            | Event::InstructionsChange {}
            | Event::Batch(_) => self.deleted,
        };
    }
}

/// The door, seen from inside a command.
///
/// A command first checks, through `read`, `memory` and `require`; then writes rows through `conn`;
/// then emits its event. A refusal before the first row costs nothing; one after it takes the group
/// back and runs the others again.
pub struct Write {
    pub(super) transaction: DatabaseTransaction,
    extensions: Extensions,
    pub(super) now: DateTime<Utc>,
    pub(super) principal: Principal,
    pub(super) request: RequestInfo,
    pub(super) actor: Option<Actor>,
    pub(super) project: Option<Locked>,
    pub(super) projections: Projections,
    pub(super) rows: Rows,
    pub(super) changed: bool,
    pub(super) as_batch: bool,
    pub(super) events: Vec<Event>,
    pub(super) staleness: Staleness,
    pub(super) record: Option<Record>,
    pub(super) recorded: bool,
    pub(super) jobs: Vec<(&'static str, Value)>,
}

impl std::fmt::Debug for Write {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Write")
            .field("project", &self.project)
            .finish_non_exhaustive()
    }
}

/// What a command left to be stored at the end of the group.
pub(super) struct Left {
    pub(super) event: Option<Event>,
    pub(super) staleness: Staleness,
    pub(super) record: Option<Record>,
    pub(super) jobs: Vec<(&'static str, Value)>,
}

impl Write {
    pub(super) fn new(
        transaction: DatabaseTransaction,
        now: DateTime<Utc>,
        extensions: Extensions,
    ) -> Self {
        Self {
            transaction,
            extensions,
            now,
            principal: Principal::System,
            request: RequestInfo::default(),
            actor: None,
            project: None,
            projections: HashMap::new(),
            rows: Rows::default(),
            changed: false,
            as_batch: false,
            events: Vec::new(),
            staleness: Staleness::default(),
            record: None,
            recorded: false,
            jobs: Vec::new(),
        }
    }

    /// The time of this group.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.now
    }

    /// What a feature keeps in this process, as by `Platform::feature`.
    #[must_use]
    pub fn feature<T: Default + Send + Sync + 'static>(&self) -> Arc<T> {
        self.extensions.get()
    }

    #[must_use]
    pub fn principal(&self) -> &Principal {
        &self.principal
    }

    #[must_use]
    pub fn request(&self) -> &RequestInfo {
        &self.request
    }

    /// Who does this; nobody where an anonymous caller registers or resets a password.
    pub fn actor(&self) -> Result<&Actor> {
        self.actor.as_ref().ok_or(Error::Unauthenticated)
    }

    pub fn user_id(&self) -> Result<UserId> {
        self.principal.user_id().ok_or(Error::Unauthenticated)
    }

    fn locked(&self) -> Result<&Locked> {
        self.project
            .as_ref()
            .ok_or_else(|| Error::internal("this command is about no project"))
    }

    pub fn project_id(&self) -> Result<ProjectId> {
        self.locked().map(|project| project.id)
    }

    /// For checks: what the command reads before it decides.
    pub async fn read(&mut self) -> Result<&DatabaseTransaction> {
        self.rows.write(&self.transaction).await?;
        Ok(&self.transaction)
    }

    /// For changes: from here on a refusal takes the group back.
    pub async fn conn(&mut self) -> Result<&DatabaseTransaction> {
        self.changed = true;
        self.read().await
    }

    /// Inserts a row that cannot be refused. Rows of one table that follow each other, also from
    /// different commands of a group, are written with one statement, before anything else reads or
    /// writes.
    pub async fn insert<E: EntityTrait>(&mut self, row: E::ActiveModel) -> Result<()>
    where
        E::ActiveModel: Send + Sync,
    {
        self.changed = true;
        if !self.rows.are_of::<E>() {
            self.rows.write(&self.transaction).await?;
        }
        self.rows.push::<E>(row);
        Ok(())
    }

    /// Refuses unless the caller's role and scopes, read under the lock, allow this.
    pub fn require(&self, permission: Permission) -> Result<()> {
        self.require_alive()?;
        judge(&self.principal, self.relation()?, permission)
    }

    /// For those who are no members yet: refuses unless the project is there.
    pub fn require_alive(&self) -> Result<()> {
        let project = self.locked()?;
        if project.exists && !project.deleted {
            Ok(())
        } else {
            Err(self.principal.hidden_project())
        }
    }

    /// Like `require`, for a project in the trash.
    pub fn require_in_trash(&self, permission: Permission) -> Result<()> {
        let project = self.locked()?;
        if !project.exists || !project.deleted {
            return Err(self.principal.hidden_project());
        }
        let role = self.role_of_caller();
        // Only its owner knows of a project in the trash.
        if role != Some(Role::Owner) {
            return Err(self.principal.hidden_project());
        }
        judge(&self.principal, Relation::of(role, false), permission)
    }

    fn relation(&self) -> Result<Relation> {
        let project = self.locked()?;
        Ok(Relation::of(self.role_of_caller(), project.is_public))
    }

    #[must_use]
    pub fn role_of_caller(&self) -> Option<Role> {
        self.principal.user_id().and_then(|user| self.role_of(user))
    }

    #[must_use]
    pub fn role_of(&self, user: UserId) -> Option<Role> {
        self.known::<Roster>()
            .and_then(|roster| roster.0.get(&user).copied())
    }

    #[must_use]
    pub fn member_count(&self) -> usize {
        self.known::<Roster>().map_or(0, |roster| roster.0.len())
    }

    /// Makes this command the first of a new project, whose row it has just inserted.
    pub fn found_project(&mut self, epoch: Uuid, created: ProjectCreated) -> Result<()> {
        let project = self
            .project
            .as_mut()
            .ok_or_else(|| Error::internal("no project"))?;
        if project.exists {
            return Err(Error::Conflict(
                "there is a project with this id already".to_owned(),
            ));
        }
        project.exists = true;
        project.epoch = epoch;
        self.emit(Event::ProjectCreate(created));
        Ok(())
    }

    /// What was remembered about this project, exactly as it is now.
    #[must_use]
    pub fn known<T: Projection>(&self) -> Option<&T> {
        let projection: &dyn Any = self.projections.get(&TypeId::of::<T>())?.as_ref();
        projection.downcast_ref()
    }

    /// The same, read now if it was not remembered.
    pub async fn projection<T: ReadProjection>(&mut self) -> Result<&T> {
        if self.known::<T>().is_none() {
            let project = self.project_id()?;
            let projection = T::read(self.read().await?, project).await?;
            self.remember(projection);
        }
        self.known()
            .ok_or_else(|| Error::internal("what was just read is gone"))
    }

    /// For what a memory keeps for its owner besides the state.
    pub fn known_mut<T: Projection>(&mut self) -> Option<&mut T> {
        let projection: &mut dyn Any = self.projections.get_mut(&TypeId::of::<T>())?.as_mut();
        projection.downcast_mut()
    }

    /// Keeps something for later commands; every event from now on is applied to it.
    pub fn remember<T: Projection>(&mut self, projection: T) {
        self.projections
            .insert(TypeId::of::<T>(), Box::new(projection));
    }

    /// Says what happened. One event makes one entry in the log; several become one `batch`.
    pub fn emit(&mut self, event: Event) {
        self.changed = true;
        if let Some(project) = &mut self.project {
            project.follow(&event);
        }
        for projection in self.projections.values_mut() {
            projection.apply(&event);
        }
        if let Some(node) = status_said_by(&event) {
            self.staleness.forget(node);
        }
        self.events.push(event);
    }

    /// What this command said so far.
    #[must_use]
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// Says which answers no longer rest on what their context is, and which do so again.
    pub fn change_staleness(&mut self, staleness: Staleness) {
        for projection in self.projections.values_mut() {
            projection.follow(&staleness);
        }
        self.staleness.then(staleness);
    }

    /// For an operation that found everything as it should be: a batch still says the state of the
    /// projection, so that each operation has its place in the answer. Alone, it leaves no event.
    pub fn unchanged(&mut self, event: Event) {
        if self.as_batch {
            self.events.push(event);
        }
    }

    /// Makes the events of this command a `batch`, even if there is only one.
    pub fn as_batch(&mut self) {
        self.as_batch = true;
    }

    /// The audit record of a change that is no event.
    pub fn record(&mut self, record: Record) {
        self.recorded = true;
        self.record = Some(record);
    }

    /// For bookkeeping that nobody asked for. The reason is for the reader.
    pub fn unrecorded(&mut self, _reason: &'static str) {
        self.recorded = true;
    }

    /// Queues work that outlives the request; it exists if and only if this command commits.
    pub fn enqueue(&mut self, kind: &'static str, payload: Value) {
        self.changed = true;
        self.jobs.push((kind, payload));
    }

    /// Takes what the command left, and checks that it told the log or the audit.
    pub(super) fn take_left(&mut self) -> Result<Left> {
        let mut events = mem::take(&mut self.events);
        let event = match events.len() {
            0 => None,
            1 if !self.as_batch => events.pop(),
            _ => Some(Event::Batch(BatchEvent { ops: events })),
        };
        if self.changed && event.is_none() && !self.recorded {
            return Err(Error::internal(
                "a command changed something without an audit record",
            ));
        }
        Ok(Left {
            event,
            staleness: mem::take(&mut self.staleness),
            record: self.record.take(),
            jobs: mem::take(&mut self.jobs),
        })
    }

    /// Forgets the command before; the transaction stays.
    pub(super) fn next(&mut self, principal: Principal, request: RequestInfo) {
        self.principal = principal;
        self.request = request;
        self.actor = None;
        self.project = None;
        self.changed = false;
        self.as_batch = false;
        self.events.clear();
        self.staleness = Staleness::default();
        self.record = None;
        self.recorded = false;
        self.jobs.clear();
    }
}

/// Whose status an event says that may follow from another in the same command.
fn status_said_by(event: &Event) -> Option<NodeId> {
    match event {
        Event::GenerationStart(changed)
        | Event::GenerationEnd(changed)
        | Event::GenerationCancel(changed)
        | Event::GenerationSelect(changed) => Some(changed.node_id),
        Event::ProjectCreate(_)
        | Event::ProjectUpdate(_)
        | Event::ProjectDelete {}
        | Event::ProjectRestore {}
        | Event::MemberAdd(_)
        | Event::MemberUpdate(_)
        | Event::MemberRemove(_)
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
        | Event::RefreshStart(_)
        | Event::RefreshEnd(_)
        | Event::InstructionsChange {}
        | Event::Batch(_) => None,
    }
}

//! What a command gets to work with.

use std::{any::Any, any::TypeId, sync::Arc};

use chrono::{DateTime, Utc};
use kernel::{
    Actor, BatchId, Error, Permission, ProjectId, Relation, Result, Role, Scopes, UserId, Verdict,
    policy,
};
use protocol::events::{Event, ProjectCreated, ProjectEvent, SideEffects};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, EntityTrait, Statement};
use serde_json::Value;
use uuid::Uuid;

use super::{
    call::Caller,
    current::{Current, Locked, QueuedJob},
    memory::Roster,
    record::Record,
    rows::Rows,
};
use crate::{
    database::db, extensions::Extensions, jobs::Job, principal::Principal, projection::Projection,
    request::RequestInfo,
};

/// Older servers, which may write beside this one, take the same.
const PEOPLE_LOCK: i64 = 0x0062_7564_6765_7473;

/// The writer, seen from inside a command.
///
/// A command first checks, through `read`, `projection` and `require`; then writes rows through `conn`
/// or `insert`; then emits its event. A refusal before the first row costs nothing; one after it takes
/// the group back and runs the others again.
pub struct Write {
    pub(super) group: GroupTransaction,
    pub(super) current: Current,
}

/// What all commands of a group share.
pub(super) struct GroupTransaction {
    pub(super) transaction: DatabaseTransaction,
    pub(super) now: DateTime<Utc>,
    pub(super) rows: Rows,
    pub(super) extensions: Extensions,
    pub(super) command_visits_max: u64,
    pub(super) owner_bytes_max: i64,
}

impl std::fmt::Debug for Write {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Write")
            .field("project", &self.current.project)
            .finish_non_exhaustive()
    }
}

impl Write {
    pub(super) fn new(group: GroupTransaction) -> Self {
        Self {
            group,
            current: Current::new(Caller::server()),
        }
    }

    /// The time of this group.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.group.now
    }

    /// What a feature keeps in this process, as by `Platform::feature`.
    #[must_use]
    pub fn feature<T: Default + Send + Sync + 'static>(&self) -> Arc<T> {
        self.group.extensions.get()
    }

    #[must_use]
    pub fn principal(&self) -> &Principal {
        &self.current.caller.principal
    }

    #[must_use]
    pub fn request(&self) -> &RequestInfo {
        &self.current.caller.request
    }

    /// Who does this; nobody where an anonymous caller registers or resets a password.
    pub fn actor(&self) -> Result<&Actor> {
        self.current.actor.as_ref().ok_or(Error::Unauthenticated)
    }

    pub fn user_id(&self) -> Result<UserId> {
        self.current
            .caller
            .principal
            .user_id()
            .ok_or(Error::Unauthenticated)
    }

    fn locked(&self) -> Result<&Locked> {
        self.current
            .project
            .as_ref()
            .ok_or_else(|| Error::internal("this command is about no project"))
    }

    pub fn project_id(&self) -> Result<ProjectId> {
        self.locked().map(|project| project.id)
    }

    /// The number that the event of this command will have.
    pub fn next_seq(&self) -> Result<i64> {
        self.locked().map(|project| project.head + 1)
    }

    /// For checks: what the command reads before it decides.
    pub async fn read(&mut self) -> Result<&DatabaseTransaction> {
        self.current.rows += 1;
        self.group.rows.write(&self.group.transaction).await?;
        Ok(&self.group.transaction)
    }

    /// For whoever counts what a person does in all projects, until the group is committed. It is one
    /// lock for everybody: people are in several projects at once, and locks of their own, taken in
    /// any order, would wait for each other.
    pub async fn lock_people(&mut self) -> Result<()> {
        let connection = self.read().await?;
        // SQLite has one writer anyway.
        if connection.get_database_backend() != DbBackend::Postgres {
            return Ok(());
        }
        let lock = Statement::from_sql_and_values(
            DbBackend::Postgres,
            "SELECT pg_advisory_xact_lock($1)",
            [PEOPLE_LOCK.into()],
        );
        connection.execute_raw(lock).await.map(drop).map_err(db)
    }

    /// For changes: from here on a refusal takes the group back.
    pub async fn conn(&mut self) -> Result<&DatabaseTransaction> {
        self.current.has_changed = true;
        self.read().await
    }

    /// Inserts a row that cannot be refused. Rows of one table that follow each other, also from
    /// different commands of a group, are written with one statement, before anything else reads or
    /// writes.
    pub async fn insert<E: EntityTrait>(&mut self, row: E::ActiveModel) -> Result<()>
    where
        E::ActiveModel: Send + Sync,
    {
        self.current.has_changed = true;
        self.current.rows += 1;
        if !self.group.rows.are_of::<E>() {
            self.group.rows.write(&self.group.transaction).await?;
        }
        self.group.rows.push::<E>(row);
        Ok(())
    }

    /// Refuses unless the caller's role and scopes, read under the lock, allow this.
    pub fn require(&self, permission: Permission) -> Result<()> {
        self.require_alive()?;
        self.current
            .caller
            .principal
            .judge(self.relation()?, permission)
    }

    /// Whether somebody, whoever asks, may do this: for what goes on in their name.
    #[must_use]
    pub fn may(&self, user: UserId, permission: Permission) -> bool {
        let is_public = self
            .current
            .project
            .as_ref()
            .is_some_and(|project| project.is_public);
        let relation = Relation::of(self.role_of(user), is_public);
        policy::decide(relation, Scopes::UNLIMITED, permission) == Verdict::Allowed
    }

    /// For those who are no members yet: refuses unless the project is there.
    pub fn require_alive(&self) -> Result<()> {
        let project = self.locked()?;
        if project.exists && !project.deleted {
            Ok(())
        } else {
            Err(self.current.caller.principal.hidden_project())
        }
    }

    /// Like `require`, for a project in the trash.
    pub fn require_in_trash(&self, permission: Permission) -> Result<()> {
        let project = self.locked()?;
        if !project.exists || !project.deleted {
            return Err(self.current.caller.principal.hidden_project());
        }
        let relation = Relation::of(self.role_of_caller(), false);
        // Only who may bring it back knows of a project in the trash.
        let owns = policy::decide(relation, Scopes::UNLIMITED, Permission::OWNERSHIP_WRITE);
        if owns != Verdict::Allowed {
            return Err(self.current.caller.principal.hidden_project());
        }
        self.current.caller.principal.judge(relation, permission)
    }

    fn relation(&self) -> Result<Relation> {
        let project = self.locked()?;
        Ok(Relation::of(self.role_of_caller(), project.is_public))
    }

    #[must_use]
    pub fn role_of_caller(&self) -> Option<Role> {
        let user = self.current.caller.principal.user_id()?;
        match &self.current.seat {
            Some(seat) => seat.role(user, |user| self.role_of(user)),
            None => self.role_of(user),
        }
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
            .current
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
        self.emit(ProjectEvent::Create(created));
        Ok(())
    }

    /// What is derived from this project's state, exactly as it is now, if it was read before.
    #[must_use]
    pub fn known<P: Projection>(&self) -> Option<&P> {
        let projection: &dyn Any = self.current.projections.get(&TypeId::of::<P>())?.as_ref();
        projection.downcast_ref()
    }

    /// The same, read now if it was not.
    pub async fn projection<P: Projection>(&mut self) -> Result<&P> {
        if self.known::<P>().is_none() {
            let project = self.project_id()?;
            let projection = P::read(self.read().await?, project).await?;
            let projections = &mut self.current.projections;
            projections.insert(TypeId::of::<P>(), Box::new(projection));
        }
        self.known()
            .ok_or_else(|| Error::internal("what was just read is gone"))
    }

    /// For what a projection keeps for its owner besides the state.
    pub fn known_mut<P: Projection>(&mut self) -> Option<&mut P> {
        let projections = &mut self.current.projections;
        let projection: &mut dyn Any = projections.get_mut(&TypeId::of::<P>())?.as_mut();
        projection.downcast_mut()
    }

    /// Refuses once a command has looked at more than one may. What makes a command do many things asks
    /// between them.
    pub fn refuse_too_much(&self) -> Result<()> {
        if self.current.visits() > self.group.command_visits_max {
            return Err(Error::TooMuchWork);
        }
        Ok(())
    }

    /// Says what happened. One event makes one entry in the log; several become one `batch`.
    pub fn emit(&mut self, event: impl Into<Event>) {
        let event = event.into();
        let current = &mut self.current;
        current.has_changed = true;
        if let Some(project) = &mut current.project {
            project.follow(&event);
        }
        for projection in current.projections.values_mut() {
            projection.follow(&event);
        }
        current.effects.superseded_by(&event);
        current.events.push(event);
    }

    /// For the audit: what the fields held before that the event said last changes.
    pub fn was(&mut self, values: Value) {
        if let Some(place) = self.current.events.len().checked_sub(1) {
            self.current.was.push((place, values));
        }
    }

    /// What this command said so far.
    #[must_use]
    pub fn events(&self) -> &[Event] {
        &self.current.events
    }

    /// What was said since the reaction that runs last looked.
    #[must_use]
    pub fn news(&self) -> &[Event] {
        self.current
            .events
            .get(self.current.news_from..)
            .unwrap_or_default()
    }

    /// What the events of this command did besides what they say, so far.
    #[must_use]
    pub fn effects(&self) -> &SideEffects {
        &self.current.effects
    }

    pub(super) fn look_from(&mut self, index: usize) {
        self.current.news_from = index;
    }

    /// Says what the event did besides what it says.
    pub fn add_effects(&mut self, effects: SideEffects) {
        for projection in self.current.projections.values_mut() {
            projection.follow_effects(&effects);
        }
        self.current.effects.then(effects);
    }

    /// For an operation that found everything as it should be: a batch still says how it is,
    /// so that each operation has its place in the answer. Alone, it leaves no event.
    pub fn unchanged(&mut self, event: impl Into<Event>) {
        if self.current.as_batch {
            self.current.unchanged.push(self.current.events.len());
            self.current.events.push(event.into());
        }
    }

    /// Makes the events of this command a `batch`, even if there is only one.
    pub fn as_batch(&mut self) {
        self.current.as_batch = true;
    }

    /// The audit record of a change that is no event.
    pub fn record(&mut self, record: Record) {
        self.current.is_recorded = true;
        self.current.record = Some(record);
    }

    /// For bookkeeping that nobody asked for. The reason is for the reader.
    pub fn unrecorded(&mut self, _reason: &'static str) {
        self.current.is_recorded = true;
    }

    /// Queues work that outlives the request; it exists if and only if this command commits.
    pub fn enqueue<J: Job>(&mut self, job: &J) -> Result<()> {
        self.queue(job, J::PRIORITY, None, None)
    }

    /// The same for a job that goes before or after its like.
    pub fn enqueue_with<J: Job>(&mut self, priority: i16, job: &J) -> Result<()> {
        self.queue(job, priority, None, None)
    }

    /// The same for work that has its time.
    pub fn enqueue_at<J: Job>(&mut self, at: DateTime<Utc>, job: &J) -> Result<()> {
        self.queue(job, J::PRIORITY, None, Some(at))
    }

    /// The same for a job of a batch of this project, which `batches::grow` counts.
    pub fn enqueue_in<J: Job>(&mut self, batch: BatchId, job: &J) -> Result<()> {
        self.queue(job, J::PRIORITY, Some(batch), None)
    }

    /// This command ended a job: its worker need not.
    pub(crate) fn ended_job(&mut self, job: Uuid) {
        self.current.ended_jobs.push(job);
    }

    fn queue<J: Job>(
        &mut self,
        job: &J,
        priority: i16,
        batch: Option<BatchId>,
        at: Option<DateTime<Utc>>,
    ) -> Result<()> {
        self.current.has_changed = true;
        self.current.jobs.push(QueuedJob {
            kind: J::KIND,
            queue: J::QUEUE,
            priority,
            payload: serde_json::to_value(job).map_err(Error::internal)?,
            batch,
            at,
        });
        Ok(())
    }
}

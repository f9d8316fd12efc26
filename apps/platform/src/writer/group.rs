//! A group: commands that share one transaction and one COMMIT.

use std::{
    collections::HashMap,
    sync::Arc,
    time::{Duration, Instant},
};

use chrono::{DateTime, Utc};
use entity::project;
use kernel::{Actor, ActorKind, Error, ProjectId, Result};
use protocol::events::{ActorView, Event, LoggedEvent, SideEffects};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter, QuerySelect, sea_query::Expr,
};
use uuid::Uuid;

use super::{
    call::Subject,
    command::Done,
    current::{Current, Left, Locked},
    effects::{Effects, Origin},
    lookups::{Asked, Known, Names, carried_out_before, living, refresh},
    memory::ProjectMemory,
    parts::Parts,
    queued::QueuedCommand,
    reactions, room,
    rows::Rows,
    security::Line,
    work::{COMMAND_TIME_MAX, GROUP_VISITS_MAX},
    write::{GroupTransaction, Write},
};
use crate::{
    bus::Committed,
    database::db,
    principal::{Credential, Principal},
    request::OpKey,
};

/// How many commands share a COMMIT at most: enough to make its cost small, few enough that nobody
/// waits long for the others.
pub(super) const GROUP_COMMANDS_MAX: usize = 128;

/// Longer than Postgres lets a single statement run: a group that has not ended by then waits for a
/// database that is no longer there.
const GROUP_TIME_MAX: Duration = Duration::from_secs(15);

type Memory = HashMap<ProjectId, ProjectMemory>;

/// What became of a group.
#[derive(Default)]
pub(super) struct Carried {
    /// What each command looked at.
    pub(super) visits: Vec<(Subject, u64)>,
    /// Commands that the group did not come to.
    pub(super) rest: Vec<QueuedCommand>,
}

/// Carries commands out and answers each of them, as many as a group may look at. An error is what
/// all of them were told.
pub(super) async fn carry_out(
    parts: &Parts,
    memory: &mut Memory,
    mut commands: Vec<QueuedCommand>,
) -> Result<Carried> {
    let mut carried = Carried::default();
    while !commands.is_empty() {
        let started = Instant::now();
        let attempt = attempt(parts, memory, &mut commands);
        let outcome = match tokio::time::timeout(GROUP_TIME_MAX, attempt).await {
            Ok(outcome) => outcome,
            Err(late) => Err(Failed::Group(Error::Unavailable(late.into()))),
        };
        match outcome {
            Ok(committed) => {
                carried.rest = commands.split_off(committed.outcomes.len());
                commands
                    .iter()
                    .for_each(|queued| carried.charge(parts, queued));
                metrics::histogram!("nonlinear_group_commands").record(count(commands.len()));
                metrics::histogram!("nonlinear_commit_seconds").record(started.elapsed());
                committed.announce(parts, commands);
                return Ok(carried);
            }
            Err(Failed::One(index, error)) => {
                forget(memory, &commands);
                let refused = commands.remove(index);
                carried.charge(parts, &refused);
                refused.work.answer(Err(error));
            }
            Err(Failed::Group(error)) => {
                forget(memory, &commands);
                fail_all(commands, &error);
                return Err(error);
            }
        }
    }
    Ok(carried)
}

impl Carried {
    fn charge(&mut self, parts: &Parts, queued: &QueuedCommand) {
        let principal = &queued.caller.principal;
        parts.debts.charge(principal, queued.visits, Instant::now());
        self.visits.push((queued.subject, queued.visits));
    }
}

async fn attempt(
    parts: &Parts,
    memory: &mut Memory,
    commands: &mut [QueuedCommand],
) -> Result<CommittedGroup, Failed> {
    let asked = commands.iter().map(Asked::of).collect();
    let attempt = Attempt::begin(parts, memory, asked).await?;
    attempt.run(commands).await
}

/// What a rolled-back group remembered of its projects is not true.
fn forget(memory: &mut Memory, commands: &[QueuedCommand]) {
    for queued in commands {
        if let Subject::Project(project) = queued.subject {
            memory.remove(&project);
        }
    }
}

#[expect(clippy::as_conversions, reason = "a metric of at most 128")]
fn count(commands: usize) -> f64 {
    commands as f64
}

/// Nobody knows whether a broken COMMIT arrived, so nobody is told that it did: who asked with an op
/// id asks again and finds out.
pub(super) fn fail_all(commands: Vec<QueuedCommand>, error: &Error) {
    let message = kernel::error::chain(error);
    tracing::error!(
        error = message,
        commands = commands.len(),
        "A group of commands failed"
    );
    for queued in commands {
        let error = if matches!(error, Error::Unavailable(_)) {
            Error::Unavailable(message.clone().into())
        } else {
            Error::internal(message.clone())
        };
        queued.work.answer(Err(error));
    }
}

enum Failed {
    /// This command refused after it had changed something: the others must run again without it.
    One(usize, Error),
    Group(Error),
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        Self::Group(error)
    }
}

struct Attempt<'a> {
    write: Write,
    memory: &'a mut Memory,
    touched: HashMap<ProjectId, Locked>,
    names: Names,
    known: Known,
    effects: Effects,
    outcomes: Vec<Result<Done>>,
    published: HashMap<ProjectId, Vec<Arc<LoggedEvent>>>,
    rang: bool,
    parts: &'a Parts,
}

impl<'a> Attempt<'a> {
    async fn begin(parts: &'a Parts, memory: &'a mut Memory, asked: Vec<Asked>) -> Result<Self> {
        let transaction = parts.database.begin_write().await.map_err(db)?;
        let now = parts.clock.now();
        let names = living(&transaction, &asked, now).await?;
        let known = carried_out_before(&transaction, &asked).await?;
        Ok(Self {
            write: Write::new(GroupTransaction {
                transaction,
                now,
                rows: Rows::default(),
                extensions: parts.extensions.clone(),
                command_visits_max: parts.command_visits_max,
                owner_bytes_max: parts.owner_bytes_max,
            }),
            memory,
            touched: HashMap::new(),
            names,
            known,
            effects: Effects::default(),
            outcomes: Vec::with_capacity(asked.len()),
            published: HashMap::new(),
            rang: false,
            parts,
        })
    }

    async fn run(mut self, commands: &mut [QueuedCommand]) -> Result<CommittedGroup, Failed> {
        let mut visits = 0;
        for (index, queued) in commands.iter_mut().enumerate() {
            if visits > GROUP_VISITS_MAX {
                break;
            }
            let outcome = self.run_one(queued).await;
            visits += queued.visits;
            match outcome {
                Ok(done) => self.outcomes.push(Ok(done)),
                Err(error @ Error::Unavailable(_)) => return Err(Failed::Group(error)),
                Err(error) if self.write.current.has_changed => {
                    return Err(Failed::One(index, error));
                }
                Err(error) => {
                    self.put_memory_back();
                    self.outcomes.push(Err(error));
                }
            }
        }
        self.commit().await.map_err(Failed::Group)
    }

    async fn run_one(&mut self, queued: &mut QueuedCommand) -> Result<Done> {
        queued.visits = 0;
        self.write.current = Current::new(queued.caller.clone());
        self.write.current.actor = self.actor(&queued.caller.principal)?;
        if let Subject::Project(project) = queued.subject {
            self.enter(project).await?;
        }
        if let Some(before) = self.find_before(queued)? {
            self.put_memory_back();
            return Ok(Done::Before(before));
        }
        let outcome = tokio::time::timeout(COMMAND_TIME_MAX, self.work(queued)).await;
        queued.visits = self.write.current.visits();
        // What was interrupted may have left half of a statement behind.
        outcome.unwrap_or_else(|_| {
            self.write.current.has_changed = true;
            Err(Error::TooMuchWork)
        })?;
        let left = self.write.current.take_left()?;
        let committed = self.number(left, queued.op.as_ref())?;
        let locked = self.write.current.project.as_ref();
        let head = locked.map_or(0, |locked| locked.head);
        self.put_memory_back();
        Ok(Done::Now { committed, head })
    }

    /// The command itself, and what follows from it.
    async fn work(&mut self, queued: &mut QueuedCommand) -> Result<()> {
        queued.work.run(&mut self.write).await?;
        reactions::run(&self.parts.reactions, &mut self.write).await
    }

    fn actor(&self, principal: &Principal) -> Result<Option<Actor>> {
        let Principal::User { id, credential, .. } = principal else {
            return Ok(None);
        };
        let name = self
            .names
            .get(&(*id, credential.uuid()))
            .ok_or(Error::Unauthenticated)?;
        let kind = match credential {
            Credential::Session(_) | Credential::Internal => ActorKind::User,
            Credential::Token(_) => ActorKind::Token,
        };
        Ok(Some(Actor {
            kind,
            id: id.uuid(),
            name: name.clone(),
        }))
    }

    /// Takes the project's lock, and makes what is remembered of it true.
    async fn enter(&mut self, project: ProjectId) -> Result<()> {
        let locked = match self.touched.get(&project) {
            Some(locked) => locked.clone(),
            None => self.lock(project).await?,
        };
        let memory = self.memory.remove(&project).unwrap_or_default();
        self.write.current.remember(memory.projections);
        self.write.current.project = Some(locked);
        Ok(())
    }

    async fn lock(&mut self, project: ProjectId) -> Result<Locked> {
        let transaction = &self.write.group.transaction;
        let row = project::Entity::find_by_id(project.uuid())
            .select_only()
            .columns([
                project::Column::HeadSeq,
                project::Column::Epoch,
                project::Column::IsPublic,
                project::Column::DeletedAt,
            ])
            .expr(Expr::cust(room::HELD_BY_ITS_OWNER))
            // Has no effect on SQLite, where the transaction itself began as a writer.
            .lock_exclusive()
            .into_tuple::<(i64, Uuid, bool, Option<DateTime<Utc>>, i64)>()
            .one(transaction)
            .await
            .map_err(db)?;
        let locked = match row {
            Some((head, epoch, is_public, deleted_at, owner_bytes)) => Locked {
                id: project,
                exists: true,
                head,
                epoch,
                is_public,
                deleted: deleted_at.is_some(),
                owner_bytes,
                added_bytes: 0,
            },
            None => Locked {
                id: project,
                exists: false,
                head: 0,
                epoch: Uuid::nil(),
                is_public: false,
                deleted: false,
                owner_bytes: 0,
                added_bytes: 0,
            },
        };
        let memory = self.memory.remove(&project).unwrap_or_default();
        let memory = refresh(transaction, memory, &locked).await?;
        self.memory.insert(project, memory);
        self.touched.insert(project, locked.clone());
        Ok(locked)
    }

    fn put_memory_back(&mut self) {
        if let Some(locked) = self.write.current.project.take() {
            let projections = std::mem::take(&mut self.write.current.projections);
            // Ids that name nothing must not push out what is worth remembering.
            if !locked.exists {
                self.touched.remove(&locked.id);
                return;
            }
            let memory = ProjectMemory {
                seq: locked.head,
                epoch: locked.epoch,
                projections,
            };
            self.memory.insert(locked.id, memory);
            self.touched.insert(locked.id, locked);
        }
    }

    fn find_before(&self, queued: &QueuedCommand) -> Result<Option<Arc<LoggedEvent>>> {
        let (Some(op), Subject::Project(project)) = (&queued.op, queued.subject) else {
            return Ok(None);
        };
        let actor = self.write.actor()?.id;
        match self.known.get(&(project, actor, op.id.uuid())) {
            None => Ok(None),
            // A removed member asks again: what they did stays done, but they hear no more of it.
            Some(_) if self.write.role_of_caller().is_none() => {
                Err(self.write.principal().hidden_project())
            }
            Some((fingerprint, event)) if *fingerprint == op.fingerprint => Ok(Some(event.clone())),
            Some(_) => Err(Error::OpReused),
        }
    }

    /// Gives the command's event its number, and puts down what is to be stored.
    fn number(&mut self, left: Left, op: Option<&OpKey>) -> Result<Option<Arc<LoggedEvent>>> {
        let Left {
            event,
            effects,
            record,
            jobs,
        } = left;
        let Write { group, current } = &mut self.write;
        let origin = Origin {
            actor: current.actor.as_ref(),
            caller: &current.caller,
            at: group.now,
        };
        self.rang |= !jobs.is_empty();
        let project = current.project.as_ref().map(|project| project.id);
        for job in jobs {
            self.effects.job(job, project, group.now);
        }
        if let Some(record) = record {
            self.effects.audit(&origin, record, None);
        }
        let Some(event) = event else { return Ok(None) };
        let locked = current
            .project
            .as_mut()
            .ok_or_else(|| Error::internal("an event of no project"))?;
        locked.head += 1;
        let event = Arc::new(logged(&origin, locked.head, event, effects, op)?);
        let bytes = i64::try_from(event.data.get().len());
        locked.added_bytes += bytes.map_err(Error::internal)?;
        self.effects.event(&origin, locked, &event, op)?;
        self.published
            .entry(locked.id)
            .or_default()
            .push(event.clone());
        if let (Some(op), Some(actor)) = (op, &current.actor) {
            let key = (locked.id, actor.id, op.id.uuid());
            self.known
                .insert(key, (op.fingerprint.to_vec(), event.clone()));
        }
        Ok(Some(event))
    }

    async fn commit(mut self) -> Result<CommittedGroup> {
        let GroupTransaction {
            transaction,
            now,
            mut rows,
            extensions: _,
            command_visits_max: _,
            owner_bytes_max: _,
        } = self.write.group;
        rows.write(&transaction).await?;
        self.effects.store(&transaction).await?;
        let mut committed = Vec::new();
        for (id, events) in self.published {
            let Some(locked) = self.touched.get(&id) else {
                continue;
            };
            advance(&transaction, locked, now).await?;
            committed.push(Arc::new(Committed {
                project: id,
                epoch: locked.epoch,
                events,
            }));
        }
        transaction.commit().await.map_err(db)?;
        if self.rang {
            self.parts.job_bell.ring();
        }
        Ok(CommittedGroup {
            outcomes: self.outcomes,
            committed,
            security: self.effects.security,
        })
    }
}

fn logged(
    origin: &Origin<'_>,
    seq: i64,
    event: Event,
    effects: SideEffects,
    op: Option<&OpKey>,
) -> Result<LoggedEvent> {
    Ok(LoggedEvent {
        seq,
        data: event.encode().map_err(Error::internal)?,
        event,
        actor: ActorView {
            kind: origin.actor.map_or(ActorKind::System, |actor| actor.kind),
            id: origin.actor.map(|actor| actor.id),
            name: origin.actor.map(|actor| actor.name.clone()),
        },
        op_id: op.map(|op| op.id),
        effects,
        at: origin.at.into(),
    })
}

struct CommittedGroup {
    outcomes: Vec<Result<Done>>,
    committed: Vec<Arc<Committed>>,
    security: Vec<Line>,
}

impl CommittedGroup {
    /// Tells the security log and the bus, then whoever asked.
    fn announce(self, parts: &Parts, commands: Vec<QueuedCommand>) {
        self.security.iter().for_each(Line::tell);
        for committed in self.committed {
            for event in &committed.events {
                for observer in &parts.observers {
                    (observer.observe)(&parts.extensions, event);
                }
            }
            parts.bus.publish(committed);
        }
        for (queued, outcome) in commands.into_iter().zip(self.outcomes) {
            queued.work.answer(outcome);
        }
    }
}

async fn advance(
    transaction: &impl ConnectionTrait,
    locked: &Locked,
    now: DateTime<Utc>,
) -> Result<()> {
    project::Entity::update_many()
        .col_expr(project::Column::HeadSeq, Expr::value(locked.head))
        .col_expr(project::Column::UpdatedAt, Expr::value(now))
        .col_expr(
            project::Column::StoredBytes,
            Expr::col(project::Column::StoredBytes).add(locked.added_bytes),
        )
        .filter(project::Column::Id.eq(locked.id.uuid()))
        .exec(transaction)
        .await
        .map(drop)
        .map_err(db)
}

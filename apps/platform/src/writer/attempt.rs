//! One try at a group: what happens between BEGIN and COMMIT.

use std::{collections::HashMap, sync::Arc, time::Instant};

use chrono::{DateTime, Utc};
use entity::project;
use kernel::{Actor, ActorKind, Error, ProjectId, Result};
use protocol::events::{ActorView, Event, LoggedEvent, SideEffects};
use sea_orm::{
    ColumnTrait, EntityTrait, ExprTrait, QueryFilter, QuerySelect, QueryTrait,
    sea_query::{Expr, LockType, UpdateStatement},
};
use uuid::Uuid;

use super::{
    call::Subject,
    command::Done,
    current::{Current, Left, Locked},
    effects::{Effects, Origin},
    lookups::{Asked, Known, carried_out_before, living, refresh, seated},
    memory::{Memory, ProjectMemory},
    parts::Parts,
    people::{DatabaseState, People, Seen},
    queued::QueuedCommand,
    reactions, room,
    rows::Rows,
    security::Line,
    statements::Statements,
    work::{COMMAND_TIME_MAX, GROUP_TIME_SHARED, GROUP_VISITS_MAX},
    write::{GroupTransaction, Write},
};
use crate::{
    bus::Committed,
    database::{Engine, db},
    principal::{Credential, Principal},
    request::OpKey,
    seats::{Seat, Seats},
};

pub(super) enum Failed {
    /// This command refused after it had changed something: the others must run again without it.
    One(usize, Error),
    Group(Error),
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        Self::Group(error)
    }
}

pub(super) struct Attempt<'a> {
    write: Write,
    memory: &'a mut Memory,
    asked: Vec<Asked>,
    touched: HashMap<ProjectId, Locked>,
    people: People,
    /// Which of SQLite's connections this is on.
    connection: u64,
    seats: Seats,
    known: Known,
    effects: Effects,
    outcomes: Vec<Result<Done>>,
    published: HashMap<ProjectId, Vec<Arc<LoggedEvent>>>,
    rang: bool,
    ended_jobs: Vec<Uuid>,
    parts: &'a Parts,
}

impl<'a> Attempt<'a> {
    pub(super) async fn begin(
        parts: &'a Parts,
        memory: &'a mut Memory,
        asked: Vec<Asked>,
    ) -> Result<Self> {
        let transaction = parts.database.begin_write().await.map_err(db)?;
        let now = parts.clock.now();
        let connection = parts.database.writers_made();
        // What is not put back after the commit is forgotten.
        let mut people = match std::mem::take(&mut memory.people) {
            people if are_about_projects(&asked) => people.still_living(connection, now),
            _ => People::default(),
        };
        let unknown = asked.iter().filter(|one| !people.know(&one.principal));
        let read = living(&transaction, unknown, now).await?;
        people.names.extend(read);
        let seats = seated(&transaction, &asked).await?;
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
            people,
            connection,
            seats,
            known: Known::new(),
            effects: Effects::default(),
            outcomes: Vec::with_capacity(asked.len()),
            asked,
            published: HashMap::new(),
            rang: false,
            ended_jobs: Vec::new(),
            parts,
        })
    }

    pub(super) async fn run(
        mut self,
        commands: &mut [QueuedCommand],
    ) -> Result<CommittedGroup, Failed> {
        let (begun, mut visits) = (Instant::now(), 0);
        for (index, queued) in commands.iter_mut().enumerate() {
            // Those that are left begin the next group.
            if visits > GROUP_VISITS_MAX || begun.elapsed() > GROUP_TIME_SHARED {
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
        // First: who is remembered is only known to live once the project is locked.
        if let Subject::Project(project) = queued.subject {
            self.enter(project).await?;
        }
        self.write.current.seat = self.seat(queued)?;
        let seen = self.seen(&queued.caller.principal)?;
        self.write.current.actor_email = seen.as_ref().map(|(_, email)| email.clone());
        self.write.current.actor = seen.map(|(actor, _)| actor);
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

    /// Who acts, and the address of the account that answers for it.
    fn seen(&self, principal: &Principal) -> Result<Option<(Actor, String)>> {
        let Principal::User { id, credential, .. } = principal else {
            return Ok(None);
        };
        let Seen { name, email, .. } = self.people.seen(principal).ok_or(Error::Unauthenticated)?;
        let (kind, id, name) = match (credential, &self.write.current.seat) {
            (Credential::Agent { agent, .. }, Some(seat)) => {
                (ActorKind::Agent, agent.uuid(), &seat.name)
            }
            (Credential::Agent { .. }, None) => return Err(Error::Unauthenticated),
            (Credential::Session(_) | Credential::Internal, _) => {
                (ActorKind::User, id.uuid(), name)
            }
            (Credential::Token(_), _) => (ActorKind::Token, id.uuid(), name),
        };
        let actor = Actor {
            kind,
            id,
            name: name.clone(),
        };
        Ok(Some((actor, email.clone())))
    }

    fn seat(&self, queued: &QueuedCommand) -> Result<Option<Seat>> {
        let Some((_, task)) = queued.caller.principal.agent_and_task() else {
            return Ok(None);
        };
        let Subject::Project(project) = queued.subject else {
            return Err(Error::Unauthenticated);
        };
        let seat = self.seats.get(&(project, task)).cloned();
        let removed = "this agent was removed, paused or switched off, or its task has ended";
        seat.map(Some)
            .ok_or_else(|| Error::Forbidden(removed.to_owned()))
    }

    /// Takes the project's lock once, makes what is remembered of it true, and looks up what was carried out before.
    async fn enter(&mut self, project: ProjectId) -> Result<()> {
        let locked = match self.touched.get(&project) {
            Some(locked) => locked.clone(),
            None => self.lock(project).await?,
        };
        let memory = self.memory.projects.remove(&project).unwrap_or_default();
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
            .expr(Expr::cust(self.parts.database.version_sql()))
            // Has no effect on SQLite, where the transaction itself began as a writer. Rows that only refer to the
            // project, such as what people are told, are not held up: their writers hold other things that we may want.
            .lock(LockType::NoKeyUpdate)
            .into_tuple::<(i64, Uuid, bool, Option<DateTime<Utc>>, i64, i64)>()
            .one(transaction)
            .await
            .map_err(db)?;
        let version = row.as_ref().map(|row| row.5);
        let locked = match row {
            Some((head, epoch, is_public, deleted_at, owner_bytes, _)) => Locked {
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
        self.check_people(version).await?;
        let transaction = &self.write.group.transaction;
        let memory = self.memory.projects.remove(&project).unwrap_or_default();
        let memory = refresh(transaction, memory, &locked).await?;
        let known = carried_out_before(transaction, project, &self.asked).await?;
        self.known.extend(known);
        self.memory.projects.insert(project, memory);
        self.touched.insert(project, locked.clone());
        Ok(locked)
    }

    /// Reads anew who lives if the database is not in the state in which that was known.
    async fn check_people(&mut self, version: Option<i64>) -> Result<()> {
        let connection = self.connection;
        let state = version.map(|version| DatabaseState {
            connection,
            version,
        });
        if self.people.state.is_some() && self.people.state != state {
            let GroupTransaction {
                transaction, now, ..
            } = &self.write.group;
            self.people.names = living(transaction, self.asked.iter(), *now).await?;
        }
        self.people.state = state;
        Ok(())
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
            self.memory.projects.insert(locked.id, memory);
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
            was,
            jobs,
            ended_jobs,
        } = left;
        let Write { group, current } = &mut self.write;
        let origin = Origin {
            actor: current.actor.as_ref(),
            email: current.actor_email.as_deref(),
            caller: &current.caller,
            at: group.now,
        };
        self.rang |= !jobs.is_empty();
        self.ended_jobs.extend(ended_jobs);
        let project = current.project.as_ref().map(|project| project.id);
        for job in jobs {
            self.effects.job(job, project, group.now);
        }
        if let Some(record) = record {
            self.effects.audit(&origin, record, project);
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
        self.effects.event(&origin, locked, &event, &was, op)?;
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
        let mut last = Statements::default();
        rows.store(&mut last);
        self.effects.store(&mut last);
        let mut committed = Vec::new();
        for (id, events) in self.published {
            let Some(locked) = self.touched.get(&id) else {
                continue;
            };
            last.update(advance(locked, now));
            committed.push(Arc::new(Committed {
                project: id,
                epoch: locked.epoch,
                events,
            }));
        }
        last.run(&transaction).await?;
        transaction.commit().await.map_err(db)?;
        let is_alone = self.parts.database.engine() == Engine::Sqlite;
        if is_alone && are_about_projects(&self.asked) {
            self.memory.people = self.people;
        }
        if self.rang {
            self.parts.job_bell.ring();
        }
        self.parts.job_bell.ended(self.ended_jobs);
        Ok(CommittedGroup {
            outcomes: self.outcomes,
            committed,
            security: self.effects.security,
        })
    }
}

/// Commands about accounts and the server may change who lives.
fn are_about_projects(asked: &[Asked]) -> bool {
    let mut subjects = asked.iter().map(|one| one.subject);
    subjects.all(|subject| matches!(subject, Subject::Project(_)))
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

pub(super) struct CommittedGroup {
    pub(super) outcomes: Vec<Result<Done>>,
    committed: Vec<Arc<Committed>>,
    security: Vec<Line>,
}

impl CommittedGroup {
    /// Tells the security log and the bus, then whoever asked.
    pub(super) fn announce(self, parts: &Parts, commands: Vec<QueuedCommand>) {
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

fn advance(locked: &Locked, now: DateTime<Utc>) -> UpdateStatement {
    project::Entity::update_many()
        .col_expr(project::Column::HeadSeq, Expr::value(locked.head))
        .col_expr(project::Column::UpdatedAt, Expr::value(now))
        .col_expr(
            project::Column::StoredBytes,
            Expr::col(project::Column::StoredBytes).add(locked.added_bytes),
        )
        .filter(project::Column::Id.eq(locked.id.uuid()))
        .into_query()
}

//! The writer: the only way to change anything.
//!
//! Every change is a command: it runs under the project's lock, detached from the request that asked
//! for it, and is either in the database whole, with its event, jobs and audit record, or not at all.
//! Commands that wait for the same project share one transaction and one COMMIT (a *group*); callers
//! notice nothing but speed.

mod command;
mod current;
mod effects;
mod group;
mod lookups;
mod memory;
mod queue;
mod reactions;
mod rows;
mod write;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use kernel::{Error, ProjectId, Result, UserId};
use protocol::events::LoggedEvent;
use tokio::sync::{mpsc, oneshot};

pub use command::{Command, ProjectCommand};
pub use effects::Record;
pub use reactions::{Observer, Reaction};
pub use write::Write;

use crate::{
    bell::JobBell,
    bus::Bus,
    clock::Clock,
    database::{Database, Engine},
    extensions::Extensions,
    principal::Principal,
    request::{OpKey, RequestInfo},
};
use command::{Typed, Work};
use queue::{QueueKey, WriteQueue};

/// How many commands may wait for one project; beyond that the answer is `busy`.
pub const PROJECT_MAILBOX_MAX: usize = 1_024;

/// What a command is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Subject {
    Project(ProjectId),
    Account(UserId),
    /// The server's own bookkeeping.
    Server,
}

/// Who asks, and through which request.
#[derive(Clone, Debug)]
pub struct Caller {
    pub principal: Principal,
    pub request: RequestInfo,
}

impl Caller {
    fn server() -> Self {
        Self {
            principal: Principal::System,
            request: RequestInfo::default(),
        }
    }
}

/// What became of a command.
#[derive(Debug)]
pub struct Receipt<T> {
    pub output: T,
    /// What happened; `None` when nothing had to change.
    pub committed: Option<Arc<LoggedEvent>>,
    /// Where the project's log ended after this; 0 for what is about no project.
    pub head: i64,
}

#[derive(Debug)]
pub struct Writer {
    queues: Arc<WriteQueues>,
    shared: Arc<Shared>,
}

/// What every queue needs.
#[derive(Debug)]
struct Shared {
    database: Database,
    clock: Arc<Clock>,
    bus: Arc<Bus>,
    job_bell: JobBell,
    extensions: Extensions,
    reactions: Vec<Reaction>,
    observers: Vec<Observer>,
}

type WriteQueues = Mutex<HashMap<QueueKey, mpsc::Sender<QueuedCommand>>>;

/// What a writer is made of.
#[derive(Debug)]
pub(crate) struct Parts {
    pub(crate) database: Database,
    pub(crate) clock: Arc<Clock>,
    pub(crate) bus: Arc<Bus>,
    pub(crate) job_bell: JobBell,
    pub(crate) extensions: Extensions,
    pub(crate) reactions: Vec<Reaction>,
    pub(crate) observers: Vec<Observer>,
}

impl Writer {
    pub(crate) fn new(parts: Parts) -> Self {
        let Parts {
            database,
            clock,
            bus,
            job_bell,
            extensions,
            reactions,
            observers,
        } = parts;
        Self {
            queues: Arc::default(),
            shared: Arc::new(Shared {
                database,
                clock,
                bus,
                job_bell,
                extensions,
                reactions,
                observers,
            }),
        }
    }

    /// Changes a project. Under an op id that is known already, what was done before is the answer.
    pub(crate) async fn write<C: ProjectCommand>(
        &self,
        caller: Caller,
        project: ProjectId,
        op: Option<OpKey>,
        command: C,
    ) -> Result<Receipt<C::Output>> {
        let (work, answer) = Typed::replayable(command);
        let subject = Subject::Project(project);
        self.enqueue(caller, subject, op, work, answer).await
    }

    /// Changes what belongs to an account.
    pub(crate) async fn write_account<C: Command>(
        &self,
        caller: Caller,
        account: UserId,
        command: C,
    ) -> Result<C::Output> {
        let (work, answer) = Typed::once(command);
        let subject = Subject::Account(account);
        let receipt = self.enqueue(caller, subject, None, work, answer).await?;
        Ok(receipt.output)
    }

    /// The server's own bookkeeping, such as claiming a job.
    pub async fn housekeep<C: Command>(&self, command: C) -> Result<C::Output> {
        let (work, answer) = Typed::once(command);
        let receipt = self
            .enqueue(Caller::server(), Subject::Server, None, work, answer)
            .await?;
        Ok(receipt.output)
    }

    async fn enqueue<T>(
        &self,
        caller: Caller,
        subject: Subject,
        op: Option<OpKey>,
        work: Box<dyn Work>,
        answer: oneshot::Receiver<Result<Receipt<T>>>,
    ) -> Result<Receipt<T>> {
        self.send(QueuedCommand {
            subject,
            caller,
            op,
            work,
        })?;
        // A queue only drops a reply when a command panicked and took its group with it.
        answer
            .await
            .map_err(|_| Error::internal("the command's group was abandoned"))?
    }

    fn send(&self, command: QueuedCommand) -> Result<()> {
        let key = QueueKey::of(self.shared.database.engine(), command.subject);
        let mut queues = self.queues.lock().unwrap_or_else(PoisonError::into_inner);
        let mailbox = queues.entry(key).or_insert_with(|| self.open_queue(key));
        let command = match mailbox.try_send(command) {
            Ok(()) => return Ok(()),
            Err(mpsc::error::TrySendError::Full(_)) => return Err(Error::Busy),
            Err(mpsc::error::TrySendError::Closed(command)) => command,
        };
        // The queue ended with a panic: the next one starts clean.
        *mailbox = self.open_queue(key);
        mailbox.try_send(command).map_err(|_| Error::Busy)
    }

    fn open_queue(&self, key: QueueKey) -> mpsc::Sender<QueuedCommand> {
        let mailbox_max = match self.shared.database.engine() {
            // One queue serves all projects there.
            Engine::Sqlite => PROJECT_MAILBOX_MAX * 8,
            Engine::Postgres => PROJECT_MAILBOX_MAX,
        };
        let (sender, receiver) = mpsc::channel(mailbox_max);
        let queue = WriteQueue::new(key, receiver, self.queues.clone(), self.shared.clone());
        tokio::spawn(queue.run());
        sender
    }
}

/// A command that waits, with whoever asked for it.
struct QueuedCommand {
    subject: Subject,
    caller: Caller,
    op: Option<OpKey>,
    work: Box<dyn Work>,
}

//! The one door for writes.
//!
//! Every change is a command: it runs under the project's lock, detached from the request that asked
//! for it, and is either in the database whole, with its event, jobs and audit record, or not at all.
//! Commands that wait for the same project share one transaction and one COMMIT (a *group*); callers
//! notice nothing but speed.

mod effects;
mod group;
mod lookups;
mod projections;
mod queue;
mod rows;
mod write;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use futures::future::BoxFuture;
use kernel::{Error, OpId, ProjectId, Result, UserId};
use protocol::events::Event;
use tokio::sync::{mpsc, oneshot};

pub use effects::Record;
pub use projections::{Projection, ReadProjection};
pub use write::Write;

use crate::{
    access::Principal,
    bus::Bus,
    clock::Clock,
    ctx::{Ctx, RequestInfo},
    database::{Database, Engine},
    extensions::Extensions,
    jobs::JobBell,
};
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

/// Names an operation of a client: sent again with the same data, it finds what it did before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpKey {
    pub id: OpId,
    /// SHA-256 of what was asked.
    pub fingerprint: [u8; 32],
}

/// What became of a command that was carried out.
#[derive(Debug)]
pub struct Receipt<T> {
    /// What the command returned; `None` when it had been carried out before.
    pub value: Option<T>,
    /// What happened; `None` when nothing had to change.
    pub committed: Option<Arc<CommittedEvent>>,
    /// Where the project's log ended after this; 0 for what is about no project.
    pub head: i64,
}

#[derive(Debug)]
pub struct CommittedEvent {
    pub seq: i64,
    pub event: Event,
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
    consequence: OnceLock<Reaction>,
}

/// What follows, in the same transaction, from what a command did to a project. It sees what the
/// command said, may say more, and like a command it may run again.
pub type Reaction = for<'w> fn(&'w mut Write) -> BoxFuture<'w, Result<()>>;

type WriteQueues = Mutex<HashMap<QueueKey, mpsc::Sender<QueuedCommand>>>;

impl Writer {
    pub(crate) fn new(
        database: Database,
        clock: Arc<Clock>,
        bus: Arc<Bus>,
        job_bell: JobBell,
        extensions: Extensions,
    ) -> Self {
        Self {
            queues: Arc::default(),
            shared: Arc::new(Shared {
                database,
                clock,
                bus,
                job_bell,
                extensions,
                consequence: OnceLock::new(),
            }),
        }
    }

    /// From now on this follows from every change of a project. There is one, set at the start.
    pub fn let_react(&self, consequence: Reaction) {
        // A second server in the same process has a door of its own.
        let _ = self.shared.consequence.set(consequence);
    }

    pub(crate) async fn submit<I, T, F>(
        &self,
        ctx: &Ctx,
        subject: Subject,
        op: Option<OpKey>,
        input: I,
        command: F,
    ) -> Result<Receipt<T>>
    where
        I: Send + Sync + 'static,
        T: Send + 'static,
        F: for<'w> Fn(&'w mut Write, &'w I) -> BoxFuture<'w, Result<T>> + Send + 'static,
    {
        let caller = (ctx.principal.clone(), ctx.request.clone());
        self.enqueue(caller, subject, op, input, command).await
    }

    /// The server's own bookkeeping, such as claiming a job.
    pub async fn housekeep<I, T, F>(&self, input: I, command: F) -> Result<T>
    where
        I: Send + Sync + 'static,
        T: Send + 'static,
        F: for<'w> Fn(&'w mut Write, &'w I) -> BoxFuture<'w, Result<T>> + Send + 'static,
    {
        let caller = (Principal::System, RequestInfo::default());
        let receipt = self
            .enqueue(caller, Subject::Server, None, input, command)
            .await?;
        receipt
            .value
            .ok_or_else(|| Error::internal("bookkeeping was replayed"))
    }

    async fn enqueue<I, T, F>(
        &self,
        (principal, request): (Principal, RequestInfo),
        subject: Subject,
        op: Option<OpKey>,
        input: I,
        command: F,
    ) -> Result<Receipt<T>>
    where
        I: Send + Sync + 'static,
        T: Send + 'static,
        F: for<'w> Fn(&'w mut Write, &'w I) -> BoxFuture<'w, Result<T>> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let work = Box::new(Typed {
            input,
            command,
            value: None,
            reply,
        });
        self.send(QueuedCommand {
            subject,
            principal,
            request,
            op,
            work,
        })?;
        // A queue only drops a reply when a command panicked and took its group with it.
        answer
            .await
            .map_err(|_| Error::internal("the command's group was abandoned"))?
    }

    fn send(&self, queued: QueuedCommand) -> Result<()> {
        let key = QueueKey::of(self.shared.database.engine(), queued.subject);
        let mut queues = self.queues.lock().unwrap_or_else(PoisonError::into_inner);
        let mailbox = queues.entry(key).or_insert_with(|| self.open_queue(key));
        let queued = match mailbox.try_send(queued) {
            Ok(()) => return Ok(()),
            Err(mpsc::error::TrySendError::Full(_)) => return Err(Error::Busy),
            Err(mpsc::error::TrySendError::Closed(queued)) => queued,
        };
        // The queue ended with a panic: the next one starts clean.
        *mailbox = self.open_queue(key);
        mailbox.try_send(queued).map_err(|_| Error::Busy)
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
    principal: Principal,
    request: RequestInfo,
    op: Option<OpKey>,
    work: Box<dyn Work>,
}

/// A command without its types.
trait Work: Send {
    /// Runs it, maybe again: what an earlier run returned is forgotten.
    fn run<'w>(&'w mut self, write: &'w mut Write) -> BoxFuture<'w, Result<()>>;
    /// Tells the caller what became of it.
    fn answer(self: Box<Self>, outcome: Outcome);
}

/// What became of a command, before its own value is put back in.
type Outcome = Result<Done>;

#[derive(Debug)]
enum Done {
    Now {
        committed: Option<Arc<CommittedEvent>>,
        head: i64,
    },
    Before(Arc<CommittedEvent>),
}

struct Typed<I, T, F> {
    input: I,
    command: F,
    value: Option<T>,
    reply: oneshot::Sender<Result<Receipt<T>>>,
}

impl<I, T, F> Work for Typed<I, T, F>
where
    I: Send + Sync + 'static,
    T: Send + 'static,
    F: for<'w> Fn(&'w mut Write, &'w I) -> BoxFuture<'w, Result<T>> + Send + 'static,
{
    fn run<'w>(&'w mut self, write: &'w mut Write) -> BoxFuture<'w, Result<()>> {
        self.value = None;
        let running = (self.command)(write, &self.input);
        let value = &mut self.value;
        Box::pin(async move {
            *value = Some(running.await?);
            Ok(())
        })
    }

    fn answer(self: Box<Self>, outcome: Outcome) {
        let Self { value, reply, .. } = *self;
        let receipt = outcome.map(|done| match done {
            Done::Now { committed, head } => Receipt {
                value,
                committed,
                head,
            },
            Done::Before(event) => Receipt {
                value: None,
                head: event.seq,
                committed: Some(event),
            },
        });
        // The caller may have gone away; what it asked for is done all the same.
        let _ = reply.send(receipt);
    }
}

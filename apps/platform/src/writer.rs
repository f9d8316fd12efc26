//! The writer: the only way to change anything.
//!
//! Every change is a command: it runs under the project's lock, detached from the request that asked
//! for it, and is either in the database whole, with its event, jobs and audit record, or not at all.
//! Commands that wait for the same project share one transaction and one COMMIT (a *group*); callers
//! notice nothing but speed.

mod attempt;
mod call;
mod command;
mod current;
mod effects;
mod group;
mod kept;
mod lines;
mod lookups;
mod memory;
mod notes;
mod parts;
mod people;
mod queue;
mod queued;
mod reactions;
mod record;
mod room;
mod rows;
mod security;
mod statements;
mod weight;
mod work;
mod write;

use std::{
    sync::{Arc, PoisonError},
    time::Instant,
};

use kernel::{Error, ProjectId, Result, UserId};
use tokio::sync::{mpsc, oneshot};

use self::{
    command::{Typed, Work},
    queue::{QueueKey, WriteQueue, WriteQueues},
    queued::QueuedCommand,
};
use crate::{database::Engine, request::OpKey};

pub use call::{Caller, Receipt, Subject};
pub use command::{Command, ProjectCommand};
pub use lines::PROJECT_MAILBOX_MAX;
pub(crate) use parts::Parts;
pub use reactions::{Observer, Reaction};
pub use record::Record;
pub(crate) use work::Visits;
pub use write::Write;

#[derive(Debug)]
pub struct Writer {
    queues: Arc<WriteQueues>,
    parts: Arc<Parts>,
}

impl Writer {
    pub(crate) fn new(parts: Parts) -> Self {
        Self {
            queues: Arc::default(),
            parts: Arc::new(parts),
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
        // Whoever owes can still log out.
        if let Subject::Project(_) = subject {
            self.parts.visits.check(&caller.principal, Instant::now())?;
        }
        self.send(QueuedCommand {
            subject,
            caller,
            op,
            work,
            visits: 0,
        })?;
        // A queue only drops a reply when a command panicked and took its group with it.
        answer
            .await
            .map_err(|_| Error::internal("the command's group was abandoned"))?
    }

    fn send(&self, command: QueuedCommand) -> Result<()> {
        let key = QueueKey::of(self.parts.database.engine(), command.subject);
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
        let mailbox_max = match self.parts.database.engine() {
            // One queue serves all projects there.
            Engine::Sqlite => PROJECT_MAILBOX_MAX * 8,
            Engine::Postgres => PROJECT_MAILBOX_MAX,
        };
        let (sender, receiver) = mpsc::channel(mailbox_max);
        let queue = WriteQueue::new(key, receiver, self.queues.clone(), self.parts.clone());
        tokio::spawn(queue.run());
        sender
    }
}

//! A queue: the queued that carries out the commands of one project, one group after the other.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use kernel::{Error, ProjectId};
use tokio::sync::mpsc;
use uuid::Uuid;

use super::{
    call::Subject,
    group::{self, GROUP_COMMANDS_MAX},
    memory::ProjectMemory,
    parts::Parts,
    queued::QueuedCommand,
};
use crate::database::Engine;

/// A queue without work ends after this long, and what it remembers with it.
const IDLE: Duration = Duration::from_secs(60);
/// How many projects one queue remembers.
const REMEMBERED_PROJECTS_MAX: usize = 256;
const ACCOUNT_QUEUES: u128 = 8;

/// Which queue a command waits in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum QueueKey {
    /// SQLite has one writer anyway: one queue, and one COMMIT for everything that waits.
    Everything,
    Project(ProjectId),
    Accounts(u128),
    Server,
}

impl QueueKey {
    pub(super) fn of(engine: Engine, subject: Subject) -> Self {
        match (engine, subject) {
            (Engine::Sqlite, _) => Self::Everything,
            (Engine::Postgres, Subject::Project(project)) => Self::Project(project),
            (Engine::Postgres, Subject::Account(account)) => {
                Self::Accounts(Uuid::as_u128(&account.uuid()) % ACCOUNT_QUEUES)
            }
            (Engine::Postgres, Subject::Server) => Self::Server,
        }
    }
}

pub(super) type WriteQueues = Mutex<HashMap<QueueKey, mpsc::Sender<QueuedCommand>>>;

pub(super) struct WriteQueue {
    key: QueueKey,
    mailbox: mpsc::Receiver<QueuedCommand>,
    queues: Arc<WriteQueues>,
    parts: Arc<Parts>,
    memory: HashMap<ProjectId, ProjectMemory>,
}

impl WriteQueue {
    pub(super) fn new(
        key: QueueKey,
        mailbox: mpsc::Receiver<QueuedCommand>,
        queues: Arc<WriteQueues>,
        parts: Arc<Parts>,
    ) -> Self {
        Self {
            key,
            mailbox,
            queues,
            parts,
            memory: HashMap::new(),
        }
    }

    pub(super) async fn run(mut self) {
        loop {
            match tokio::time::timeout(IDLE, self.mailbox.recv()).await {
                Ok(Some(first)) => self.carry_out(first).await,
                Ok(None) => return,
                Err(_) if self.retire() => return,
                Err(_) => {}
            }
        }
    }

    async fn carry_out(&mut self, first: QueuedCommand) {
        let mut commands = vec![first];
        while commands.len() < GROUP_COMMANDS_MAX
            && let Ok(queued) = self.mailbox.try_recv()
        {
            commands.push(queued);
        }
        let outcome = group::carry_out(&self.parts, &mut self.memory, commands).await;
        if let Err(error @ Error::Unavailable(_)) = outcome {
            self.refuse_waiting(&error);
        }
        if self.memory.len() > REMEMBERED_PROJECTS_MAX {
            self.memory.clear();
        }
    }

    /// Who came while the database could not be reached has waited, too. Were each group to find out
    /// by itself, their waits would add up.
    fn refuse_waiting(&mut self, error: &Error) {
        let mut commands = Vec::new();
        while let Ok(queued) = self.mailbox.try_recv() {
            commands.push(queued);
        }
        if !commands.is_empty() {
            group::fail_all(commands, error);
        }
    }

    /// Ends the queue unless a command arrived at the last moment. Senders hold the same lock.
    fn retire(&mut self) -> bool {
        let mut queues = self.queues.lock().unwrap_or_else(PoisonError::into_inner);
        let idle = self.mailbox.is_empty();
        if idle {
            queues.remove(&self.key);
        }
        idle
    }
}

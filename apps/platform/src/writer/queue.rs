//! A queue: the task that carries out the commands of one project, or on SQLite of all, one group after
//! the other.

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
    lines::{Group, Lines, PROJECT_MAILBOX_MAX},
    memory::Memory,
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
    lines: Lines,
    memory: Memory,
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
            lines: Lines::new(PROJECT_MAILBOX_MAX),
            memory: Memory::default(),
        }
    }

    pub(super) async fn run(mut self) {
        loop {
            match tokio::time::timeout(IDLE, self.mailbox.recv()).await {
                Ok(Some(first)) => {
                    self.admit(first);
                    self.carry_out_all().await;
                }
                Ok(None) => return,
                Err(_) if self.retire() => return,
                Err(_) => {}
            }
        }
    }

    /// Carries out what waits, and what comes meanwhile.
    async fn carry_out_all(&mut self) {
        self.admit_all();
        while let Some(group) = self.lines.next_group(GROUP_COMMANDS_MAX) {
            self.carry_out(group).await;
            if self.memory.projects.len() > REMEMBERED_PROJECTS_MAX {
                self.memory.clear();
                self.lines.forget_heavy();
            }
            self.admit_all();
        }
    }

    async fn carry_out(&mut self, group: Group) {
        let parts = self.parts.clone();
        let _place = match group.is_heavy {
            true => parts.heavy_groups.acquire().await.ok(),
            false => None,
        };
        match group::carry_out(&parts, &mut self.memory, group.commands).await {
            Ok(carried) => {
                for (subject, visits) in carried.visits {
                    self.lines.learn(subject, visits);
                }
                self.lines.put_back(carried.rest);
            }
            Err(error @ Error::Unavailable(_)) => self.refuse_waiting(&error),
            // All of them were told.
            Err(_) => {}
        }
    }

    fn admit_all(&mut self) {
        for _ in 0..self.lines.room() {
            let Ok(queued) = self.mailbox.try_recv() else {
                return;
            };
            self.admit(queued);
        }
    }

    fn admit(&mut self, queued: QueuedCommand) {
        if let Some(queued) = self.lines.add(queued) {
            queued.work.answer(Err(Error::Busy));
        }
    }

    /// Who came while the database could not be reached has waited, too. Were each group to find out
    /// by itself, their waits would add up.
    fn refuse_waiting(&mut self, error: &Error) {
        self.admit_all();
        let commands = self.lines.take_all();
        if !commands.is_empty() {
            group::fail_all(commands, error);
        }
    }

    /// Ends the queue unless a command arrived at the last moment. Senders hold the same lock.
    fn retire(&mut self) -> bool {
        let mut queues = self.queues.lock().unwrap_or_else(PoisonError::into_inner);
        let idle = self.mailbox.is_empty() && self.lines.is_empty();
        if idle {
            queues.remove(&self.key);
        }
        idle
    }
}

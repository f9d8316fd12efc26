//! A lane: the task that carries out the commands of one project, one group after the other.

use std::{collections::HashMap, sync::Arc, sync::PoisonError, time::Duration};

use kernel::{Error, ProjectId};
use tokio::sync::mpsc;
use uuid::Uuid;

use super::{
    Lanes, Shared, Subject, Task,
    group::{self, GROUP_COMMANDS_MAX},
    memory::ProjectMemory,
};
use crate::database::Engine;

/// A lane without work ends after this long, and what it remembers with it.
const IDLE: Duration = Duration::from_secs(60);
/// How many projects one lane remembers.
const REMEMBERED_PROJECTS_MAX: usize = 256;
const ACCOUNT_LANES: u128 = 8;

/// Which lane a command waits in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum LaneKey {
    /// SQLite has one writer anyway: one lane, and one COMMIT for everything that waits.
    Everything,
    Project(ProjectId),
    Accounts(u128),
    Server,
}

impl LaneKey {
    pub(super) fn of(engine: Engine, subject: Subject) -> Self {
        match (engine, subject) {
            (Engine::Sqlite, _) => Self::Everything,
            (Engine::Postgres, Subject::Project(project)) => Self::Project(project),
            (Engine::Postgres, Subject::Account(account)) => {
                Self::Accounts(Uuid::as_u128(&account.uuid()) % ACCOUNT_LANES)
            }
            (Engine::Postgres, Subject::Server) => Self::Server,
        }
    }
}

pub(super) struct Lane {
    key: LaneKey,
    mailbox: mpsc::Receiver<Task>,
    lanes: Arc<Lanes>,
    shared: Arc<Shared>,
    memory: HashMap<ProjectId, ProjectMemory>,
}

impl Lane {
    pub(super) fn new(
        key: LaneKey,
        mailbox: mpsc::Receiver<Task>,
        lanes: Arc<Lanes>,
        shared: Arc<Shared>,
    ) -> Self {
        Self {
            key,
            mailbox,
            lanes,
            shared,
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

    async fn carry_out(&mut self, first: Task) {
        let mut tasks = vec![first];
        while tasks.len() < GROUP_COMMANDS_MAX
            && let Ok(task) = self.mailbox.try_recv()
        {
            tasks.push(task);
        }
        let outcome = group::carry_out(&self.shared, &mut self.memory, tasks).await;
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
        let mut tasks = Vec::new();
        while let Ok(task) = self.mailbox.try_recv() {
            tasks.push(task);
        }
        if !tasks.is_empty() {
            group::fail_all(tasks, error);
        }
    }

    /// Ends the lane unless a command arrived at the last moment. Senders hold the same lock.
    fn retire(&mut self) -> bool {
        let mut lanes = self.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        let idle = self.mailbox.is_empty();
        if idle {
            lanes.remove(&self.key);
        }
        idle
    }
}

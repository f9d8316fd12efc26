//! What is public of a project, made once for everybody who reads it.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use kernel::{Error, ProjectId, Result};
use moka::sync::Cache;
use platform::{Ctx, ProjectAccess};
use tokio::sync::{Mutex, Semaphore};
use uuid::Uuid;

use super::{encode, queries};

/// What is kept of all projects together.
const KEPT_BYTES_MAX: u64 = 64 << 20;
/// What nobody asks for goes.
const KEPT_IDLE: Duration = Duration::from_secs(60);
/// Projects whose readers wait for each other.
const PROJECTS_MAX: u64 = 4_096;
/// How many are read and encoded at once; the others wait their turn.
const MAKING_AT_ONCE: usize = 2;

/// A public project as it is sent, whole at one `seq`.
#[derive(Clone, Debug)]
pub(super) struct Made {
    pub(super) epoch: Uuid,
    pub(super) seq: i64,
    pub(super) body: Bytes,
}

#[derive(Debug)]
pub(super) struct Shared {
    made: Cache<ProjectId, Made>,
    /// One makes it, and the others find it made.
    turns: Cache<ProjectId, Arc<Mutex<()>>>,
    making: Semaphore,
}

impl Default for Shared {
    fn default() -> Self {
        let bytes = |_: &ProjectId, made: &Made| u32::try_from(made.body.len()).unwrap_or(u32::MAX);
        Self {
            made: Cache::builder()
                .weigher(bytes)
                .max_capacity(KEPT_BYTES_MAX)
                .time_to_idle(KEPT_IDLE)
                .build(),
            turns: Cache::builder()
                .max_capacity(PROJECTS_MAX)
                .time_to_idle(KEPT_IDLE)
                .build(),
            making: Semaphore::new(MAKING_AT_ONCE),
        }
    }
}

impl Shared {
    /// The project as the holder of `access` sees it, who sees what is public and no more.
    pub(super) async fn get(&self, ctx: &Ctx, access: ProjectAccess) -> Result<Made> {
        if let Some(made) = self.find(&access) {
            return Ok(made);
        }
        let turn = self.turns.get_with(access.project, Arc::default);
        let _turn = turn.lock().await;
        if let Some(made) = self.find(&access) {
            return Ok(made);
        }
        let _place = self.making.acquire().await.map_err(Error::internal)?;
        let project = access.project;
        let graph = queries::as_seen(ctx, access).await?;
        let encoding = tokio::task::spawn_blocking(move || {
            let body = Bytes::from(encode(&graph)?);
            let (epoch, seq) = (graph.epoch, graph.seq);
            Ok(Made { epoch, seq, body })
        });
        let made: Made = encoding.await.map_err(Error::internal)??;
        self.made.insert(project, made.clone());
        Ok(made)
    }

    /// What was made, if nothing has happened since.
    fn find(&self, access: &ProjectAccess) -> Option<Made> {
        let made = self.made.get(&access.project)?;
        (made.epoch == access.epoch && made.seq >= access.head).then_some(made)
    }
}

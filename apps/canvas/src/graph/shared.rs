//! Projects whole as they are sent, made once for everybody who sees the same.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use kernel::{Error, Permission, ProjectId, Resource, Result, Role};
use moka::sync::Cache;
use platform::{Ctx, ProjectAccess};
use protocol::graph::GraphMember;
use tokio::sync::{Mutex, Semaphore};
use uuid::Uuid;

use super::{encode, form::Form, queries};

/// What is kept of all projects together, compressed copies included.
const KEPT_BYTES_MAX: u64 = 64 << 20;
/// What a member takes who is kept beside a body.
const MEMBER_BYTES: usize = 256;
/// What nobody asks for goes.
const KEPT_IDLE: Duration = Duration::from_secs(60);
/// Ways of seeing projects whose readers wait for each other.
const TURNS_MAX: u64 = 4_096;
/// How many are read or compressed at once; the others wait their turn. Members do not wait for strangers.
const PUBLIC_AT_ONCE: usize = 2;
const MEMBERS_AT_ONCE: usize = 4;
/// Below this a packet is a packet, compressed or not.
const COMPRESSED_BYTES_MIN: usize = 1_024;

/// A project as it is sent, whole at one `seq`.
#[derive(Clone, Debug)]
pub(super) struct Made {
    pub(super) epoch: Uuid,
    pub(super) seq: i64,
    pub(super) form: Form,
    pub(super) body: Bytes,
    /// Their names are the one thing in it that changes without an event.
    members: Arc<[GraphMember]>,
}

/// Whoever has the same rights in the same role is sent the same.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Key {
    project: ProjectId,
    role: Option<Role>,
    rights: Vec<Permission>,
    form: Form,
}

/// What must be so of something made for it to be sent now.
struct Now {
    epoch: Uuid,
    head: i64,
    members: Vec<GraphMember>,
}

#[derive(Debug)]
pub(super) struct Shared {
    made: Cache<Key, Made>,
    /// One makes it, and the others find it made.
    turns: Cache<Key, Arc<Mutex<()>>>,
    public: Semaphore,
    members: Semaphore,
}

impl Default for Shared {
    fn default() -> Self {
        let bytes = |_: &Key, made: &Made| {
            let bytes = made.body.len() + made.members.len() * MEMBER_BYTES;
            u32::try_from(bytes).unwrap_or(u32::MAX)
        };
        Self {
            made: Cache::builder()
                .weigher(bytes)
                .max_capacity(KEPT_BYTES_MAX)
                .time_to_idle(KEPT_IDLE)
                .build(),
            turns: Cache::builder()
                .max_capacity(TURNS_MAX)
                .time_to_idle(KEPT_IDLE)
                .build(),
            public: Semaphore::new(PUBLIC_AT_ONCE),
            members: Semaphore::new(MEMBERS_AT_ONCE),
        }
    }
}

impl Shared {
    /// The project as the holder of `access` sees it, in this form unless it is too short for that.
    pub(super) async fn get(&self, ctx: &Ctx, access: ProjectAccess, form: Form) -> Result<Made> {
        let now = Now {
            epoch: access.epoch,
            head: access.head,
            members: members(ctx, &access).await?,
        };
        let key = |form| Key {
            project: access.project,
            role: access.role,
            rights: access.rights(),
            form,
        };
        let (key, plain) = (key(form), key(Form::Plain));
        let making = match access.role {
            Some(_) => &self.members,
            None => &self.public,
        };
        let plain = self.once(plain, &now, read(ctx, access, making));
        if form == Form::Plain {
            return plain.await;
        }
        let compressed = async { compress(plain.await?, form, making).await };
        self.once(key, &now, compressed).await
    }

    async fn once(
        &self,
        key: Key,
        now: &Now,
        make: impl Future<Output = Result<Made>>,
    ) -> Result<Made> {
        if let Some(made) = self.find(&key, now) {
            return Ok(made);
        }
        let turn = self.turns.get_with(key.clone(), Arc::default);
        let _turn = turn.lock().await;
        if let Some(made) = self.find(&key, now) {
            return Ok(made);
        }
        let made = make.await?;
        metrics::counter!("nonlinear_snapshots_made_total", "form" => key.form.word()).increment(1);
        self.made.insert(key, made.clone());
        Ok(made)
    }

    /// What was made, if nothing has happened since.
    fn find(&self, key: &Key, now: &Now) -> Option<Made> {
        let made = self.made.get(key)?;
        let is_current = made.epoch == now.epoch && made.seq >= now.head;
        (is_current && *made.members == *now.members).then_some(made)
    }
}

async fn members(ctx: &Ctx, access: &ProjectAccess) -> Result<Vec<GraphMember>> {
    if !access.visibility().covers(Resource::Members) {
        return Ok(Vec::new());
    }
    projects::members::graph_members(ctx.reader(), access.project).await
}

async fn read(ctx: &Ctx, access: ProjectAccess, making: &Semaphore) -> Result<Made> {
    let _place = making.acquire().await.map_err(Error::internal)?;
    let graph = queries::as_seen(ctx, access).await?;
    let encoding = tokio::task::spawn_blocking(move || {
        Ok(Made {
            epoch: graph.epoch,
            seq: graph.seq,
            form: Form::Plain,
            body: encode(&graph)?.into(),
            members: graph.members.into(),
        })
    });
    encoding.await.map_err(Error::internal)?
}

async fn compress(plain: Made, form: Form, making: &Semaphore) -> Result<Made> {
    if plain.body.len() < COMPRESSED_BYTES_MIN {
        return Ok(plain);
    }
    let _place = making.acquire().await.map_err(Error::internal)?;
    let compressing = tokio::task::spawn_blocking(move || {
        let body = form.of(&plain.body).map_err(Error::internal)?.into();
        Ok(Made {
            form,
            body,
            ..plain
        })
    });
    compressing.await.map_err(Error::internal)?
}

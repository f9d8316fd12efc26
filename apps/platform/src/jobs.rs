//! Work that outlives the request: queued by the write that needs it, run by whoever holds its lease.

use std::{collections::HashMap, fmt, sync::Arc, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use entity::{enums::JobState, job};
use futures::future::BoxFuture;
use kernel::{Result, error::chain};
use sea_orm::{
    ActiveEnum, ColumnTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::Expr,
};
use serde_json::Value;
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::{
    database::db,
    start::Platform,
    writer::{Command, Write},
};

/// Other instances' jobs and those that wait for their time are found by looking.
const LOOK_EVERY: Duration = Duration::from_secs(2);
const CLAIM_MAX: usize = 16;
const ATTEMPTS_MAX: i32 = 8;
const BACKOFF_MAX: TimeDelta = TimeDelta::minutes(10);
const ERROR_CHARS_MAX: usize = 1_000;

/// Does one kind of job. It may be called again for the same job, so it must bear repetition.
pub type Handler = fn(Job) -> BoxFuture<'static, Result<()>>;

/// A job as its handler gets it.
#[derive(Debug)]
pub struct Job {
    pub platform: Arc<Platform>,
    pub payload: Value,
    /// How often it was begun, this time included.
    pub attempt: i32,
    pub lease: Lease,
}

/// The right to do a job, until somebody else gets it. The fence is new with each claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lease {
    job: Uuid,
    fence: Uuid,
}

impl Lease {
    /// Whether the job is still this worker's, for a command that writes what came of it: nobody
    /// else can claim it before that command has ended.
    pub async fn is_held(self, write: &mut Write) -> Result<bool> {
        let held = job::Entity::find()
            .select_only()
            .column(job::Column::Id)
            .filter(self.held())
            .lock_exclusive()
            .into_tuple::<Uuid>()
            .one(write.read().await?)
            .await
            .map_err(db)?;
        Ok(held.is_some())
    }

    /// Ends the job together with what the command writes.
    pub async fn finish(self, write: &mut Write) -> Result<()> {
        let now = write.now();
        let done = job::Entity::update_many()
            .col_expr(job::Column::State, Expr::value(JobState::Done.to_value()))
            .col_expr(job::Column::FinishedAt, Expr::value(Some(now)))
            .filter(self.held());
        done.exec(write.conn().await?).await.map(drop).map_err(db)
    }

    fn held(self) -> sea_orm::sea_query::SimpleExpr {
        job::Column::Id
            .eq(self.job)
            .and(job::Column::Fence.eq(self.fence))
            .and(job::Column::State.eq(JobState::Running.to_value()))
    }
}

/// Which kinds of jobs this process can do.
#[derive(Clone, Default)]
pub struct Handlers(HashMap<&'static str, Handler>);

impl fmt::Debug for Handlers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl Handlers {
    #[must_use]
    pub fn with(mut self, kind: &'static str, handler: Handler) -> Self {
        self.0.insert(kind, handler);
        self
    }
}

/// A job under a lease.
#[derive(Clone, Debug)]
struct Claim {
    kind: String,
    payload: Value,
    attempt: i32,
    lease: Lease,
}

/// Works until the server stops, and lets what was begun end.
pub async fn work(platform: Arc<Platform>) {
    let handlers = platform.features.handlers.clone();
    let at_once = platform.settings.jobs.at_once;
    let mut running = JoinSet::new();
    while !platform.stopping.is_cancelled() {
        while running.try_join_next().is_some() {}
        let claims = match claim(&platform, at_once.saturating_sub(running.len())).await {
            Ok(claims) => claims,
            Err(error) => {
                tracing::warn!(error = chain(&error), "Jobs cannot be claimed");
                Vec::new()
            }
        };
        let is_idle = claims.is_empty();
        for claim in claims {
            running.spawn(run(platform.clone(), handlers.clone(), claim));
        }
        if is_idle {
            wait(&platform, &mut running).await;
        }
    }
    while running.join_next().await.is_some() {}
}

/// Waits for something to do, or for somebody to be free to do it.
async fn wait(platform: &Platform, running: &mut JoinSet<()>) {
    let is_full = running.len() >= platform.settings.jobs.at_once;
    tokio::select! {
        Some(_) = running.join_next(), if is_full => {}
        () = platform.job_bell.heard() => {}
        () = tokio::time::sleep(LOOK_EVERY) => {}
        () = platform.stopping.cancelled() => {}
    }
}

/// What waits for its turn, or whose worker was lost.
fn due(now: DateTime<Utc>) -> sea_orm::sea_query::SimpleExpr {
    let state = |state: JobState| job::Column::State.eq(state.to_value());
    let waiting = state(JobState::Queued).and(job::Column::RunAt.lte(now));
    let lost = state(JobState::Running).and(job::Column::LeaseUntil.lt(now));
    waiting.or(lost)
}

async fn claim(platform: &Platform, at_most: usize) -> Result<Vec<Claim>> {
    if at_most == 0 {
        return Ok(Vec::new());
    }
    // Looking first keeps idle workers from taking the write lock.
    let now = platform.clock.now();
    let waiting = job::Entity::find()
        .select_only()
        .column(job::Column::Id)
        .filter(due(now))
        .limit(1)
        .into_tuple::<Uuid>()
        .one(platform.database.reader())
        .await
        .map_err(db)?;
    if waiting.is_none() {
        return Ok(Vec::new());
    }
    let lease_time = lease_time(platform);
    let claim = ClaimDue {
        at_most,
        lease_time,
    };
    platform.writer.housekeep(claim).await
}

fn lease_time(platform: &Platform) -> TimeDelta {
    TimeDelta::milliseconds(platform.settings.jobs.lease_ms.into())
}

struct ClaimDue {
    at_most: usize,
    lease_time: TimeDelta,
}

impl Command for ClaimDue {
    type Output = Vec<Claim>;

    async fn apply(&self, write: &mut Write) -> Result<Vec<Claim>> {
        write.unrecorded("claiming a job changes nothing that anyone asked for");
        let now = write.now();
        let rows = job::Entity::find()
            .filter(due(now))
            .order_by_asc(job::Column::RunAt)
            .limit(u64::try_from(self.at_most.min(CLAIM_MAX)).unwrap_or(1))
            .lock_with_behavior(
                sea_orm::sea_query::LockType::Update,
                sea_orm::sea_query::LockBehavior::SkipLocked,
            )
            .all(write.read().await?)
            .await
            .map_err(db)?;
        let mut claims = Vec::new();
        for row in rows {
            let fence = Uuid::new_v4();
            job::Entity::update_many()
                .col_expr(
                    job::Column::State,
                    Expr::value(JobState::Running.to_value()),
                )
                .col_expr(job::Column::LeaseUntil, Expr::value(now + self.lease_time))
                .col_expr(job::Column::Fence, Expr::value(fence))
                .col_expr(
                    job::Column::Attempts,
                    Expr::col(job::Column::Attempts).add(1),
                )
                .filter(job::Column::Id.eq(row.id))
                .exec(write.conn().await?)
                .await
                .map_err(db)?;
            claims.push(Claim {
                kind: row.kind,
                payload: row.payload,
                attempt: row.attempts + 1,
                lease: Lease { job: row.id, fence },
            });
        }
        Ok(claims)
    }
}

async fn run(platform: Arc<Platform>, handlers: Handlers, claim: Claim) {
    let outcome = match handlers.0.get(claim.kind.as_str()) {
        Some(handler) => carry_out(&platform, *handler, &claim).await,
        None => Some(Err(kernel::Error::internal("no handler for this kind"))),
    };
    // Whoever took the lease over settles it.
    if let Some(outcome) = outcome {
        settle(&platform, claim, outcome).await;
    }
}

/// Nothing if the lease was lost meanwhile.
async fn carry_out(
    platform: &Arc<Platform>,
    handler: Handler,
    claim: &Claim,
) -> Option<Result<()>> {
    let heartbeat = Duration::from_millis(u64::from(platform.settings.jobs.lease_ms) / 3);
    let mut working = tokio::spawn(handler(Job {
        platform: platform.clone(),
        payload: claim.payload.clone(),
        attempt: claim.attempt,
        lease: claim.lease,
    }));
    loop {
        tokio::select! {
            joined = &mut working => {
                return Some(joined.unwrap_or_else(|error| Err(kernel::Error::internal(error))));
            }
            () = tokio::time::sleep(heartbeat) => {
                if !extend(platform, claim.lease).await {
                    working.abort();
                    return None;
                }
            }
        }
    }
}

/// Keeps the lease. False when it was lost to another worker.
async fn extend(platform: &Platform, lease: Lease) -> bool {
    let lease_time = lease_time(platform);
    let extended = platform
        .writer
        .housekeep(Extend { lease, lease_time })
        .await;
    // A database that is away does not mean that the lease is lost; the fence decides in the end.
    extended.unwrap_or(true)
}

struct Extend {
    lease: Lease,
    lease_time: TimeDelta,
}

impl Command for Extend {
    type Output = bool;

    async fn apply(&self, write: &mut Write) -> Result<bool> {
        write.unrecorded("a heartbeat");
        let until = write.now() + self.lease_time;
        let done = job::Entity::update_many()
            .col_expr(job::Column::LeaseUntil, Expr::value(until))
            .filter(self.lease.held())
            .exec(write.conn().await?)
            .await
            .map_err(db)?;
        Ok(done.rows_affected == 1)
    }
}

/// What becomes of a job.
enum Outcome {
    Done,
    Failed(String),
    /// What a server that stops could not do has not failed: another one does it, at once.
    Released,
}

impl Outcome {
    fn of(platform: &Platform, claim: &Claim, outcome: Result<()>) -> Self {
        let Err(error) = outcome else {
            return Self::Done;
        };
        if platform.stopping.is_cancelled() {
            return Self::Released;
        }
        let error = chain(&error);
        let (job, attempt) = (claim.lease.job, claim.attempt);
        tracing::warn!(
            job.kind = claim.kind,
            job.attempt = attempt,
            error,
            "Job {job} failed"
        );
        Self::Failed(error.chars().take(ERROR_CHARS_MAX).collect())
    }
}

async fn settle(platform: &Platform, claim: Claim, outcome: Result<()>) {
    let (job, outcome) = (claim.lease.job, Outcome::of(platform, &claim, outcome));
    let settled = platform.writer.housekeep(Settle { claim, outcome }).await;
    // Without a stored outcome the lease ends and the job runs again.
    if let Err(error) = settled {
        tracing::warn!(error = chain(&error), "Job {job} could not be settled");
    }
}

struct Settle {
    claim: Claim,
    outcome: Outcome,
}

impl Command for Settle {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        let Self { claim, outcome } = self;
        write.unrecorded("settling a job");
        let now = write.now();
        let (state, run_at, error) = match outcome {
            Outcome::Done => (JobState::Done, now, None),
            Outcome::Released => (JobState::Queued, now, None),
            Outcome::Failed(error) if claim.attempt >= ATTEMPTS_MAX => {
                (JobState::Failed, now, Some(error.as_str()))
            }
            Outcome::Failed(error) => {
                let later = now + backoff(claim.attempt);
                (JobState::Queued, later, Some(error.as_str()))
            }
        };
        let finished = (state != JobState::Queued).then_some(now);
        job::Entity::update_many()
            .col_expr(job::Column::State, Expr::value(state.to_value()))
            .col_expr(job::Column::RunAt, Expr::value(run_at))
            .col_expr(job::Column::LastError, Expr::value(error))
            .col_expr(job::Column::FinishedAt, Expr::value(finished))
            .col_expr(
                job::Column::LeaseUntil,
                Expr::value(Option::<DateTime<Utc>>::None),
            )
            .filter(claim.lease.held())
            .exec(write.conn().await?)
            .await
            .map(drop)
            .map_err(db)
    }
}

fn backoff(attempts: i32) -> TimeDelta {
    let doublings = Ord::min(u32::try_from(attempts).unwrap_or_default(), 10);
    Ord::min(TimeDelta::seconds(1 << doublings), BACKOFF_MAX)
}

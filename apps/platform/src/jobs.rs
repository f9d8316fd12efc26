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
use tokio::sync::Notify;
use uuid::Uuid;

use crate::{database::db, door::Write, start::Platform};

const LEASE: TimeDelta = TimeDelta::seconds(30);
const HEARTBEAT: Duration = Duration::from_secs(10);
/// Other instances' jobs and those that wait for their time are found by looking.
const LOOK_EVERY: Duration = Duration::from_secs(2);
const CLAIM_MAX: u64 = 4;
const ATTEMPTS_MAX: i32 = 8;
const BACKOFF_MAX: TimeDelta = TimeDelta::minutes(10);
const ERROR_CHARS_MAX: usize = 1_000;

/// Rings when a job was committed in this process.
#[derive(Clone, Debug, Default)]
pub struct JobBell(Arc<Notify>);

impl JobBell {
    pub(crate) fn ring(&self) {
        self.0.notify_one();
    }
}

/// Does one kind of job. It may be called again for the same job, so it must bear repetition.
pub type Handler = fn(Arc<Platform>, Value) -> BoxFuture<'static, Result<()>>;

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

/// A job under a lease. The fence is new with each claim: a worker that lost its lease writes nothing.
#[derive(Clone, Debug)]
struct Claim {
    id: Uuid,
    kind: String,
    payload: Value,
    attempts: i32,
    fence: Uuid,
}

/// Works until the server stops.
pub async fn work(platform: Arc<Platform>, handlers: Handlers) {
    while !platform.stopping.is_cancelled() {
        match claim(&platform).await {
            Ok(claims) if claims.is_empty() => wait(&platform).await,
            Ok(claims) => {
                let running = claims
                    .into_iter()
                    .map(|claim| run(&platform, &handlers, claim));
                futures::future::join_all(running).await;
            }
            Err(error) => {
                tracing::warn!(error = chain(&error), "Jobs cannot be claimed");
                wait(&platform).await;
            }
        }
    }
}

async fn wait(platform: &Platform) {
    tokio::select! {
        () = platform.job_bell.0.notified() => {}
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

async fn claim(platform: &Platform) -> Result<Vec<Claim>> {
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
    platform
        .door
        .housekeep((), |write, ()| Box::pin(claim_due(write)))
        .await
}

async fn claim_due(write: &mut Write) -> Result<Vec<Claim>> {
    write.unrecorded("claiming a job changes nothing that anyone asked for");
    let now = write.now();
    let rows = job::Entity::find()
        .filter(due(now))
        .order_by_asc(job::Column::RunAt)
        .limit(CLAIM_MAX)
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
            .col_expr(job::Column::LeaseUntil, Expr::value(now + LEASE))
            .col_expr(job::Column::Fence, Expr::value(fence))
            .col_expr(
                job::Column::Attempts,
                Expr::col(job::Column::Attempts).add(1),
            )
            .filter(job::Column::Id.eq(row.id))
            .exec(write.conn().await?)
            .await
            .map_err(db)?;
        let (id, kind, payload, attempts) = (row.id, row.kind, row.payload, row.attempts + 1);
        claims.push(Claim {
            id,
            kind,
            payload,
            attempts,
            fence,
        });
    }
    Ok(claims)
}

async fn run(platform: &Arc<Platform>, handlers: &Handlers, claim: Claim) {
    let Some(handler) = handlers.0.get(claim.kind.as_str()) else {
        tracing::error!(job.kind = claim.kind, "No handler for job {}", claim.id);
        settle(
            platform,
            &claim,
            Err(kernel::Error::internal("no handler for this kind")),
        )
        .await;
        return;
    };
    let mut working = tokio::spawn(handler(platform.clone(), claim.payload.clone()));
    let outcome = loop {
        tokio::select! {
            joined = &mut working => break joined.unwrap_or_else(|error| {
                Err(kernel::Error::internal(error))
            }),
            () = tokio::time::sleep(HEARTBEAT) => {
                if !extend(platform, &claim).await {
                    working.abort();
                    return;
                }
            }
        }
    };
    settle(platform, &claim, outcome).await;
}

/// Keeps the lease. False when it was lost to another worker.
async fn extend(platform: &Platform, claim: &Claim) -> bool {
    let extended = platform
        .door
        .housekeep(claim.clone(), |write, claim| {
            Box::pin(async move {
                write.unrecorded("a heartbeat");
                let until = write.now() + LEASE;
                let done = job::Entity::update_many()
                    .col_expr(job::Column::LeaseUntil, Expr::value(until))
                    .filter(held(claim))
                    .exec(write.conn().await?)
                    .await
                    .map_err(db)?;
                Ok(done.rows_affected == 1)
            })
        })
        .await;
    // A database that is away does not mean that the lease is lost; the fence decides in the end.
    extended.unwrap_or(true)
}

fn held(claim: &Claim) -> sea_orm::sea_query::SimpleExpr {
    job::Column::Id
        .eq(claim.id)
        .and(job::Column::Fence.eq(claim.fence))
}

async fn settle(platform: &Platform, claim: &Claim, outcome: Result<()>) {
    let failure = outcome.err().map(|error| chain(&error));
    if let Some(error) = &failure {
        let (job, attempt) = (claim.id, claim.attempts);
        tracing::warn!(
            job.kind = claim.kind,
            job.attempt = attempt,
            error,
            "Job {job} failed"
        );
    }
    let settled = platform
        .door
        .housekeep((claim.clone(), failure), |write, (claim, failure)| {
            Box::pin(store_outcome(write, claim, failure.as_deref()))
        })
        .await;
    // Without a stored outcome the lease ends and the job runs again.
    if let Err(error) = settled {
        tracing::warn!(
            error = chain(&error),
            "Job {} could not be settled",
            claim.id
        );
    }
}

async fn store_outcome(write: &mut Write, claim: &Claim, failure: Option<&str>) -> Result<()> {
    write.unrecorded("settling a job");
    let now = write.now();
    let (state, run_at) = match failure {
        None => (JobState::Done, now),
        Some(_) if claim.attempts >= ATTEMPTS_MAX => (JobState::Failed, now),
        Some(_) => (JobState::Queued, now + backoff(claim.attempts)),
    };
    let finished = (state != JobState::Queued).then_some(now);
    let error: Option<String> = failure.map(|error| error.chars().take(ERROR_CHARS_MAX).collect());
    job::Entity::update_many()
        .col_expr(job::Column::State, Expr::value(state.to_value()))
        .col_expr(job::Column::RunAt, Expr::value(run_at))
        .col_expr(job::Column::LastError, Expr::value(error))
        .col_expr(job::Column::FinishedAt, Expr::value(finished))
        .col_expr(
            job::Column::LeaseUntil,
            Expr::value(Option::<DateTime<Utc>>::None),
        )
        .filter(held(claim))
        .exec(write.conn().await?)
        .await
        .map(drop)
        .map_err(db)
}

fn backoff(attempts: i32) -> TimeDelta {
    let doublings = Ord::min(u32::try_from(attempts).unwrap_or_default(), 10);
    Ord::min(TimeDelta::seconds(1 << doublings), BACKOFF_MAX)
}

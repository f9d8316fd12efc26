//! Workers: claiming what is due, as far as its queue has places, and settling what came of it.

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use entity::{enums::JobState, job};
use kernel::{BatchId, Error, ProjectId, Result, error::chain};
use sea_orm::{
    ActiveEnum, ColumnTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, LockBehavior, LockType, SimpleExpr},
};
use serde_json::Value;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::task::TaskTracker;
use uuid::Uuid;

use super::{
    backoff::backoff,
    lease::{self, Lease},
    queue::Queue,
    spec::JobContext,
};
use crate::{
    batches,
    bell::JobBell,
    database::db,
    platform::Platform,
    settings::JobSettings,
    writer::{Command, Write},
};

/// Other instances' jobs and those that wait for their time are found by looking.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// So many of one queue are claimed at once at most.
const CLAIM_MAX: usize = 16;
const ERROR_CHARS_MAX: usize = 1_000;

/// The places of each queue in this process.
struct Places(Vec<(Queue, Arc<Semaphore>)>);

impl Places {
    fn of(settings: &JobSettings) -> Self {
        let places = |queue: Queue| Arc::new(Semaphore::new(queue.places(settings)));
        Self(Queue::ALL.map(|queue| (queue, places(queue))).to_vec())
    }

    fn free(&self) -> Vec<Free> {
        let free = self.0.iter().map(|(queue, places)| Free {
            queue: *queue,
            places: places.available_permits().min(CLAIM_MAX),
        });
        free.filter(|free| free.places > 0).collect()
    }

    /// Takes a place that is free.
    async fn take(&self, queue: Queue) -> Option<Place> {
        let (_, all) = self.0.iter().find(|(own, _)| *own == queue)?;
        let all = all.clone();
        let taken = all.clone().acquire_owned().await.ok()?;
        Some(Place { all, taken })
    }
}

/// How many jobs of a queue can be begun.
#[derive(Clone, Copy, Debug)]
struct Free {
    queue: Queue,
    places: usize,
}

struct Place {
    all: Arc<Semaphore>,
    taken: OwnedSemaphorePermit,
}

impl Place {
    /// Makes the place free. If it was the last one, jobs may be waiting for it.
    fn leave(self, bell: &JobBell) {
        let was_full = self.all.available_permits() == 0;
        drop(self.taken);
        if was_full {
            bell.ring();
        }
    }
}

/// A job under a lease.
#[derive(Clone, Debug)]
struct Claim {
    queue: Queue,
    kind: String,
    payload: Value,
    attempt: i32,
    lease: Lease,
    batch: Option<(ProjectId, BatchId)>,
}

/// Works until the server stops, and lets what was begun end.
pub async fn work(platform: Arc<Platform>) {
    let places = Places::of(&platform.settings.jobs);
    let running = TaskTracker::new();
    while !platform.stopping.is_cancelled() {
        let claims = claim(&platform, places.free()).await;
        let claims = claims.unwrap_or_else(|error| {
            tracing::warn!(error = chain(&error), "Jobs cannot be claimed");
            Vec::new()
        });
        if claims.is_empty() {
            wait(&platform).await;
        }
        for claim in claims {
            let place = places.take(claim.queue).await;
            let platform = platform.clone();
            running.spawn(async move {
                run(&platform, claim).await;
                if let Some(place) = place {
                    place.leave(&platform.job_bell);
                }
            });
        }
    }
    running.close();
    running.wait().await;
}

/// Waits for something to do, or for a full queue to have a place.
async fn wait(platform: &Platform) {
    tokio::select! {
        () = platform.job_bell.heard() => {}
        () = tokio::time::sleep(LOOK_EVERY) => {}
        () = platform.stopping.cancelled() => {}
    }
}

/// What waits for its turn, or whose worker was lost.
fn due(now: DateTime<Utc>) -> SimpleExpr {
    let state = |state: JobState| job::Column::State.eq(state.to_value());
    let waiting = state(JobState::Queued).and(job::Column::RunAt.lte(now));
    let lost = state(JobState::Running).and(job::Column::LeaseUntil.lt(now));
    // In the index's own words, without which SQLite would not use it.
    let open = Expr::cust(r#""state" IN ('QUEUED', 'RUNNING')"#);
    open.and(waiting.or(lost))
}

async fn claim(platform: &Platform, mut free: Vec<Free>) -> Result<Vec<Claim>> {
    if free.is_empty() {
        return Ok(Vec::new());
    }
    // Looking first keeps idle workers from taking the write lock.
    let waiting: Vec<String> = job::Entity::find()
        .select_only()
        .column(job::Column::Queue)
        .distinct()
        .filter(job::Column::Queue.is_in(free.iter().map(|free| free.queue.name())))
        .filter(due(platform.clock.now()))
        .into_tuple()
        .all(platform.database.reader())
        .await
        .map_err(db)?;
    let waiting: Vec<Queue> = waiting
        .iter()
        .filter_map(|name| Queue::named(name))
        .collect();
    free.retain(|free| waiting.contains(&free.queue));
    if free.is_empty() {
        return Ok(Vec::new());
    }
    let lease_time = lease::time(platform);
    platform
        .writer
        .housekeep(ClaimDue { free, lease_time })
        .await
}

struct ClaimDue {
    free: Vec<Free>,
    lease_time: TimeDelta,
}

impl Command for ClaimDue {
    type Output = Vec<Claim>;

    async fn apply(&self, write: &mut Write) -> Result<Vec<Claim>> {
        write.unrecorded("claiming a job changes nothing that anyone asked for");
        let now = write.now();
        let fence = Uuid::new_v4();
        let mut claims = Vec::new();
        for free in &self.free {
            let rows = next(write, *free, now).await?;
            claims.extend(rows.into_iter().map(|row| {
                Claim {
                    queue: free.queue,
                    kind: row.kind,
                    payload: row.payload,
                    attempt: row.attempts + 1,
                    lease: Lease { job: row.id, fence },
                    batch: row
                        .project_id
                        .zip(row.batch_id)
                        .map(|(project, batch)| (project.into(), batch.into())),
                }
            }));
        }
        if claims.is_empty() {
            return Ok(claims);
        }
        let state = JobState::Running.to_value();
        let attempts = Expr::col(job::Column::Attempts).add(1);
        job::Entity::update_many()
            .col_expr(job::Column::State, Expr::value(state))
            .col_expr(job::Column::LeaseUntil, Expr::value(now + self.lease_time))
            .col_expr(job::Column::Fence, Expr::value(fence))
            .col_expr(job::Column::Attempts, attempts)
            .filter(job::Column::Id.is_in(claims.iter().map(|claim| claim.lease.job)))
            .exec(write.conn().await?)
            .await
            .map_err(db)?;
        Ok(claims)
    }
}

/// The jobs of a queue that are next, which nobody else can claim meanwhile.
async fn next(write: &mut Write, free: Free, now: DateTime<Utc>) -> Result<Vec<job::Model>> {
    job::Entity::find()
        .filter(job::Column::Queue.eq(free.queue.name()))
        .filter(due(now))
        .order_by_desc(job::Column::Priority)
        .order_by_asc(job::Column::RunAt)
        .limit(u64::try_from(free.places).map_err(Error::internal)?)
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
        .all(write.read().await?)
        .await
        .map_err(db)
}

async fn run(platform: &Arc<Platform>, claim: Claim) {
    let outcome = carry_out(platform, &claim).await;
    let was_ended = platform.job_bell.was_ended(claim.lease.job);
    // Whoever took the lease over settles it.
    if let Some(outcome) = outcome {
        settle(platform, claim, outcome, was_ended).await;
    }
}

/// Nothing if the lease was lost meanwhile.
async fn carry_out(platform: &Arc<Platform>, claim: &Claim) -> Option<Result<()>> {
    let heartbeat = Duration::from_millis(u64::from(platform.settings.jobs.lease_ms) / 3);
    let context = JobContext {
        platform: platform.clone(),
        attempt: claim.attempt,
        lease: claim.lease,
    };
    let jobs = &platform.features().jobs;
    let mut working = tokio::spawn(jobs.run(&claim.kind, claim.payload.clone(), context));
    loop {
        tokio::select! {
            joined = &mut working => {
                return Some(joined.unwrap_or_else(|error| Err(Error::internal(error))));
            }
            () = tokio::time::sleep(heartbeat) => {
                if !lease::extend(platform, claim.lease).await {
                    working.abort();
                    return None;
                }
            }
        }
    }
}

/// What becomes of a job.
#[derive(Clone, Debug)]
enum Outcome {
    Done,
    Retried {
        error: String,
        after: Duration,
    },
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
        let error = error.chars().take(ERROR_CHARS_MAX).collect();
        match backoff(attempt) {
            Some(after) => Self::Retried { error, after },
            None => Self::Failed(error),
        }
    }

    /// As it is measured: one of [`OUTCOMES`].
    fn name(&self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Retried { .. } => "retried",
            Self::Failed(_) => "failed",
            Self::Released => "released",
        }
    }
}

/// What comes of a job, as it is measured.
pub(crate) const OUTCOMES: [&str; 4] = ["done", "retried", "failed", "released"];

async fn settle(platform: &Platform, claim: Claim, outcome: Result<()>, was_ended: bool) {
    let (job, outcome) = (claim.lease.job, Outcome::of(platform, &claim, outcome));
    let labels = [
        ("kind", claim.kind.clone()),
        ("outcome", outcome.name().to_owned()),
    ];
    metrics::counter!("nonlinear_jobs_total", &labels).increment(1);
    if was_ended {
        return;
    }
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
            Outcome::Failed(error) => (JobState::Failed, now, Some(error.as_str())),
            Outcome::Retried { error, after } => {
                let after = TimeDelta::from_std(*after).map_err(Error::internal)?;
                (JobState::Queued, now + after, Some(error.as_str()))
            }
        };
        let is_over = state != JobState::Queued;
        let no_lease = Option::<DateTime<Utc>>::None;
        let settled = job::Entity::update_many()
            .col_expr(job::Column::State, Expr::value(state.to_value()))
            .col_expr(job::Column::RunAt, Expr::value(run_at))
            .col_expr(job::Column::LastError, Expr::value(error))
            .col_expr(job::Column::FinishedAt, Expr::value(is_over.then_some(now)))
            .col_expr(job::Column::LeaseUntil, Expr::value(no_lease))
            .filter(claim.lease.held())
            .exec(write.conn().await?)
            .await
            .map_err(db)?;
        // One whose command finished its lease was counted there.
        match claim.batch {
            Some((project, batch)) if is_over && settled.rows_affected == 1 => {
                let failed = (state == JobState::Failed).then_some(claim.lease.job);
                batches::count_ended(write, project, batch, failed).await
            }
            Some(_) | None => Ok(()),
        }
    }
}

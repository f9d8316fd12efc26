//! What operators do with jobs: list them, retry and drop those that failed.

use chrono::{DateTime, Utc};
use entity::{enums::JobState, job};
use kernel::{Error, JobId, Result};
use sea_orm::{
    ActiveEnum, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    sea_query::Expr,
};
use serde_json::json;

use crate::{
    batches,
    database::db,
    platform::Platform,
    writer::{Command, Record, Write},
};

/// Which jobs to list.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub state: Option<JobState>,
    pub kind: Option<String>,
    pub limit: u64,
}

/// A job as operators see it: what it is given may be nobody's business.
#[derive(Clone, Debug)]
pub struct ListedJob {
    pub id: JobId,
    pub state: String,
    pub queue: String,
    pub kind: String,
    pub attempts: i32,
    pub created_at: DateTime<Utc>,
    pub last_error: Option<String>,
}

/// The jobs that were queued last come first.
pub async fn list(platform: &Platform, filter: Filter) -> Result<Vec<ListedJob>> {
    let Filter { state, kind, limit } = filter;
    let jobs = job::Entity::find()
        .apply_if(state, |jobs, state| {
            jobs.filter(job::Column::State.eq(state.to_value()))
        })
        .apply_if(kind, |jobs, kind| jobs.filter(job::Column::Kind.eq(kind)))
        .order_by_desc(job::Column::Id)
        .limit(limit)
        .all(platform.database.reader())
        .await
        .map_err(db)?;
    let listed = jobs.into_iter().map(|job| ListedJob {
        id: job.id.into(),
        state: state_name(job.state),
        queue: job.queue,
        kind: job.kind,
        attempts: job.attempts,
        created_at: job.created_at,
        last_error: job.last_error,
    });
    Ok(listed.collect())
}

/// As people read it.
pub(super) fn state_name(state: JobState) -> String {
    state.to_value().to_lowercase()
}

/// Which of the jobs that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    One(JobId),
    AllFailed,
}

/// Queues jobs that failed again, as if they had never been begun. Answers with how many they were.
pub async fn retry(platform: &Platform, which: Which) -> Result<usize> {
    platform.writer.housekeep(Retry { which }).await
}

struct Retry {
    which: Which,
}

impl Command for Retry {
    type Output = usize;

    async fn apply(&self, write: &mut Write) -> Result<usize> {
        let jobs = failed(write, self.which).await?;
        if jobs.is_empty() {
            return Ok(0);
        }
        let now = write.now();
        job::Entity::update_many()
            .col_expr(job::Column::State, Expr::value(JobState::Queued.to_value()))
            .col_expr(job::Column::RunAt, Expr::value(now))
            .col_expr(job::Column::Attempts, Expr::value(0))
            .col_expr(job::Column::LastError, Expr::value(Option::<String>::None))
            .col_expr(
                job::Column::FinishedAt,
                Expr::value(Option::<DateTime<Utc>>::None),
            )
            .filter(job::Column::Id.is_in(jobs.iter().map(|job| job.id)))
            .exec(write.conn().await?)
            .await
            .map_err(db)?;
        for job in &jobs {
            if let Some((project, batch)) = job.project_id.zip(job.batch_id) {
                batches::count_again(write, project.into(), batch.into(), job.id).await?;
            }
        }
        write.record(record("job.retry", &jobs));
        Ok(jobs.len())
    }
}

/// Forgets jobs that failed. Answers with how many they were.
pub async fn drop_failed(platform: &Platform, which: Which) -> Result<usize> {
    platform.writer.housekeep(Drop { which }).await
}

struct Drop {
    which: Which,
}

impl Command for Drop {
    type Output = usize;

    async fn apply(&self, write: &mut Write) -> Result<usize> {
        let jobs = failed(write, self.which).await?;
        if jobs.is_empty() {
            return Ok(0);
        }
        job::Entity::delete_many()
            .filter(job::Column::Id.is_in(jobs.iter().map(|job| job.id)))
            .exec(write.conn().await?)
            .await
            .map_err(db)?;
        write.record(record("job.drop", &jobs));
        Ok(jobs.len())
    }
}

/// So many are retried or dropped in one statement at most, which is as many as it can name.
const AT_ONCE_MAX: u64 = 10_000;

async fn failed(write: &mut Write, which: Which) -> Result<Vec<job::Model>> {
    let jobs = job::Entity::find();
    let named = match which {
        Which::AllFailed => jobs
            .filter(job::Column::State.eq(JobState::Failed.to_value()))
            .order_by_asc(job::Column::Id)
            .limit(AT_ONCE_MAX),
        Which::One(id) => jobs.filter(job::Column::Id.eq(id.uuid())),
    };
    let found = named
        .lock_exclusive()
        .all(write.read().await?)
        .await
        .map_err(db)?;
    match (which, found.first()) {
        (Which::One(_), None) => Err(Error::NotFound("job")),
        (Which::One(_), Some(job)) if job.state != JobState::Failed => {
            Err(Error::Conflict(format!(
                "the job is {}; only one that failed can be retried or dropped",
                state_name(job.state)
            )))
        }
        (Which::One(_), Some(_)) | (Which::AllFailed, _) => Ok(found),
    }
}

/// One job is named; of many it is said how many they were.
fn record(action: &'static str, jobs: &[job::Model]) -> Record {
    let one = match jobs {
        [one] => Some(one),
        _ => None,
    };
    Record {
        detail: Some(match one {
            Some(job) => json!({ "kind": job.kind }),
            None => json!({ "jobs": jobs.len() }),
        }),
        ..Record::about(action, "job", one.map(|job| job.id))
    }
}

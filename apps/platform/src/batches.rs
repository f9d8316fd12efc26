//! Batches: several jobs of a project as one, with counts, cancel and an end.
//!
//! A batch grows as its jobs are queued, and ends when its feature says so, since only that knows
//! whether more will come. Each job is counted by whoever ends it: the command that finishes its
//! lease, else the worker.

use chrono::{DateTime, Utc};
use entity::{enums::RunState, job_batch};
use kernel::{BatchId, Error, ProjectId, Result, UserId};
use sea_orm::{
    ActiveEnum, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait,
    QueryFilter, QueryOrder, QuerySelect, QueryTrait, SqlErr, sea_query::Expr,
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{database::db, writer::Write};

/// A batch that is about to begin.
#[derive(Clone, Debug)]
pub struct NewBatch {
    pub id: BatchId,
    /// What kind of batch it is, such as `generation.refresh`.
    pub name: &'static str,
    pub requested_by: UserId,
    /// What its feature keeps with it.
    pub options: Value,
}

/// Begins a batch of the project that the command is about.
pub async fn start(write: &mut Write, batch: NewBatch) -> Result<()> {
    let row = job_batch::ActiveModel {
        project_id: Set(write.project_id()?.uuid()),
        id: Set(batch.id.uuid()),
        name: Set(batch.name.to_owned()),
        requested_by: Set(batch.requested_by.uuid()),
        state: Set(RunState::Running),
        total_jobs: Set(0),
        pending_jobs: Set(0),
        failed_jobs: Set(0),
        failed_job_ids: Set(json!([])),
        options: Set(batch.options),
        created_at: Set(write.now()),
        cancelled_at: Set(None),
        finished_at: Set(None),
    };
    job_batch::Entity::insert(row)
        .exec_without_returning(write.conn().await?)
        .await
        .map(drop)
        .map_err(|error| match error.sql_err() {
            Some(SqlErr::UniqueConstraintViolation(_)) => {
                Error::Conflict("there is a batch with this id already; use a new op id".to_owned())
            }
            Some(_) | None => db(error),
        })
}

fn this(project: ProjectId, batch: BatchId) -> sea_orm::sea_query::SimpleExpr {
    job_batch::Column::ProjectId
        .eq(project.uuid())
        .and(job_batch::Column::Id.eq(batch.uuid()))
}

/// Notes that a batch has so many jobs more.
pub async fn grow(write: &mut Write, batch: BatchId, jobs: i64) -> Result<()> {
    let project = write.project_id()?;
    let plus = |column: job_batch::Column| Expr::col(column).add(jobs);
    job_batch::Entity::update_many()
        .col_expr(
            job_batch::Column::TotalJobs,
            plus(job_batch::Column::TotalJobs),
        )
        .col_expr(
            job_batch::Column::PendingJobs,
            plus(job_batch::Column::PendingJobs),
        )
        .filter(this(project, batch))
        .exec(write.conn().await?)
        .await
        .map(drop)
        .map_err(db)
}

/// Counts a job that has ended, under the id that says what failed if it did.
pub async fn count_ended(
    write: &mut Write,
    project: ProjectId,
    batch: BatchId,
    failed: Option<Uuid>,
) -> Result<()> {
    let Some(row) = locked(write, project, batch).await? else {
        return Ok(());
    };
    let mut ids = failed_ids(&row);
    ids.extend(failed);
    count(write, &row, row.pending_jobs - 1, ids).await
}

/// Counts a job that failed as one that is still to be done.
pub(crate) async fn count_again(
    write: &mut Write,
    project: ProjectId,
    batch: BatchId,
    job: Uuid,
) -> Result<()> {
    let Some(row) = locked(write, project, batch).await? else {
        return Ok(());
    };
    let mut ids = failed_ids(&row);
    ids.retain(|failed| *failed != job);
    count(write, &row, row.pending_jobs + 1, ids).await
}

/// A batch whose counts nobody else changes until the command has ended.
async fn locked(
    write: &mut Write,
    project: ProjectId,
    batch: BatchId,
) -> Result<Option<job_batch::Model>> {
    job_batch::Entity::find_by_id((project.uuid(), batch.uuid()))
        .lock_exclusive()
        .one(write.read().await?)
        .await
        .map_err(db)
}

async fn count(
    write: &mut Write,
    row: &job_batch::Model,
    pending: i64,
    failed: Vec<Uuid>,
) -> Result<()> {
    let change = job_batch::ActiveModel {
        project_id: Set(row.project_id),
        id: Set(row.id),
        pending_jobs: Set(Ord::max(pending, 0)),
        failed_jobs: Set(i64::try_from(failed.len()).map_err(Error::internal)?),
        failed_job_ids: Set(json!(failed)),
        ..Default::default()
    };
    job_batch::Entity::update(change)
        .exec(write.conn().await?)
        .await
        .map(drop)
        .map_err(db)
}

/// The ids of the jobs of a batch that failed.
#[must_use]
pub fn failed_ids(row: &job_batch::Model) -> Vec<Uuid> {
    // Nothing else is ever stored there.
    serde_json::from_value(row.failed_job_ids.clone()).unwrap_or_default()
}

/// Keeps what its feature has to remember while the batch goes on.
pub async fn keep(write: &mut Write, batch: BatchId, options: Value) -> Result<()> {
    let change = job_batch::ActiveModel {
        project_id: Set(write.project_id()?.uuid()),
        id: Set(batch.uuid()),
        options: Set(options),
        ..Default::default()
    };
    update(write, change).await
}

/// Ends a batch.
pub async fn finish(
    write: &mut Write,
    batch: BatchId,
    state: RunState,
    options: Value,
) -> Result<()> {
    let now = write.now();
    let cancelled: Option<DateTime<Utc>> = (state == RunState::Cancelled).then_some(now);
    let change = job_batch::ActiveModel {
        project_id: Set(write.project_id()?.uuid()),
        id: Set(batch.uuid()),
        state: Set(state),
        options: Set(options),
        cancelled_at: Set(cancelled),
        finished_at: Set(Some(now)),
        ..Default::default()
    };
    update(write, change).await
}

async fn update(write: &mut Write, change: job_batch::ActiveModel) -> Result<()> {
    job_batch::Entity::update(change)
        .exec(write.conn().await?)
        .await
        .map(drop)
        .map_err(db)
}

/// One batch of a project.
pub async fn find(
    connection: &impl ConnectionTrait,
    project: ProjectId,
    name: &str,
    batch: BatchId,
) -> Result<Option<job_batch::Model>> {
    job_batch::Entity::find_by_id((project.uuid(), batch.uuid()))
        .filter(job_batch::Column::Name.eq(name))
        .one(connection)
        .await
        .map_err(db)
}

/// The batches of a project that are not over yet.
pub async fn running(
    connection: &impl ConnectionTrait,
    project: ProjectId,
    name: &str,
) -> Result<Vec<BatchId>> {
    let ids: Vec<Uuid> = job_batch::Entity::find()
        .select_only()
        .column(job_batch::Column::Id)
        .filter(job_batch::Column::ProjectId.eq(project.uuid()))
        .filter(job_batch::Column::State.eq(RunState::Running.to_value()))
        .filter(job_batch::Column::Name.eq(name))
        .into_tuple()
        .all(connection)
        .await
        .map_err(db)?;
    Ok(ids.into_iter().map(Into::into).collect())
}

/// Where a page of batches ends: the newest come first.
pub type Place = (DateTime<Utc>, Uuid);

/// Batches of a project after a place.
pub async fn list(
    connection: &impl ConnectionTrait,
    project: ProjectId,
    name: &str,
    after: Option<Place>,
    limit: u64,
) -> Result<Vec<job_batch::Model>> {
    let (created, id) = (job_batch::Column::CreatedAt, job_batch::Column::Id);
    job_batch::Entity::find()
        .filter(job_batch::Column::ProjectId.eq(project.uuid()))
        .filter(job_batch::Column::Name.eq(name))
        .apply_if(after, |batches, (at, last)| {
            batches.filter(created.lt(at).or(created.eq(at).and(id.lt(last))))
        })
        .order_by_desc(created)
        .order_by_desc(id)
        .limit(limit)
        .all(connection)
        .await
        .map_err(db)
}

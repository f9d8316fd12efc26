//! Leases: who may do a job, and write what came of it.

use chrono::TimeDelta;
use entity::{enums::JobState, job};
use kernel::Result;
use sea_orm::{
    ActiveEnum, ColumnTrait, EntityTrait, ExprTrait, QueryFilter, QuerySelect,
    sea_query::{Expr, SimpleExpr},
};
use uuid::Uuid;

use crate::{
    database::db,
    platform::Platform,
    writer::{Command, Write},
};

/// The right to do a job, until somebody else gets it. The fence is new with each claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lease {
    pub(super) job: Uuid,
    pub(super) fence: Uuid,
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

    /// Ends the job together with what the command writes. If the job is one of a batch, the command
    /// counts it there, too.
    pub async fn finish(self, write: &mut Write) -> Result<()> {
        let now = write.now();
        let done = job::Entity::update_many()
            .col_expr(job::Column::State, Expr::value(JobState::Done.to_value()))
            .col_expr(job::Column::FinishedAt, Expr::value(Some(now)))
            .filter(self.held());
        let done = done.exec(write.conn().await?).await.map_err(db)?;
        if done.rows_affected == 1 {
            write.ended_job(self.job);
        }
        Ok(())
    }

    pub(super) fn held(self) -> SimpleExpr {
        job::Column::Id
            .eq(self.job)
            .and(job::Column::Fence.eq(self.fence))
            .and(job::Column::State.eq(JobState::Running.to_value()))
    }
}

pub(super) fn time(platform: &Platform) -> TimeDelta {
    TimeDelta::milliseconds(platform.settings.jobs.lease_ms.into())
}

/// Keeps the lease. False when it was lost to another worker.
pub(super) async fn extend(platform: &Platform, lease: Lease) -> bool {
    let time = time(platform);
    let extended = platform.writer.housekeep(Extend { lease, time }).await;
    // A database that is away does not mean that the lease is lost; the fence decides in the end.
    extended.unwrap_or(true)
}

struct Extend {
    lease: Lease,
    time: TimeDelta,
}

impl Command for Extend {
    type Output = bool;

    async fn apply(&self, write: &mut Write) -> Result<bool> {
        write.unrecorded("a heartbeat");
        let until = write.now() + self.time;
        let done = job::Entity::update_many()
            .col_expr(job::Column::LeaseUntil, Expr::value(until))
            .filter(self.lease.held())
            .exec(write.conn().await?)
            .await
            .map_err(db)?;
        Ok(done.rows_affected == 1)
    }
}

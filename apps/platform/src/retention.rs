//! What nobody needs any more: how long it is kept, and removing it, some rows at a time.

use std::{marker::PhantomData, sync::Arc};

use chrono::{DateTime, TimeDelta, Utc};
use entity::{audit_record, enums::JobState, job};
use futures::future::BoxFuture;
use kernel::Result;
use sea_orm::{
    ActiveEnum, ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect,
    QueryTrait,
};

use crate::{
    database::db,
    platform::Platform,
    settings::Settings,
    writer::{Command, Write},
};

/// How many rows go in one transaction, so that nobody waits for all of them.
pub const ROWS_AT_ONCE: u64 = 1_000;
/// How many transactions one sweep makes for one kind of things at most; what is left goes an hour later.
const BATCHES_MAX: usize = 1_000;

/// One kind of things that is not kept for ever.
#[derive(Clone, Copy, Debug)]
pub struct Retention {
    /// What it is, in a few words.
    pub what: &'static str,
    /// The setting that says for how many days it is kept; with 0 for ever.
    pub setting: &'static str,
    pub days: fn(&Settings) -> u32,
    /// How much of it is older than this.
    pub count: fn(Arc<Platform>, DateTime<Utc>) -> BoxFuture<'static, Result<u64>>,
    /// Removes some of what is older than this, and says how much; nothing once all is gone.
    pub remove: fn(Arc<Platform>, DateTime<Utc>) -> BoxFuture<'static, Result<u64>>,
}

impl Retention {
    /// What is older than this goes, if anything does.
    fn before(&self, platform: &Platform) -> Option<DateTime<Utc>> {
        let days = (self.days)(&platform.settings);
        let kept = (days > 0).then(|| TimeDelta::days(days.into()))?;
        platform.clock.now().checked_sub_signed(kept)
    }

    /// How much would go now.
    pub async fn due(&self, platform: &Arc<Platform>) -> Result<u64> {
        match self.before(platform) {
            Some(before) => (self.count)(platform.clone(), before).await,
            None => Ok(0),
        }
    }

    /// Removes what is not kept any more, and says how much it was.
    pub async fn purge(&self, platform: &Arc<Platform>) -> Result<u64> {
        let Some(before) = self.before(platform) else {
            return Ok(0);
        };
        let mut removed = 0;
        for _ in 0..BATCHES_MAX {
            if platform.stopping.is_cancelled() {
                break;
            }
            match (self.remove)(platform.clone(), before).await? {
                0 => break,
                some => removed += some,
            }
        }
        Ok(removed)
    }
}

/// Everything that is not kept for ever: what stands below all features, and what they bring.
#[must_use]
pub fn all(platform: &Platform) -> Vec<Retention> {
    let own = [DONE_JOBS, AUDIT];
    let brought = platform.features().retentions();
    own.iter().chain(brought).copied().collect()
}

const DONE_JOBS: Retention = Retention {
    what: "jobs that are done",
    setting: "jobs.keep_done_days",
    days: |settings| settings.jobs.keep_done_days,
    count: |platform, before| {
        Box::pin(async move { count::<job::Entity>(&platform, done(before)).await })
    },
    remove: |platform, before| {
        Box::pin(async move {
            let reason = "what was done is in the log and the audit";
            remove::<job::Entity>(&platform, job::Column::Id, done(before), reason).await
        })
    },
};

fn done(before: DateTime<Utc>) -> Condition {
    Condition::all()
        .add(job::Column::State.eq(JobState::Done.to_value()))
        .add(job::Column::FinishedAt.lt(before))
}

const AUDIT: Retention = Retention {
    what: "records of the audit",
    setting: "retention.audit_days",
    days: |settings| settings.retention.audit_days,
    count: |platform, before| {
        Box::pin(async move { count::<audit_record::Entity>(&platform, older(before)).await })
    },
    remove: |platform, before| {
        Box::pin(async move {
            let reason = "a record of what records went would never go";
            remove::<audit_record::Entity>(
                &platform,
                audit_record::Column::Id,
                older(before),
                reason,
            )
            .await
        })
    },
};

fn older(before: DateTime<Utc>) -> Condition {
    Condition::all().add(audit_record::Column::At.lt(before))
}

/// How many rows of one table these are.
pub async fn count<E>(platform: &Platform, which: Condition) -> Result<u64>
where
    E: EntityTrait,
    E::Model: Sync,
{
    let rows = E::find().filter(which);
    rows.count(platform.database.reader()).await.map_err(db)
}

/// Removes some of these rows, of a table with one key, and says how many. The reason is why the audit says nothing.
pub async fn remove<E: EntityTrait>(
    platform: &Platform,
    key: E::Column,
    which: Condition,
    reason: &'static str,
) -> Result<u64> {
    let remove = RemoveSome::<E> {
        key,
        which,
        reason,
        of: PhantomData,
    };
    platform.writer.housekeep(remove).await
}

struct RemoveSome<E: EntityTrait> {
    key: E::Column,
    which: Condition,
    reason: &'static str,
    of: PhantomData<fn() -> E>,
}

impl<E: EntityTrait> Command for RemoveSome<E>
where
    E::Column: Sync,
{
    type Output = u64;

    async fn apply(&self, write: &mut Write) -> Result<u64> {
        write.unrecorded(self.reason);
        let some = E::find()
            .select_only()
            .column(self.key)
            .filter(self.which.clone())
            .limit(ROWS_AT_ONCE);
        let removed = E::delete_many()
            .filter(self.key.in_subquery(some.into_query()))
            .exec(write.conn().await?)
            .await
            .map_err(db)?;
        Ok(removed.rows_affected)
    }
}

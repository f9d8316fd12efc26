//! How many jobs there are, for `/metrics`.

use std::{sync::Arc, time::Duration};

use entity::{enums::JobState, job};
use kernel::{Result, error::chain};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};

use super::{operator::state_name, queue::Queue};
use crate::{database::db, platform::Platform};

const EVERY: Duration = Duration::from_secs(10);
/// Those that are done are the many, and nobody waits for them.
const STATES: [JobState; 3] = [JobState::Queued, JobState::Running, JobState::Failed];

/// Measures until the server stops. Every worker counts the jobs of all.
pub async fn measure(platform: Arc<Platform>) {
    loop {
        // What could not be counted now is counted the next time.
        if let Err(error) = count(&platform).await {
            tracing::warn!(error = chain(&error), "Jobs cannot be counted");
        }
        let pause = tokio::time::sleep(EVERY);
        if platform.stopping.run_until_cancelled(pause).await.is_none() {
            return;
        }
    }
}

async fn count(platform: &Platform) -> Result<()> {
    let counted: Vec<(String, JobState, i64)> = job::Entity::find()
        .select_only()
        .columns([job::Column::Queue, job::Column::State])
        .column_as(job::Column::Id.count(), "jobs")
        .filter(job::Column::State.is_in(STATES))
        .group_by(job::Column::Queue)
        .group_by(job::Column::State)
        .into_tuple()
        .all(platform.database.reader())
        .await
        .map_err(db)?;
    for queue in Queue::ALL {
        for state in STATES {
            let found = counted
                .iter()
                .find(|(name, of, _)| name == queue.name() && *of == state);
            let jobs = found.map_or(0, |(_, _, jobs)| *jobs);
            let labels = [
                ("queue", queue.name().to_owned()),
                ("state", state_name(state)),
            ];
            // Far more jobs than a gauge holds exactly are far too many anyway.
            let jobs = u32::try_from(jobs).unwrap_or(u32::MAX);
            metrics::gauge!("nonlinear_jobs", &labels).set(f64::from(jobs));
        }
    }
    Ok(())
}

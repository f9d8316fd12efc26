//! Waiting for work in the background.

use std::sync::Arc;

use platform::Platform;
use sea_orm::{ConnectionTrait, Statement};

use super::{app::TestApp, until};

impl TestApp {
    /// Waits until nothing is left to do, and nothing followed from what was done.
    pub(crate) async fn jobs_done(&self) {
        until("all jobs are done", async || self.open_jobs().await == 0).await;
    }

    /// How much waits or runs. What begins at its own time later is not waited for.
    pub(crate) async fn open_jobs(&self) -> i64 {
        let count = async |platform: Arc<Platform>| {
            let reader = platform.database.reader();
            let ask = "SELECT count(*) AS jobs FROM jobs WHERE state IN ('QUEUED', 'RUNNING') \
                AND NOT (kind IN ('agents.schedule', 'agents.task', 'notifications.mail', 'notifications.push', 'voice.give-up') AND run_at > $1)";
            let now = platform.clock.now();
            let backend = reader.get_database_backend();
            let ask = Statement::from_sql_and_values(backend, ask, [now.into()]);
            let row = reader.query_one_raw(ask).await.expect("it can be counted");
            let row = row.expect("a count is one row");
            row.try_get("", "jobs").expect("a count is a number")
        };
        self.inside(count).await
    }
}

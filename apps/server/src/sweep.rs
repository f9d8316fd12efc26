//! Forgetting what has expired, and removing what is not kept any more.

use std::{sync::Arc, time::Duration};

use kernel::{Result, error::chain};
use platform::{Platform, idempotency, retention};

const EVERY: Duration = Duration::from_secs(60 * 60);

/// Sweeps every hour until the server stops.
pub(crate) async fn hourly(platform: Arc<Platform>) {
    let stopping = platform.stopping.clone();
    while stopping
        .run_until_cancelled(tokio::time::sleep(EVERY))
        .await
        .is_some()
    {
        // What was not swept now is swept an hour later.
        if let Err(error) = sweep(&platform).await {
            tracing::warn!(error = chain(&error), "The sweep failed");
        }
    }
}

async fn sweep(platform: &Arc<Platform>) -> Result<()> {
    for sweep in platform.features().sweeps() {
        sweep(platform.clone()).await?;
    }
    for retention in retention::all(platform) {
        retention.purge(platform).await?;
    }
    idempotency::sweep(platform).await
}

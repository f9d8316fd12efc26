//! The platform: what every feature stands on.

use std::{any::Any, sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    bell::JobBell, blobs::Blobs, bus::Bus, clock::Clock, database::Database,
    extensions::Extensions, kept_answers::KeptAnswers, keys::Keys, liveness::Liveness,
    mail::Mailer, passwords::Passwords, settings::Settings, streams::Streams,
    verified_tokens::VerifiedTokens, writer::Writer,
};

/// How long requests, sockets, jobs and connections may take to end when the server stops.
const STOP_TIMEOUT: Duration = Duration::from_secs(25);

/// Built once and passed around.
#[derive(Debug)]
pub struct Platform {
    pub settings: Settings,
    pub clock: Arc<Clock>,
    pub keys: Keys,
    pub passwords: Passwords,
    pub database: Database,
    pub blobs: Blobs,
    pub bus: Arc<Bus>,
    pub writer: Writer,
    pub streams: Arc<Streams>,
    pub liveness: Liveness,
    pub(crate) kept_answers: KeptAnswers,
    pub verified_tokens: VerifiedTokens,
    pub mailer: Mailer,
    pub job_bell: JobBell,
    /// Serving and work in the background; waited for at the end.
    pub tasks: TaskTracker,
    /// Cancelled when the server stops.
    pub stopping: CancellationToken,
    pub started_at: DateTime<Utc>,
    pub(crate) extensions: Extensions,
    /// What features bring, which knows the platform: `features()` says its type again.
    pub(crate) features: Arc<dyn Any + Send + Sync>,
}

impl Platform {
    /// What one feature keeps in this process, such as a cache; made when it is first asked for.
    pub fn feature<T: Default + Send + Sync + 'static>(&self) -> Arc<T> {
        self.extensions.get()
    }

    /// Lets all work end and closes the bus, which that work may use, and the database. What does
    /// not end in time, such as a wait for a database that is away, is left to end with the process.
    pub async fn stop(&self) {
        self.stopping.cancel();
        self.tasks.close();
        let ending = async {
            self.tasks.wait().await;
            self.bus.close().await;
            self.database.close().await;
        };
        if tokio::time::timeout(STOP_TIMEOUT, ending).await.is_err() {
            tracing::warn!("Some work did not end in time and was cut off");
        }
    }
}

//! Putting the platform together.

use std::{sync::Arc, time::Duration};

use sea_orm::DbErr;
use tokio::sync::Semaphore;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    bell::JobBell,
    blobs::Blobs,
    bus::Bus,
    clock::Clock,
    database::{Database, Engine},
    extensions::Extensions,
    feature::Features,
    kept_answers::KeptAnswers,
    keys::{Keys, KeysError},
    liveness::Liveness,
    mail::{MailError, Mailer},
    passwords::Passwords,
    platform::Platform,
    private,
    settings::Settings,
    streams::Streams,
    verified_tokens::VerifiedTokens,
    writer::{self, Writer},
    wrong_setting::WrongSetting,
};

const CLOCK_CHECK_SECONDS: u64 = 30;
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("the data folder {folder} cannot be made: {source}")]
    DataDir {
        folder: String,
        source: std::io::Error,
    },
    #[error("the database cannot be opened")]
    Database(#[from] DbErr),
    #[error("a feature cannot begin")]
    Feature(#[source] kernel::Error),
    #[error(transparent)]
    Setting(#[from] WrongSetting),
    #[error(transparent)]
    Keys(#[from] KeysError),
    #[error(transparent)]
    Mail(#[from] MailError),
}

impl Platform {
    /// Opens everything, migrates the database, and lets the features begin.
    pub async fn start(settings: Settings, features: Features) -> Result<Arc<Self>, StartError> {
        let platform = Self::open(settings, features).await?;
        platform.database.migrate_up().await?;
        platform.follow_clock().await?;
        for start in platform.features().starts() {
            start(platform.clone()).await.map_err(StartError::Feature)?;
        }
        Ok(platform)
    }

    /// Opens everything and leaves the database's schema as it is.
    pub async fn open(settings: Settings, features: Features) -> Result<Arc<Self>, StartError> {
        private::make_folder(&settings.data_dir).map_err(|source| StartError::DataDir {
            folder: settings.data_dir.display().to_string(),
            source,
        })?;
        let keys = Keys::load_or_create(&settings.keys_file())?;
        let database = Database::connect(&settings).await?;
        let clock = Arc::new(Clock::default());
        let bus = Arc::new(match &settings.redis_url {
            Some(url) => Bus::over_redis(url)?,
            None => Bus::in_process(),
        });
        let (job_bell, extensions) = (JobBell::default(), Extensions::default());
        let (tasks, stopping) = (TaskTracker::new(), CancellationToken::new());
        let started_at = clock.now();
        Ok(Arc::new(Self {
            writer: Writer::new(writer::Parts {
                database: database.clone(),
                clock: clock.clone(),
                bus: bus.clone(),
                job_bell: job_bell.clone(),
                extensions: extensions.clone(),
                owner_bytes_max: i64::try_from(settings.storage.owner_bytes_max)
                    .unwrap_or(i64::MAX),
                reactions: features.reactions.clone(),
                observers: features.observers.clone(),
                command_visits_max: settings.rates.visits_per_change,
                visits: writer::Visits::new(&settings.rates),
                heavy_groups: Semaphore::new(database.heavy_writers_max()),
            }),
            streams: Streams::new(
                features.streams.clone(),
                bus.clone(),
                tasks.clone(),
                stopping.clone(),
            ),
            features: Arc::new(features),
            blobs: Blobs::open(&settings)?,
            passwords: Passwords::new(&settings),
            mailer: Mailer::new(&settings)?,
            clock,
            keys,
            database,
            bus,
            liveness: Liveness::default(),
            kept_answers: KeptAnswers::new(&settings.storage),
            verified_tokens: VerifiedTokens::default(),
            job_bell,
            tasks,
            stopping,
            settings,
            started_at,
            extensions,
        }))
    }

    async fn follow_clock(self: &Arc<Self>) -> Result<(), DbErr> {
        if self.database.engine() == Engine::Sqlite {
            return Ok(());
        }
        self.learn_time().await?;
        let platform = self.clone();
        self.tasks.spawn(async move {
            let every = Duration::from_secs(CLOCK_CHECK_SECONDS);
            while platform
                .stopping
                .run_until_cancelled(tokio::time::sleep(every))
                .await
                .is_some()
            {
                // While the database is away the clock carries on from what it learned last.
                if let Err(error) = platform.learn_time().await {
                    tracing::warn!(
                        error = kernel::error::chain(&error),
                        "Database time unknown"
                    );
                }
            }
        });
        Ok(())
    }

    async fn learn_time(&self) -> Result<(), DbErr> {
        if let Some(now) = self.database.now().await? {
            self.clock.follow(now);
        }
        Ok(())
    }
}

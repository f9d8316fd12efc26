//! The database: connections, consistent reads, migrations.

mod given_up;

use std::{
    fmt,
    str::FromStr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use chrono::{DateTime, Utc};
use futures::future::BoxFuture;
use kernel::{Error, Result};
use migration::{Migrator, MigratorTrait};
use sea_orm::{
    AccessMode, ConnAcquireErr, ConnectOptions, ConnectionTrait, DatabaseConnection,
    DatabaseTransaction, DbBackend, DbErr, IsolationLevel, RuntimeErr, SqliteTransactionMode,
    Statement, TransactionOptions, TransactionTrait,
    sqlx::{
        self, Connection, Executor,
        sqlite::{SqliteJournalMode, SqliteSynchronous},
    },
};

use crate::{
    private,
    settings::{SQLITE_FILE, Settings},
};
use given_up::{GivenUp, end_transaction};

/// Serialises migrations of instances that start at the same time.
const MIGRATION_LOCK: i64 = 0x4e4f_4e4c_494e;
/// How long anyone waits for a connection. Who waits in vain is told so within 3 s.
const ACQUIRE_TIMEOUT: Duration = Duration::from_millis(2_500);
/// A connection used this short a time ago is taken to be whole: asking costs a round trip.
const TRUSTED_IDLE_MAX: Duration = Duration::from_secs(1);
const STATEMENT_TIMEOUT: &str = "10s";
const IDLE_IN_TRANSACTION_TIMEOUT: &str = "15s";
const SQLITE_READERS_MAX: u32 = 4;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "Postgres",
        })
    }
}

/// Two pools on one database: writes go through the door only, and what reads cannot write.
#[derive(Clone, Debug)]
pub struct Database {
    engine: Engine,
    readers: DatabaseConnection,
    writers: DatabaseConnection,
    writers_max: u32,
    writers_made: Arc<AtomicU64>,
    given_up: GivenUp,
}

impl Database {
    pub async fn connect(settings: &Settings) -> Result<Self, DbErr> {
        let url = settings.database_url();
        let engine = if url.starts_with("sqlite") {
            Engine::Sqlite
        } else {
            Engine::Postgres
        };
        if settings.database_url.is_none() {
            // SQLite gives the files beside it the same rights.
            let file = settings.data_dir.join(SQLITE_FILE);
            let made = private::file().open(file);
            made.map_err(|error| DbErr::Conn(RuntimeErr::Internal(error.to_string())))?;
        }
        let connections_max = settings.database.connections_max;
        let writers_max = match engine {
            Engine::Sqlite => 1,
            Engine::Postgres => (connections_max / 2).max(1),
        };
        let writers_made = Arc::<AtomicU64>::default();
        let given_up = GivenUp::default();
        let (reading, writing) = match engine {
            Engine::Sqlite => (
                sqlite(&url, SQLITE_READERS_MAX, true, Arc::default()),
                sqlite(&url, writers_max, false, writers_made.clone()),
            ),
            Engine::Postgres => {
                let readers = (connections_max - writers_max).max(1);
                (
                    postgres(&url, readers, true, given_up.clone()),
                    postgres(&url, writers_max, false, given_up.clone()),
                )
            }
        };
        // The writer connects first: on SQLite it creates the file that readers may not create.
        let writers = sea_orm::Database::connect(writing).await?;
        let readers = sea_orm::Database::connect(reading).await?;
        Ok(Self {
            engine,
            readers,
            writers,
            writers_max,
            writers_made,
            given_up,
        })
    }

    /// How many connections may be taken by projects whose changes take long; the others are left to
    /// everybody else.
    pub(crate) fn heavy_writers_max(&self) -> usize {
        let half = usize::try_from(self.writers_max / 2).unwrap_or(1);
        half.max(1)
    }

    /// What changes whenever another connection has written to an SQLite database, as an expression.
    pub(crate) fn version_sql(&self) -> &'static str {
        match self.engine {
            Engine::Sqlite => "(SELECT data_version FROM pragma_data_version)",
            Engine::Postgres => "CAST(0 AS BIGINT)",
        }
    }

    /// How often SQLite's writing connection was made: another one counts what others write anew.
    pub(crate) fn writers_made(&self) -> u64 {
        self.writers_made.load(Ordering::Acquire)
    }

    #[must_use]
    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// For reading. What must be consistent over several statements goes through `consistent`.
    #[must_use]
    pub fn reader(&self) -> &DatabaseConnection {
        &self.readers
    }

    /// Runs several reads that see the database at one moment.
    ///
    /// They run detached, so that a request that goes away never leaves a transaction half begun.
    pub async fn consistent<T, F>(&self, read: F) -> Result<T>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c DatabaseTransaction) -> BoxFuture<'c, Result<T>> + Send + 'static,
    {
        let (readers, given_up) = (self.readers.clone(), self.given_up.clone());
        let options = TransactionOptions {
            isolation_level: (self.engine == Engine::Postgres)
                .then_some(IsolationLevel::RepeatableRead),
            access_mode: (self.engine == Engine::Postgres).then_some(AccessMode::ReadOnly),
            sqlite_transaction_mode: Some(SqliteTransactionMode::Deferred),
        };
        let reading = tokio::spawn(async move {
            let transaction = begin(&readers, options, &given_up).await.map_err(db)?;
            let value = read(&transaction).await?;
            transaction.rollback().await.map_err(db)?;
            Ok(value)
        });
        reading.await.map_err(Error::internal)?
    }

    /// Begins a transaction that may write. Only the door calls this, from a task of its own.
    pub(crate) async fn begin_write(&self) -> Result<DatabaseTransaction, DbErr> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        begin(&self.writers, options, &self.given_up).await
    }

    /// Applies what is missing. Several instances may start at once: one migrates, the others wait.
    pub async fn migrate_up(&self) -> Result<(), DbErr> {
        let transaction = self.begin_migration().await?;
        Migrator::up(&transaction, None).await?;
        transaction.commit().await
    }

    /// Takes back the newest `steps` migrations.
    pub async fn migrate_down(&self, steps: u32) -> Result<(), DbErr> {
        let transaction = self.begin_migration().await?;
        Migrator::down(&transaction, Some(steps)).await?;
        transaction.commit().await
    }

    /// Each migration's name and whether it is applied.
    pub async fn migrations(&self) -> Result<Vec<(String, bool)>, DbErr> {
        let transaction = self.begin_migration().await?;
        let all = Migrator::get_migration_with_status(&transaction).await?;
        transaction.commit().await?;
        let applied = sea_orm_migration::MigrationStatus::Applied;
        Ok(all
            .iter()
            .map(|one| (one.name().to_owned(), one.status() == applied))
            .collect())
    }

    async fn begin_migration(&self) -> Result<DatabaseTransaction, DbErr> {
        let transaction = self.begin_write().await?;
        if self.engine == Engine::Postgres {
            let lock = Statement::from_sql_and_values(
                DbBackend::Postgres,
                "SELECT pg_advisory_xact_lock($1)",
                [MIGRATION_LOCK.into()],
            );
            transaction.execute_raw(lock).await?;
        }
        Ok(transaction)
    }

    /// The database's own time; on SQLite that is this machine's, so there is nothing to learn.
    pub async fn now(&self) -> Result<Option<DateTime<Utc>>, DbErr> {
        if self.engine == Engine::Sqlite {
            return Ok(None);
        }
        let ask = Statement::from_string(DbBackend::Postgres, "SELECT clock_timestamp() AS now");
        let row = self.readers.query_one_raw(ask).await?;
        row.map(|row| row.try_get("", "now")).transpose()
    }

    pub async fn ping(&self) -> Result<(), DbErr> {
        self.readers.execute_unprepared("SELECT 1").await.map(drop)
    }

    pub async fn close(&self) {
        // Closing is best effort: the process is about to end.
        let _ = self.readers.clone().close().await;
        let _ = self.writers.clone().close().await;
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one place that opens transactions"
)]
async fn begin(
    connection: &DatabaseConnection,
    options: TransactionOptions,
    given_up: &GivenUp,
) -> Result<DatabaseTransaction, DbErr> {
    if connection.get_database_backend() == DbBackend::Sqlite {
        // A writer of another process is waited for, as long as the busy timeout says.
        return connection.begin_with_options(options).await;
    }
    let begun = given_up.unless_answered(ACQUIRE_TIMEOUT, connection.begin_with_options(options));
    begun
        .await
        .unwrap_or(Err(DbErr::ConnectionAcquire(ConnAcquireErr::Timeout)))
}

fn sqlite(
    url: &str,
    connections_max: u32,
    read_only: bool,
    made: Arc<AtomicU64>,
) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options
        .sqlx_logging(false)
        .max_connections(connections_max)
        .min_connections(1)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        .map_sqlx_sqlite_opts(move |sqlite| {
            let sqlite = sqlite
                .create_if_missing(!read_only)
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Full)
                .busy_timeout(Duration::from_secs(10))
                .foreign_keys(true);
            if read_only {
                sqlite.pragma("query_only", "ON")
            } else {
                sqlite
            }
        })
        .map_sqlx_sqlite_pool_opts(move |pool| {
            let made = made.clone();
            pool.after_connect(move |_, _| {
                made.fetch_add(1, Ordering::AcqRel);
                Box::pin(async { Ok(()) })
            })
            .after_release(|connection, _| {
                Box::pin(async move {
                    // The driver takes back what a dropped future began, if not at once: then this waits for it. Asking the database
                    // each time would be a statement more for each read and each write.
                    if connection.is_in_transaction() {
                        // "No transaction is active" is the answer hoped for.
                        let _ = connection.execute("ROLLBACK").await;
                    }
                    Ok(!connection.is_in_transaction())
                })
            })
        });
    options
}

fn postgres(url: &str, connections_max: u32, read_only: bool, given_up: GivenUp) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    // No connections are kept up by the pool itself: while the database is away it would try for
    // minutes, and could not be closed.
    options
        .sqlx_logging(false)
        .max_connections(connections_max)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .connect_timeout(ACQUIRE_TIMEOUT)
        .test_before_acquire(false)
        .map_sqlx_postgres_opts(move |postgres| {
            let read_only = if read_only { "on" } else { "off" };
            postgres.application_name("nonlinear").options([
                ("statement_timeout", STATEMENT_TIMEOUT),
                (
                    "idle_in_transaction_session_timeout",
                    IDLE_IN_TRANSACTION_TIMEOUT,
                ),
                ("synchronous_commit", "on"),
                ("default_transaction_read_only", read_only),
            ])
        })
        .map_sqlx_postgres_pool_opts(move |pool| {
            let given_up = given_up.clone();
            pool.before_acquire(|connection, known| {
                Box::pin(async move {
                    // One that broke in the meantime is replaced before anybody notices.
                    if known.idle_for > TRUSTED_IDLE_MAX {
                        connection.ping().await?;
                    }
                    Ok(true)
                })
            })
            .after_release(move |connection, _| {
                let may_be_inside = given_up.is_recent();
                Box::pin(async move {
                    let ready = async {
                        if may_be_inside {
                            end_transaction(connection).await
                        } else {
                            connection.ping().await
                        }
                    };
                    // A connection that does not answer would keep its place in the pool for ever.
                    tokio::time::timeout(ACQUIRE_TIMEOUT, ready)
                        .await
                        .map_err(|_| sqlx::Error::PoolTimedOut)?
                        .map(|()| true)
                })
            })
        });
    options
}

/// What a database error means to a caller: out of reach, or a fault of ours.
#[must_use]
pub fn db(error: DbErr) -> Error {
    if is_unreachable(&error) {
        Error::Unavailable(error.into())
    } else {
        Error::Internal(error.into())
    }
}

fn is_unreachable(error: &DbErr) -> bool {
    if matches!(error, DbErr::ConnectionAcquire(_) | DbErr::Conn(_)) {
        return true;
    }
    if let DbErr::Exec(RuntimeErr::SqlxError(cause)) | DbErr::Query(RuntimeErr::SqlxError(cause)) =
        error
    {
        return is_connection_fault(cause);
    }
    false
}

fn is_connection_fault(cause: &Arc<sqlx::Error>) -> bool {
    if let sqlx::Error::Database(fault) = cause.as_ref() {
        // Postgres: connection exceptions, shutdown, too many connections, disk full, read-only.
        // SQLite: busy, locked, I/O error, full, cannot open.
        return fault.code().is_some_and(|code| {
            ["08", "57P", "53", "25006"]
                .iter()
                .any(|class| code.starts_with(class))
                || i64::from_str(&code)
                    .is_ok_and(|code| [5, 6, 10, 13, 14].contains(&(code & 0xff)))
        });
    }
    matches!(
        cause.as_ref(),
        sqlx::Error::Io(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed
    )
}

//! The bare limits: the disk's fsync, and one row a commit with the same driver.

use std::{
    fs::OpenOptions,
    io::Write,
    path::Path,
    time::{Duration, Instant},
};

use anyhow::Result;
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, Statement,
    sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous},
};
use uuid::Uuid;

use crate::report::rate;

const ROW: &str = "INSERT INTO bare_rows (id, body) VALUES ($1, $2)";

/// How often a second the disk makes an appended block durable.
pub(crate) fn fsyncs(folder: &Path, span: Duration) -> Result<f64> {
    let mut file = OpenOptions::new()
        .create(true)
        .append(true)
        .open(folder.join("fsync"))?;
    let block = [7; 4096];
    let (started, mut count) = (Instant::now(), 0);
    while started.elapsed() < span {
        file.write_all(&block)?;
        file.sync_data()?;
        count += 1;
    }
    Ok(rate(count, started.elapsed()))
}

/// Rows a second with one writer and one row a commit, on SQLite as durable as the server has it.
pub(crate) async fn sqlite_rows(folder: &Path, span: Duration) -> Result<f64> {
    let mut options = ConnectOptions::new(format!("sqlite://{}", folder.join("bare.db").display()));
    options
        .max_connections(1)
        .sqlx_logging(false)
        .map_sqlx_sqlite_opts(|sqlite| {
            sqlite
                .create_if_missing(true)
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Full)
        });
    rows(&Database::connect(options).await?, span).await
}

/// The same on Postgres.
pub(crate) async fn postgres_rows(url: &str, span: Duration) -> Result<f64> {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    rows(&Database::connect(options).await?, span).await
}

async fn rows(database: &DatabaseConnection, span: Duration) -> Result<f64> {
    database
        .execute_unprepared("DROP TABLE IF EXISTS bare_rows")
        .await?;
    let create = "CREATE TABLE bare_rows (id TEXT PRIMARY KEY, body TEXT NOT NULL)";
    database.execute_unprepared(create).await?;
    let backend = database.get_database_backend();
    let (started, mut count) = (Instant::now(), 0);
    while started.elapsed() < span {
        let values = [Uuid::now_v7().to_string().into(), "x".repeat(200).into()];
        database
            .execute_raw(Statement::from_sql_and_values(backend, ROW, values))
            .await?;
        count += 1;
    }
    let rate = rate(count, started.elapsed());
    database.execute_unprepared("DROP TABLE bare_rows").await?;
    Ok(rate)
}

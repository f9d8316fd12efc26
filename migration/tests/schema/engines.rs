//! An empty database on each engine.

use std::panic::{AssertUnwindSafe, resume_unwind};

use futures::FutureExt;
use migration::{Migrator, MigratorTrait};
use sea_orm_migration::sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, Statement,
};
use uuid::Uuid;

/// Runs the test on an empty database of each engine.
pub(crate) async fn on_each_engine(test: impl AsyncFn(&DatabaseConnection)) {
    // SQLite keeps a database in memory for one connection only, so the pool must not open a second.
    let mut options = ConnectOptions::new("sqlite::memory:");
    options.max_connections(1);
    let db = Database::connect(options).await.expect("SQLite opens");
    test(&db).await;

    if let Some(server_url) = postgres_server() {
        on_postgres(&server_url, test).await;
    }
}

/// Runs the test on a database of each engine that has been migrated to the newest schema.
pub(crate) async fn on_each_migrated_engine(test: impl AsyncFn(&DatabaseConnection)) {
    on_each_engine(async |db| {
        Migrator::up(db, None).await.expect("the migrations run");
        test(db).await;
    })
    .await;
}

/// The column `line` of what the engine's own query says about the schema.
pub(crate) async fn catalogue(
    db: &DatabaseConnection,
    sqlite: &str,
    postgres: &str,
) -> Vec<String> {
    let backend = db.get_database_backend();
    let query = match backend {
        DbBackend::Sqlite => sqlite,
        DbBackend::Postgres => postgres,
        other => panic!("no catalogue is known for {other:?}"),
    };
    let rows = db
        .query_all_raw(Statement::from_string(backend, query))
        .await;
    let rows = rows.expect("the catalogue answers");
    rows.iter()
        .map(|row| row.try_get("", "line").expect("a line is text"))
        .collect()
}

async fn on_postgres(server_url: &str, test: impl AsyncFn(&DatabaseConnection)) {
    let name = format!("migration_{}", Uuid::new_v4().simple());
    let server = Database::connect(server_url)
        .await
        .expect("the Postgres server answers");
    let create = format!("CREATE DATABASE {name}");
    server
        .execute_unprepared(&create)
        .await
        .expect("the server lets us create a database");
    let db = Database::connect(with_database(server_url, &name))
        .await
        .expect("Postgres opens");

    // A failed test must not leave its database behind, so the panic waits until it is dropped.
    let outcome = AssertUnwindSafe(test(&db)).catch_unwind().await;

    db.close().await.expect("the connections close");
    let drop = format!("DROP DATABASE {name} WITH (FORCE)");
    server
        .execute_unprepared(&drop)
        .await
        .expect("the database is dropped");
    if let Err(panic) = outcome {
        resume_unwind(panic);
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "tests have no settings to read this from"
)]
fn postgres_server() -> Option<String> {
    std::env::var("TEST_DATABASE_URL")
        .ok()
        .filter(|url| url.starts_with("postgres"))
}

/// The same server, user and options with another database.
fn with_database(server_url: &str, name: &str) -> String {
    let (address, options) = match server_url.split_once('?') {
        Some((address, options)) => (address, format!("?{options}")),
        None => (server_url, String::new()),
    };
    let (scheme, rest) = address.split_once("://").expect("a URL has a scheme");
    let host = rest.split_once('/').map_or(rest, |(host, _database)| host);
    format!("{scheme}://{host}/{name}{options}")
}

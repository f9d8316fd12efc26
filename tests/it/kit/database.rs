//! An empty, migrated database for each test, copied from one that was migrated once.

use std::{fs, path::Path, time::UNIX_EPOCH};

use platform::{Features, Platform, Settings, settings::mask_password};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};
use tokio::sync::OnceCell;
use uuid::Uuid;

/// Two copies at once would be two connections to the template.
const TEMPLATE_LOCK: i64 = 0x6974;

/// A database that ends with its test.
#[derive(Clone, Debug)]
pub(super) enum TestDatabase {
    /// A file in the test's data folder.
    Sqlite,
    Postgres {
        server: String,
        name: String,
    },
}

impl TestDatabase {
    /// Makes the database that TEST_DATABASE asks for, and points the settings at it.
    pub(super) async fn make(settings: &mut Settings) -> Self {
        match variable("TEST_DATABASE").as_deref() {
            None | Some("sqlite") => {
                let file = settings.data_dir.join("nonlinear.db");
                fs::write(file, sqlite_template().await).expect("the template is copied");
                Self::Sqlite
            }
            Some("postgres") => {
                let server = variable("TEST_DATABASE_URL")
                    .expect("TEST_DATABASE_URL names a Postgres server");
                let name = format!("it_{}", Uuid::new_v4().simple());
                clone_template(&server, &name).await;
                settings.database_url = Some(with_database(&server, &name));
                Self::Postgres { server, name }
            }
            Some(other) => panic!("TEST_DATABASE is {other}, not sqlite or postgres"),
        }
    }

    /// Makes a database without tables. On SQLite there is then not even a file.
    pub(super) async fn empty() -> (Self, Option<String>) {
        if variable("TEST_DATABASE").as_deref() != Some("postgres") {
            return (Self::Sqlite, None);
        }
        let server = variable("TEST_DATABASE_URL").expect("TEST_DATABASE_URL names a Postgres");
        let name = format!("it_{}", Uuid::new_v4().simple());
        let connection = connect(&server).await;
        run(&connection, &format!("CREATE DATABASE {name}")).await;
        let _ = connection.close().await;
        let url = with_database(&server, &name);
        (Self::Postgres { server, name }, Some(url))
    }

    pub(super) async fn remove(self) {
        if let Self::Postgres { server, name } = self {
            let connection = connect(&server).await;
            run(&connection, &format!("DROP DATABASE {name} WITH (FORCE)")).await;
            let _ = connection.close().await;
        }
    }
}

/// Whether this run is on Postgres; says so when it is not, because then a test is left out.
pub(crate) fn on_postgres() -> bool {
    let on_postgres = variable("TEST_DATABASE").as_deref() == Some("postgres");
    if !on_postgres {
        eprintln!("not run: several instances need Postgres");
    }
    on_postgres
}

#[expect(
    clippy::disallowed_methods,
    reason = "tests have no settings to read this from"
)]
pub(crate) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// The bytes of a migrated database without rows.
async fn sqlite_template() -> &'static [u8] {
    static TEMPLATE: OnceCell<Vec<u8>> = OnceCell::const_new();
    let make = async || {
        let folder = tempfile::tempdir().expect("a folder for the template");
        migrate(Settings {
            data_dir: folder.path().to_owned(),
            ..Settings::default()
        })
        .await;
        fs::read(folder.path().join("nonlinear.db")).expect("the template is there")
    };
    TEMPLATE.get_or_init(make).await
}

async fn migrate(settings: Settings) {
    let platform = Platform::start(settings, Features::default())
        .await
        .expect("it migrates");
    platform.stop().await;
}

async fn clone_template(server: &str, name: &str) {
    static TEMPLATE: OnceCell<String> = OnceCell::const_new();
    let template = TEMPLATE
        .get_or_init(async || postgres_template(server).await)
        .await;
    let connection = connect(server).await;
    run(
        &connection,
        &format!("CREATE DATABASE {name} TEMPLATE {template}"),
    )
    .await;
    let _ = connection.close().await;
}

/// The template of this build of the tests: made once, and found again by later runs.
async fn postgres_template(server: &str) -> String {
    let name = format!("it_template_{}", build());
    let connection = connect(server).await;
    // A session of its own holds the lock, so that of several processes one makes the template.
    run(
        &connection,
        &format!("SELECT pg_advisory_lock({TEMPLATE_LOCK})"),
    )
    .await;
    if !templates(&connection).await.contains(&name) {
        for old in templates(&connection).await {
            // One that is in use belongs to a run of another build.
            let _ = connection
                .execute_unprepared(&format!("DROP DATABASE IF EXISTS {old}"))
                .await;
        }
        let unfinished = format!("it_unfinished_{}", Uuid::new_v4().simple());
        run(&connection, &format!("CREATE DATABASE {unfinished}")).await;
        let folder = tempfile::tempdir().expect("a folder for keys");
        migrate(Settings {
            data_dir: folder.path().to_owned(),
            database_url: Some(with_database(server, &unfinished)),
            ..Settings::default()
        })
        .await;
        run(
            &connection,
            &format!("ALTER DATABASE {unfinished} RENAME TO {name}"),
        )
        .await;
    }
    // Closing the session gives the lock back.
    let _ = connection.close().await;
    name
}

/// When this executable was built, in a word.
fn build() -> String {
    let executable = std::env::current_exe().expect("a running program has a file");
    let built = modified(&executable);
    format!("{built:x}")
}

fn modified(file: &Path) -> u128 {
    let modified = fs::metadata(file).and_then(|metadata| metadata.modified());
    let modified = modified.expect("the file has a time");
    modified
        .duration_since(UNIX_EPOCH)
        .expect("it was built after 1970")
        .as_nanos()
}

async fn templates(connection: &DatabaseConnection) -> Vec<String> {
    let ask = "SELECT datname::text AS name FROM pg_database WHERE datname LIKE 'it_template_%'";
    let rows = connection
        .query_all_raw(Statement::from_string(DbBackend::Postgres, ask))
        .await
        .expect("the server lists its databases");
    rows.iter()
        .map(|row| row.try_get("", "name").expect("a name is text"))
        .collect()
}

async fn connect(server: &str) -> DatabaseConnection {
    let mut options = sea_orm::ConnectOptions::new(server);
    options.max_connections(1).sqlx_logging(false);
    match sea_orm::Database::connect(options).await {
        Ok(connection) => connection,
        Err(error) => panic!("{} cannot be reached: {error}", mask_password(server)),
    }
}

async fn run(connection: &DatabaseConnection, statement: &str) {
    if let Err(error) = connection.execute_unprepared(statement).await {
        panic!("{statement}: {error}");
    }
}

/// The same server, user and options with another database.
fn with_database(server: &str, name: &str) -> String {
    let (address, options) = match server.split_once('?') {
        Some((address, options)) => (address, format!("?{options}")),
        None => (server, String::new()),
    };
    let (scheme, rest) = address.split_once("://").expect("a URL has a scheme");
    let host = rest.split_once('/').map_or(rest, |(host, _)| host);
    format!("{scheme}://{host}/{name}{options}")
}

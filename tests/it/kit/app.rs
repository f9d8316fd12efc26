//! A server for one test, in the test's process, with its own data folder and database.

use std::{net::SocketAddr, path::Path, sync::Arc, thread, time::Duration};

use chrono::{DateTime, Utc};
use kernel::{ProjectId, Role};
use platform::{
    Platform, Settings,
    bus::{Subscription, Topic},
    keys::Keys,
    retention,
};
use sea_orm::{ConnectionTrait, Statement};
use serde_json::json;
use server::{Feature, Running, features};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    runtime::Handle,
    sync::oneshot,
};

use super::{
    cable::Cable,
    client::Client,
    database::{TestDatabase, variable},
    mail::{self, Mail},
    panics,
    paths::Paths,
};

/// Far longer than anything here takes: it only turns a hang into a failure.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);
/// For an answer that a test may have made impossible.
const ANSWER_PATIENCE: Duration = Duration::from_secs(5);
pub(crate) const PASSWORD: &str = "a password for tests";

type Started = (SocketAddr, Arc<Platform>, Handle);

/// A server of its own. When it is dropped it stops, and neither a job nor a task may have failed.
pub(crate) struct TestApp {
    pub(crate) address: SocketAddr,
    platform: Arc<Platform>,
    /// Where the server runs.
    runtime: Handle,
    http: reqwest::Client,
    folder: Arc<TempDir>,
    settings: Settings,
    features: fn() -> Vec<Feature>,
    database: TestDatabase,
    /// Whether another server on the same data removes the database.
    is_guest: bool,
    stop: Option<oneshot::Sender<()>>,
    /// The server's thread; it ends with the errors of jobs.
    server: Option<thread::JoinHandle<Vec<String>>>,
}

impl TestApp {
    pub(crate) async fn start() -> Self {
        Self::with(|_| {}).await
    }

    /// Starts with settings that this test needs.
    pub(crate) async fn with(change: impl FnOnce(&mut Settings)) -> Self {
        Self::with_all(change, features::all).await
    }

    /// Starts with features that this test needs.
    pub(crate) async fn with_features(features: fn() -> Vec<Feature>) -> Self {
        Self::with_all(|_| {}, features).await
    }

    async fn with_all(change: impl FnOnce(&mut Settings), features: fn() -> Vec<Feature>) -> Self {
        panics::watch();
        let folder = Arc::new(tempfile::tempdir().expect("a folder for the data"));
        let mut settings = settings(folder.path());
        let database = Box::pin(TestDatabase::make(&mut settings)).await;
        change(&mut settings);
        Self::on(folder, settings, database, features).await
    }

    /// A server whose cable to Postgres can be pulled out.
    pub(crate) async fn on_a_cable() -> (Self, Cable) {
        panics::watch();
        let folder = Arc::new(tempfile::tempdir().expect("a folder for the data"));
        let mut settings = settings(folder.path());
        let database = Box::pin(TestDatabase::make(&mut settings)).await;
        let url = settings.database_url.take().expect("it is on Postgres");
        let (server, _) = url
            .split_once('@')
            .and_then(|(_, rest)| rest.split_once('/'))
            .expect("a URL with a user and a database");
        let cable = Cable::to(server.parse().expect("an address"));
        settings.database_url = Some(url.replace(server, &cable.address().to_string()));
        let app = Self::on(folder, settings, database, features::all).await;
        (app, cable)
    }

    async fn on(
        folder: Arc<TempDir>,
        settings: Settings,
        database: TestDatabase,
        features: fn() -> Vec<Feature>,
    ) -> Self {
        let (started, starting) = oneshot::channel();
        let (stop, stopping) = oneshot::channel();
        let serving = settings.clone();
        // A runtime of its own lets the server end while the test's thread waits in `drop`.
        let server = thread::spawn(move || serve(serving, features, started, stopping));
        let (address, platform, runtime) = starting.await.expect("the server starts");
        Self {
            address,
            platform,
            runtime,
            http: http_client(),
            folder,
            settings,
            features,
            database,
            is_guest: false,
            stop: Some(stop),
            server: Some(server),
        }
    }

    /// Another instance on the same data. It must be dropped before this one.
    pub(crate) async fn beside(&self) -> Self {
        self.beside_with(|_| {}).await
    }

    /// Another instance on the same data with settings of its own, such as its way to Redis. It must
    /// be dropped before this one.
    pub(crate) async fn beside_with(&self, change: impl FnOnce(&mut Settings)) -> Self {
        let (folder, mut settings) = (self.folder.clone(), self.settings.clone());
        change(&mut settings);
        let mut guest = Self::on(folder, settings, self.database.clone(), self.features).await;
        guest.is_guest = true;
        guest
    }

    /// Stops the server and starts another one on the same data; whoever called the old one must
    /// get a client of the new one.
    pub(crate) async fn restart(mut self) -> Self {
        self.is_guest = true;
        let (folder, settings) = (self.folder.clone(), self.settings.clone());
        let (database, features) = (self.database.clone(), self.features);
        drop(self);
        Self::on(folder, settings, database, features).await
    }

    /// Somebody who is not logged in.
    pub(crate) fn anonymous(&self) -> Client {
        Client::new(self.http.clone(), self.address)
    }

    /// Registers `name`, whose address is `name@example.org`.
    pub(crate) async fn register(&self, name: &str) -> Client {
        let body = json!({
            "email": format!("{name}@example.org"), "password": PASSWORD, "username": name,
        });
        let anonymous = self.anonymous();
        let answer = anonymous.post("/auth/register?tokens=body", body).await;
        anonymous.logged_in(&answer.expect(201))
    }

    /// Logs in somebody who registered, as on another device.
    pub(crate) async fn log_in(&self, name: &str) -> Client {
        let body = json!({"email": format!("{name}@example.org"), "password": PASSWORD});
        let anonymous = self.anonymous();
        let answer = anonymous.post("/auth/login?tokens=body", body).await;
        anonymous.logged_in(&answer.expect(200))
    }

    /// A project with its owner, and a member for each of the roles.
    pub(crate) async fn project<const N: usize>(
        &self,
        roles: [Role; N],
    ) -> (ProjectId, Client, [Client; N]) {
        let owner = self.register("owner").await;
        let project = owner.create_project("Project").await;
        let mut members = Vec::new();
        for (place, role) in roles.into_iter().enumerate() {
            let member = self.register(&format!("member{place}")).await;
            let body = json!({"userId": member.user_id(), "role": role});
            let path = project.members();
            owner.post(&path, body).await.expect(201);
            members.push(member);
        }
        let members = members.try_into();
        (project, owner, members.unwrap_or_else(|_| unreachable!()))
    }

    /// The mails sent so far, oldest first.
    pub(crate) fn mails(&self) -> Vec<Mail> {
        mail::read(&self.folder.path().join("mail"))
    }

    /// Waits for a mail to `to` that satisfies `wanted`.
    pub(crate) async fn mail(&self, to: &str, wanted: impl Fn(&Mail) -> bool) -> Mail {
        let waiting = async {
            let mut tick = tokio::time::interval(Duration::from_millis(10));
            loop {
                tick.tick().await;
                let found = self
                    .mails()
                    .into_iter()
                    .find(|mail| mail.to == to && wanted(mail));
                if let Some(mail) = found {
                    return mail;
                }
            }
        };
        match tokio::time::timeout(PATIENCE, waiting).await {
            Ok(mail) => mail,
            Err(_) => panic!("no such mail to {to} among {:#?}", self.mails()),
        }
    }

    /// Confirms the address of somebody who is registered, by what was mailed there.
    pub(crate) async fn confirm(&self, name: &str) {
        let to = format!("{name}@example.org");
        let mail = self
            .mail(&to, |mail| mail.text.contains("/verify?token="))
            .await;
        let token = json!({"token": mail.after("/verify?token=")});
        let verify = self.anonymous();
        verify.post("/auth/email/verify", token).await.ok();
    }

    /// Does something in the server's own process and runtime, where its connections live: used
    /// from another runtime, they would never come back to their pool.
    pub(crate) async fn inside<T: Send + 'static>(
        &self,
        work: impl AsyncFnOnce(Arc<Platform>) -> T + Send + 'static,
    ) -> T {
        let platform = self.platform.clone();
        let runtime = self.runtime.clone();
        let working = thread::spawn(move || runtime.block_on(work(platform)));
        let joining = tokio::task::spawn_blocking(move || working.join());
        let joined = joining.await.expect("joining a thread does not panic");
        joined.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    }

    /// Does what is done every hour.
    pub(crate) async fn sweep(&self) {
        self.inside(async |platform| {
            for sweep in platform.features().sweeps() {
                sweep(platform.clone()).await.expect("it sweeps");
            }
            for retention in retention::all(&platform) {
                retention.purge(&platform).await.expect("it is removed");
            }
        })
        .await;
    }

    /// Hears what the server's bus says about a topic.
    pub(crate) async fn bus(&self, topic: Topic) -> Subscription {
        self.inside(async move |platform| platform.bus.subscribe(topic))
            .await
    }

    /// What time it is for the server.
    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.platform.clock.now()
    }

    /// How many audit records there are.
    pub(crate) async fn audit_count(&self) -> i64 {
        self.count("SELECT count(*) AS records FROM audit_records", [])
            .await
    }

    /// How many rows of a table are of a project.
    pub(crate) async fn rows_of(&self, table: &str, project: ProjectId) -> i64 {
        let ask = format!("SELECT count(*) AS records FROM {table} WHERE project_id = $1");
        self.count(&ask, [project.uuid().into()]).await
    }

    /// The number that a question to the database is answered with, as `records`.
    pub(crate) async fn count<const N: usize>(
        &self,
        ask: &str,
        values: [sea_orm::Value; N],
    ) -> i64 {
        let ask = ask.to_owned();
        let count = async move |platform: Arc<Platform>| {
            let reader = platform.database.reader();
            let ask = Statement::from_sql_and_values(reader.get_database_backend(), ask, values);
            let row = reader.query_one_raw(ask).await.expect("it can be counted");
            let row = row.expect("a count is one row");
            row.try_get("", "records").expect("a count is a number")
        };
        self.inside(count).await
    }

    /// The server's secrets, for whoever forges.
    pub(crate) fn keys(&self) -> &Keys {
        &self.platform.keys
    }

    /// Where its Postgres is.
    pub(crate) fn database_url(&self) -> &str {
        let url = self.settings.database_url.as_deref();
        url.expect("it is on Postgres")
    }

    /// The server's data folder.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Lets time pass for the server.
    pub(crate) fn clock_shift(&self, by: Duration) {
        let by = chrono::TimeDelta::from_std(by).expect("a time that can be");
        self.platform.clock.shift(by);
    }

    /// Sends bytes as they are, and reads until the server closes the connection.
    pub(crate) async fn raw(&self, bytes: &[u8]) -> String {
        let talking = async {
            let mut stream = TcpStream::connect(self.address).await?;
            let mut answer = Vec::new();
            // A server that refuses early does not read on, and may reset the connection.
            let _ = stream.write_all(bytes).await;
            let _ = stream.read_to_end(&mut answer).await;
            std::io::Result::Ok(String::from_utf8_lossy(&answer).into_owned())
        };
        let answer = tokio::time::timeout(PATIENCE, talking).await;
        let answer = answer.expect("the server closes the connection");
        answer.expect("the server takes the connection")
    }

    /// Stops the server, as dropping it does.
    pub(crate) fn stop(self) {}
}

impl Drop for TestApp {
    fn drop(&mut self) {
        // The other end is gone only if the server is.
        let _ = self.stop.take().map(|stop| stop.send(()));
        let Some(server) = self.server.take() else {
            return;
        };
        let ended = server.join();
        if !self.is_guest {
            let database = self.database.clone();
            // A connection needs a runtime, and this thread may be inside of one.
            let removing = thread::spawn(move || runtime().block_on(database.remove()));
            let _ = removing.join();
        }
        // A test that failed has said why; a second panic would only hide it.
        if thread::panicking() {
            return;
        }
        let failed = ended.expect("the server ends without a panic");
        assert!(failed.is_empty(), "jobs failed: {failed:#?}");
        let panics = panics::seen();
        assert!(panics.is_empty(), "tasks panicked: {panics:#?}");
    }
}

pub(crate) fn settings(folder: &Path) -> Settings {
    let mut settings = Settings {
        listen: SocketAddr::from(([127, 0, 0, 1], 0)),
        data_dir: folder.to_owned(),
        seed_demo: false,
        ..Settings::default()
    };
    settings.rates.enabled = false;
    settings.generation.offline_word_ms = 0;
    settings.generation.retry_base_ms = 1;
    settings.auth.password_cost = 4;
    settings.database.connections_max = 8;
    // The tests themselves are no program that reads files.
    settings.storage.reader = Some(super::program::path());
    settings.storage.files_url = files_url();
    settings
}

/// Where files are kept, if not in a folder: a place of its own in the bucket that the tests were given.
pub(super) fn files_url() -> Option<String> {
    variable("TEST_FILES_URL").map(|bucket| format!("{bucket}/{}", uuid::Uuid::now_v7()))
}

fn serve(
    settings: Settings,
    features: fn() -> Vec<Feature>,
    started: oneshot::Sender<Started>,
    stopping: oneshot::Receiver<()>,
) -> Vec<String> {
    runtime().block_on(async {
        let running = server::start_with(settings, &features()).await;
        let running = running.expect("the server starts");
        // A test that went away meanwhile wants its server stopped.
        let handle = Handle::current();
        let _ = started.send((running.address, running.platform.clone(), handle));
        let _ = stopping.await;
        let failed = failed_jobs(&running).await;
        let stopped = tokio::time::timeout(PATIENCE, running.stop()).await;
        let stopped = stopped.expect("the server ends");
        stopped.expect("serving ends without a panic");
        failed
    })
}

/// The server closes what is idle for 10 s; a client that does not know would now and then use such a
/// connection once more.
fn http_client() -> reqwest::Client {
    reqwest::Client::builder()
        .pool_idle_timeout(Duration::from_secs(5))
        .build()
        .expect("a client")
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime for the server")
}

/// What went wrong in jobs, even in those that will be tried again.
async fn failed_jobs(running: &Running) -> Vec<String> {
    let reader = running.platform.database.reader();
    let ask = Statement::from_string(
        reader.get_database_backend(),
        "SELECT kind, last_error FROM jobs WHERE last_error IS NOT NULL",
    );
    // A test that took the database away, or its tables, has no jobs to speak of.
    let asking = tokio::time::timeout(ANSWER_PATIENCE, reader.query_all_raw(ask)).await;
    let rows = asking.unwrap_or(Ok(Vec::new())).unwrap_or_default();
    rows.iter()
        .map(|row| {
            let kind: String = row.try_get("", "kind").expect("a kind is text");
            let error: String = row.try_get("", "last_error").expect("an error is text");
            format!("{kind}: {error}")
        })
        .collect()
}

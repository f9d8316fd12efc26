//! (k) Tasks of agents through the queue, with a model that answers at once, beside a bare table that is a queue.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use chrono::{DateTime, Utc};
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, Statement,
    sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous},
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    client::Client,
    database,
    process::machine_busy,
    report::{micros, percentile, rate, row, table},
    server::{Server, Setup},
};

const RATE_AIM: f64 = 200.0;
/// How many tasks are started for a rate, by so many clients.
const TASKS: usize = 500;
const CLIENTS: usize = 4;
/// Changes of one project follow one another; those of several need not.
const PROJECTS: [usize; 2] = [1, CLIENTS];
/// How many tasks are begun one after the other on an idle server.
const IDLE_TASKS: usize = 100;
/// Far longer than it takes: it only turns a hang into a failure.
const PATIENCE: Duration = Duration::from_secs(120);
/// The model that is always there, without the pauses that make it look like one.
const SETTINGS: &str = "[generation]\noffline_word_ms = 0\n";

struct Measured {
    rate: f64,
    cpu: Duration,
    machine_cpu: Duration,
    memory_grown: f64,
    pick_up_p50: Duration,
    pick_up_p99: Duration,
}

pub(crate) async fn run(seconds: u64) -> Result<()> {
    let span = Duration::from_secs(seconds);
    let mut rows = vec![row([
        "",
        "tasks/s",
        "of bare",
        "server CPU a task",
        "all CPU a task",
        "memory grown",
        "pick-up p50",
        "p99",
    ])];
    let folder = tempfile::tempdir()?;
    for workers in [1, 4] {
        let file = folder.path().join(format!("bare{workers}.db"));
        let bare = bare(&format!("sqlite://{}", file.display()), workers, span).await?;
        rows.push(bare_line("SQLite", workers, bare));
        let settings = settings(workers);
        let setup = Setup {
            settings: Some(&settings),
            ..Setup::default()
        };
        let server = Server::start(setup).await?;
        for projects in PROJECTS {
            let measured = measure(&server, projects).await?;
            rows.push(line("SQLite", workers, projects, &measured, bare));
        }
    }
    for workers in [1, 4] {
        let Some(url) = database::fresh("load_tasks").await? else {
            rows.push(row([
                "Postgres",
                "not measured: TEST_DATABASE_URL is not set",
            ]));
            break;
        };
        let bare = bare(&url, workers, span).await?;
        rows.push(bare_line("Postgres", workers, bare));
        let settings = settings(workers);
        let setup = Setup {
            settings: Some(&settings),
            ..Setup::on(&url)
        };
        let server = Server::start(setup).await?;
        for projects in PROJECTS {
            let measured = measure(&server, projects).await?;
            rows.push(line("Postgres", workers, projects, &measured, bare));
        }
    }
    table(
        "(k) tasks of agents a second with a model that answers at once: one step and the end",
        &rows,
    );
    println!(
        "  a bare task is a row that is put in, claimed and ended, a commit each; aim on Postgres: {RATE_AIM:.0}/s, half of bare"
    );
    Ok(())
}

fn settings(workers: usize) -> String {
    format!("[jobs]\ntasks_at_once = {workers}\n{SETTINGS}")
}

fn bare_line(engine: &str, workers: usize, rate: f64) -> Vec<String> {
    row([
        &format!("{engine} bare, {workers} workers"),
        &format!("{rate:.0}"),
    ])
}

fn line(
    engine: &str,
    workers: usize,
    projects: usize,
    measured: &Measured,
    bare: f64,
) -> Vec<String> {
    row([
        &format!("{engine}, {workers} workers, {projects} projects"),
        &format!("{:.0}", measured.rate),
        &format!("{:.2}", measured.rate / bare),
        &micros(measured.cpu),
        &micros(measured.machine_cpu),
        &format!("{:.1} MiB", measured.memory_grown / 1024.0 / 1024.0),
        &micros(measured.pick_up_p50),
        &micros(measured.pick_up_p99),
    ])
}

/// An agent in a project, and who may start its tasks.
struct World {
    token: String,
    path: String,
    agent: String,
}

/// Somebody with an agent in so many projects.
async fn worlds(server: &Server, projects: usize) -> Result<Vec<World>> {
    let token = server
        .api()
        .register(&format!("tasks{projects}"))
        .await?
        .token;
    let mut client = server.api().client(&token).await?;
    let body = json!({"name": "Load", "type": "writer"});
    let made = client.post("/api/v1/agents", &body).await?.json()?;
    let agent = text(&made, "/id")?;
    let mut worlds = Vec::new();
    for _ in 0..projects {
        let project = server.api().project(&token).await?;
        let body = json!({"agentId": agent, "role": "EDITOR"});
        let path = format!("/api/v1/projects/{project}");
        client
            .post(&format!("{path}/agents"), &body)
            .await?
            .json()?;
        let (token, agent) = (token.clone(), agent.clone());
        worlds.push(World { token, path, agent });
    }
    Ok(worlds)
}

fn text(value: &Value, pointer: &str) -> Result<String> {
    let text = value.pointer(pointer).and_then(Value::as_str);
    Ok(text
        .with_context(|| format!("{pointer} in {value}"))?
        .to_owned())
}

impl World {
    async fn start(&self, client: &mut Client) -> Result<String> {
        let body = json!({"agentId": self.agent, "prompt": "Say something."});
        let started = client.post(&format!("{}/tasks", self.path), &body).await?;
        text(&started.json()?, "/id")
    }

    async fn all_done(&self, client: &mut Client) -> Result<()> {
        let began = Instant::now();
        while began.elapsed() < PATIENCE {
            let open = format!("{}/tasks?open=true&limit=1", self.path);
            let open = client.get(&open, "").await?.json()?;
            if open
                .pointer("/items")
                .and_then(Value::as_array)
                .is_some_and(Vec::is_empty)
            {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        bail!("the tasks did not end")
    }
}

async fn measure(server: &Server, projects: usize) -> Result<Measured> {
    let worlds = Arc::new(worlds(server, projects).await?);
    let first = worlds.first().context("there is a project")?;
    let mut client = server.api().client(&first.token).await?;
    let pick_ups = pick_ups(first, &mut client).await?;
    let memory_before = server.process().anonymous_bytes()?;
    let busy_before = machine_busy()?;
    let (began, cpu_before) = (Instant::now(), server.process().cpu()?);
    let mut starting = Vec::new();
    for starter in 0..CLIENTS {
        let (worlds, mut client) = (worlds.clone(), server.api().client(&first.token).await?);
        starting.push(tokio::spawn(async move {
            let mine = worlds.iter().cycle().skip(starter % worlds.len());
            for world in mine.take(TASKS / CLIENTS) {
                world.start(&mut client).await?;
            }
            anyhow::Ok(())
        }));
    }
    for started in starting {
        started.await??;
    }
    let memory_grown = server.process().anonymous_bytes()? - memory_before;
    for world in worlds.iter() {
        world.all_done(&mut client).await?;
    }
    let elapsed = began.elapsed();
    let cpu = server.process().cpu()?.seconds_since(&cpu_before);
    let busy = machine_busy()? - busy_before;
    Ok(Measured {
        rate: rate(TASKS as u64, elapsed),
        cpu: Duration::from_secs_f64(cpu / TASKS as f64),
        machine_cpu: Duration::from_secs_f64(busy / TASKS as f64),
        memory_grown,
        pick_up_p50: percentile(&pick_ups, 50),
        pick_up_p99: percentile(&pick_ups, 99),
    })
}

/// From the commit of a task until it runs, when nothing else does.
async fn pick_ups(world: &World, client: &mut Client) -> Result<Vec<Duration>> {
    let mut pick_ups = Vec::new();
    for _ in 0..IDLE_TASKS {
        let task = world.start(client).await?;
        world.all_done(client).await?;
        let path = format!("{}/tasks/{task}", world.path);
        let done = client.get(&path, "").await?.json()?;
        let at = |pointer| -> Result<DateTime<Utc>> { Ok(text(&done, pointer)?.parse()?) };
        pick_ups.push((at("/startedAt")? - at("/createdAt")?).to_std()?);
    }
    pick_ups.sort_unstable();
    Ok(pick_ups)
}

/// Rows a second that are put in, claimed and ended by so many workers with the same driver.
async fn bare(url: &str, workers: usize, span: Duration) -> Result<f64> {
    let mut options = ConnectOptions::new(url);
    let is_sqlite = url.starts_with("sqlite");
    // SQLite has one writer; more connections would only wait for each other.
    options
        .max_connections(if is_sqlite { 1 } else { workers as u32 })
        .sqlx_logging(false)
        .map_sqlx_sqlite_opts(|sqlite| {
            sqlite
                .create_if_missing(true)
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Full)
        });
    let database = Database::connect(options).await?;
    let create =
        "CREATE TABLE bare_queue (id TEXT PRIMARY KEY, state TEXT NOT NULL, body TEXT NOT NULL)";
    database.execute_unprepared(create).await?;
    let (began, done) = (Instant::now(), Arc::new(AtomicU64::new(0)));
    let mut working = Vec::new();
    for _ in 0..workers {
        let (database, done) = (database.clone(), done.clone());
        working.push(tokio::spawn(async move {
            while began.elapsed() < span {
                one(&database).await?;
                done.fetch_add(1, Ordering::Relaxed);
            }
            anyhow::Ok(())
        }));
    }
    for worker in working {
        worker.await??;
    }
    let rate = rate(done.load(Ordering::Relaxed), began.elapsed());
    database.execute_unprepared("DROP TABLE bare_queue").await?;
    Ok(rate)
}

async fn one(database: &DatabaseConnection) -> Result<()> {
    let backend = database.get_database_backend();
    let id = Uuid::now_v7().to_string();
    for (sql, values) in [
        (
            "INSERT INTO bare_queue (id, state, body) VALUES ($1, 'QUEUED', $2)",
            vec![id.clone().into(), "x".repeat(200).into()],
        ),
        (
            "UPDATE bare_queue SET state = 'RUNNING' WHERE id = $1 AND state = 'QUEUED'",
            vec![id.clone().into()],
        ),
        (
            "UPDATE bare_queue SET state = 'DONE' WHERE id = $1 AND state = 'RUNNING'",
            vec![id.into()],
        ),
    ] {
        let statement = Statement::from_sql_and_values(backend, sql, values);
        database.execute_raw(statement).await?;
    }
    Ok(())
}

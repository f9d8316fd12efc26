//! (c) The snapshot of a project, beside reading its rows alone.

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DbBackend, Statement};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    client::Client,
    database,
    report::{micros, percentile, row, table},
    server::{Server, Setup},
};

const NODES: usize = 10_000;
const EDGES: usize = 15_000;
const OPS_PER_BATCH: usize = 500;
const RUNS: usize = 15;
const ANSWER_CHARS: usize = 500;

pub(crate) async fn run() -> Result<()> {
    let mut rows = vec![row([
        "",
        "first p50",
        "bytes",
        "rows alone p50",
        "ratio",
        "server CPU",
        "second p50",
        "server CPU",
    ])];
    compare("SQLite", Server::start(Setup::default()).await?, &mut rows).await?;
    match database::fresh("load_snapshot").await? {
        None => rows.push(row([
            "Postgres",
            "not measured: TEST_DATABASE_URL is not set",
        ])),
        Some(url) => compare("Postgres", Server::start(Setup::on(&url)).await?, &mut rows).await?,
    }
    table(
        &format!("(c) /graph of {NODES} nodes and {EDGES} edges"),
        &rows,
    );
    println!("  aim: 1.5 times reading the rows alone for the first reader after a change,");
    println!("  and next to nothing for the second");
    Ok(())
}

async fn compare(name: &str, server: Server, rows: &mut Vec<Vec<String>>) -> Result<()> {
    let token = server.api().register("reader").await?.token;
    let project = server.api().project(&token).await?;
    let mut client = server.api().client(&token).await?;
    fill(&mut client, &project).await?;
    let bare = rows_alone(&server.database_url, &project).await?;
    for (encoding, header) in [("plain", ""), ("zstd", "Accept-Encoding: zstd\r\n")] {
        let path = format!("/api/v1/projects/{project}/graph");
        let (mut first, mut second) = (Readings::default(), Readings::default());
        for _ in 0..RUNS {
            change(&mut client, &project).await?;
            first.read(&server, &mut client, &path, header).await?;
            second.read(&server, &mut client, &path, header).await?;
        }
        let time = first.time();
        rows.push(row([
            &format!("{name}, {encoding}"),
            &micros(time),
            &first.bytes.to_string(),
            &micros(bare),
            &format!("{:.2}", time.as_secs_f64() / bare.as_secs_f64()),
            &micros(first.cpu()),
            &micros(second.time()),
            &micros(second.cpu()),
        ]));
    }
    Ok(())
}

/// What reading the project took, again and again.
#[derive(Default)]
struct Readings {
    times: Vec<Duration>,
    cpu_seconds: f64,
    bytes: usize,
}

impl Readings {
    async fn read(
        &mut self,
        server: &Server,
        client: &mut Client,
        path: &str,
        header: &str,
    ) -> Result<()> {
        let (cpu, started) = (server.process().cpu()?, Instant::now());
        let answer = client.get(path, header).await?;
        self.times.push(started.elapsed());
        self.cpu_seconds += server.process().cpu()?.seconds_since(&cpu);
        ensure!(answer.status == 200, "{}", answer.status);
        self.bytes = answer.body.len();
        Ok(())
    }

    fn time(&self) -> Duration {
        let mut times = self.times.clone();
        times.sort_unstable();
        percentile(&times, 50)
    }

    fn cpu(&self) -> Duration {
        Duration::from_secs_f64(self.cpu_seconds / self.times.len() as f64)
    }
}

/// Something that makes what was made before no longer current.
async fn change(client: &mut Client, project: &str) -> Result<()> {
    let data = json!({ "name": format!("Load {}", Uuid::now_v7()) });
    let ops = json!({ "ops": [{ "op": "project.update", "data": data }] });
    let path = format!("/api/v1/projects/{project}/ops");
    client.post(&path, &ops).await?.json().context("changing")?;
    Ok(())
}

/// Fills a project through batches, as an import would.
async fn fill(client: &mut Client, project: &str) -> Result<()> {
    let path = format!("/api/v1/projects/{project}/ops");
    let nodes: Vec<Uuid> = (0..NODES).map(|_| Uuid::now_v7()).collect();
    let create = |(place, id): (usize, &Uuid)| {
        json!({ "id": id, "op": "node.create", "data": {
            "prompt": format!("Question number {place}: what follows?"),
            "response": "word ".repeat(ANSWER_CHARS / 5),
            "position": { "x": place % 100 * 320, "y": place / 100 * 240 },
            "metadata": { "model": "gpt-4o", "temperature": 0.7, "stream": true },
        }})
    };
    let ops: Vec<Value> = nodes.iter().enumerate().map(create).collect();
    let mut edges = Vec::with_capacity(EDGES);
    for place in 0..EDGES {
        // Each node has its predecessor as a parent, and half of them the one before that, too.
        let (step, target) = if place < NODES - 1 {
            (1, place + 1)
        } else {
            (2, place % 5_000 * 2 + 2)
        };
        if let (Some(source), Some(target)) = (nodes.get(target - step), nodes.get(target)) {
            let data = json!({ "sourceId": source, "targetId": target });
            edges.push(json!({ "id": Uuid::now_v7(), "op": "edge.create", "data": data }));
        }
    }
    for chunk in ops.chunks(OPS_PER_BATCH).chain(edges.chunks(OPS_PER_BATCH)) {
        client
            .post(&path, &json!({ "ops": chunk }))
            .await?
            .json()
            .context("filling")?;
    }
    Ok(())
}

/// The same rows through the same driver, decoded and dropped.
async fn rows_alone(url: &str, project: &str) -> Result<Duration> {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    let database = Database::connect(options).await?;
    let project: Uuid = project.parse()?;
    let backend = database.get_database_backend();
    let metadata = if backend == DbBackend::Postgres {
        "metadata::text"
    } else {
        "metadata"
    };
    let nodes = format!(
        "SELECT id, prompt, response, summary, status, x, y, {metadata} AS metadata, llm_model, \
         llm_tokens, llm_cost, version, created_at, updated_at FROM nodes \
         WHERE project_id = $1 AND deleted_at IS NULL ORDER BY id"
    );
    let edges = "SELECT id, source_id, target_id, policy, version, created_at FROM edges \
         WHERE project_id = $1 ORDER BY id";
    let mut times = Vec::new();
    for _ in 0..RUNS {
        let started = Instant::now();
        let statement = Statement::from_sql_and_values(backend, &nodes, [project.into()]);
        for row in database.query_all_raw(statement).await? {
            black_box(row.try_get_by_index::<Uuid>(0)?);
            for text in [1, 4] {
                black_box(row.try_get_by_index::<String>(text)?);
            }
            for text in [2, 3, 7, 8] {
                black_box(row.try_get_by_index::<Option<String>>(text)?);
            }
            black_box((
                row.try_get_by_index::<f64>(5)?,
                row.try_get_by_index::<f64>(6)?,
            ));
            black_box(row.try_get_by_index::<Option<i64>>(9)?);
            black_box(row.try_get_by_index::<Option<f64>>(10)?);
            black_box(row.try_get_by_index::<i64>(11)?);
            for time in [12, 13] {
                black_box(row.try_get_by_index::<chrono::DateTime<chrono::Utc>>(time)?);
            }
        }
        let statement = Statement::from_sql_and_values(backend, edges, [project.into()]);
        for row in database.query_all_raw(statement).await? {
            for id in 0..3 {
                black_box(row.try_get_by_index::<Uuid>(id)?);
            }
            black_box(row.try_get_by_index::<String>(3)?);
            black_box(row.try_get_by_index::<i64>(4)?);
            black_box(row.try_get_by_index::<chrono::DateTime<chrono::Utc>>(5)?);
        }
        times.push(started.elapsed());
    }
    times.sort_unstable();
    Ok(percentile(&times, 50))
}

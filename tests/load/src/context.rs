//! (j) What a model would be sent for a node with 5,000 ancestors, beside fetching as much by a
//! recursive query, and (k) an edit above thousands of generated answers.

mod edits;
mod filled;
mod queries;

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use crate::{
    client::Client,
    database,
    report::{micros, percentile, row, table},
    server::{Server, Setup},
};
use filled::{Filled, Shape};

const ANCESTORS: usize = 5_000;
const RUNS: usize = 31;

/// Nobody is asked here, so that nobody need listen there.
const PROVIDERS: &str = r#"
[[providers]]
name = "load"
base_url = "http://127.0.0.1:9/v1"
models = [
    { id = "128k", context_tokens = 128000 },
    { id = "1m", context_tokens = 1000000 },
]
"#;
const MODELS: [(&str, i64); 2] = [("load/128k", 128_000), ("load/1m", 1_000_000)];

pub(crate) async fn run() -> Result<()> {
    let setup = Setup {
        settings: Some(PROVIDERS),
        ..Setup::default()
    };
    let mut rows = vec![row([
        "",
        "shape",
        "model",
        "entered",
        "bytes",
        "request p50",
        "trivial p50",
        "difference",
        "server CPU",
        "CTE, ids",
        "CTE, texts",
    ])];
    let server = Server::start(setup).await?;
    assembled("SQLite", &server, &mut rows).await?;
    match database::fresh("load_context").await? {
        None => rows.push(row([
            "Postgres",
            "not measured: TEST_DATABASE_URL is not set",
        ])),
        Some(url) => {
            let on_postgres = Setup {
                database_url: Some(&url),
                ..setup
            };
            let server = Server::start(on_postgres).await?;
            assembled("Postgres", &server, &mut rows).await?;
        }
    }
    table(
        &format!("(j) the context of a node with {ANCESTORS} ancestors"),
        &rows,
    );
    println!("  aim: 5 ms without the network");
    edits::run(&server).await
}

async fn assembled(name: &str, server: &Server, rows: &mut Vec<Vec<String>>) -> Result<()> {
    let token = server.api().register("reader").await?.token;
    let mut client = server.api().client(&token).await?;
    for shape in [Shape::Chain, Shape::Mesh] {
        let project = server.api().project(&token).await?;
        let filled = Filled::new(&mut client, project, ANCESTORS + 1, shape).await?;
        let last = *filled.nodes.last().context("no nodes")?;
        let bare = queries::fetch(&server.database_url, &filled.project, last, ANCESTORS).await?;
        let trivial = filled.path("");
        for (model, _) in MODELS {
            let path = filled.path(&format!("/nodes/{last}/context?model={model}"));
            let preview = client.get(&path, "").await?;
            let bytes = preview.body.len();
            let entered = entered(&preview.json()?);
            let nothing = times(&mut client, &trivial).await?;
            let cpu = server.process().cpu()?;
            let whole = times(&mut client, &path).await?;
            let cpu = server.process().cpu()?.seconds_since(&cpu) / RUNS as f64;
            rows.push(row([
                name,
                shape.name(),
                model,
                &entered.to_string(),
                &bytes.to_string(),
                &micros(whole),
                &micros(nothing),
                &micros(whole.saturating_sub(nothing)),
                &micros(Duration::from_secs_f64(cpu)),
                &micros(bare.ids),
                &micros(bare.texts),
            ]));
        }
    }
    Ok(())
}

/// How many ancestors are sent, whole or in short.
fn entered(preview: &serde_json::Value) -> usize {
    let items = preview.pointer("/manifest/items");
    let items = items.and_then(|items| items.as_array());
    let tokens = |item: &serde_json::Value| item.get("tokens")?.as_u64();
    let is_in = |item: &&serde_json::Value| tokens(item).is_some_and(|tokens| tokens > 0);
    items.into_iter().flatten().filter(is_in).count()
}

/// The median of many.
async fn times(client: &mut Client, path: &str) -> Result<Duration> {
    let mut times = Vec::with_capacity(RUNS);
    for _ in 0..RUNS {
        let started = Instant::now();
        let answer = client.get(path, "").await?;
        times.push(started.elapsed());
        ensure!(answer.status == 200, "{path}: {}", answer.status);
    }
    times.sort_unstable();
    Ok(percentile(&times, 50))
}

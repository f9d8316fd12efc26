//! (a) Durable acknowledged mutations a second in one project.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Result, ensure};
use serde_json::json;

use crate::{
    baseline, database,
    report::{micros, percentile, rate, row, table},
    server::{Server, Setup},
};

const CPU_AIM_US: f64 = 120.0;
const RATE_AIM: f64 = 8_000.0;
const FSYNC_MULTIPLE: f64 = 20.0;

struct Measured {
    rate: f64,
    p50: Duration,
    p99: Duration,
    cpu_us: f64,
}

pub(crate) async fn run(seconds: u64) -> Result<()> {
    let span = Duration::from_secs(seconds);
    let folder = tempfile::tempdir()?;
    let fsyncs = baseline::fsyncs(folder.path(), span)?;
    let aim = (fsyncs * FSYNC_MULTIPLE).min(RATE_AIM);
    let mut rows = vec![row([
        "",
        "rows/s",
        "of the aim",
        "p50",
        "p99",
        "server CPU a mutation",
    ])];
    rows.push(row(["fsync of the disk", &format!("{fsyncs:.0}")]));

    let bare = baseline::sqlite_rows(folder.path(), span).await?;
    rows.push(row([
        "SQLite bare, 1 writer, a row a commit",
        &format!("{bare:.0}"),
    ]));
    let server = Server::start(Setup::default()).await?;
    for writers in [1, 16] {
        let measured = measure(&server, writers, span).await?;
        rows.push(line(&format!("SQLite, {writers} writers"), &measured, aim));
    }
    drop(server);

    match database::fresh("load_mutations").await? {
        None => rows.push(row([
            "Postgres",
            "not measured: TEST_DATABASE_URL is not set",
        ])),
        Some(url) => {
            let bare = baseline::postgres_rows(&url, span).await?;
            rows.push(row([
                "Postgres bare, 1 writer, a row a commit",
                &format!("{bare:.0}"),
            ]));
            let server = Server::start(Setup::on(&url)).await?;
            for writers in [1, 16] {
                let measured = measure(&server, writers, span).await?;
                rows.push(line(
                    &format!("Postgres, {writers} writers"),
                    &measured,
                    aim,
                ));
            }
        }
    }
    table(
        "(a) durable acknowledged mutations a second in one project, over REST",
        &rows,
    );
    println!(
        "  aim with 16 writers: {aim:.0}/s (the lesser of {FSYNC_MULTIPLE:.0} times fsync and \
         {RATE_AIM:.0}) and {CPU_AIM_US:.0} µs of CPU"
    );
    Ok(())
}

fn line(name: &str, measured: &Measured, aim: f64) -> Vec<String> {
    row([
        name,
        &format!("{:.0}", measured.rate),
        &format!("{:.2}", measured.rate / aim),
        &micros(measured.p50),
        &micros(measured.p99),
        &format!("{:.0} µs", measured.cpu_us),
    ])
}

async fn measure(server: &Server, writers: usize, span: Duration) -> Result<Measured> {
    let token = server
        .api()
        .register(&format!("writer{writers}"))
        .await?
        .token;
    let project = server.api().project(&token).await?;
    let path = format!("/api/v1/projects/{project}/nodes");
    let stop = Arc::new(AtomicBool::new(false));
    let mut clients = Vec::new();
    for _ in 0..writers {
        clients.push(server.api().client(&token).await?);
    }
    let (started, cpu_before) = (Instant::now(), server.process().cpu()?);
    let writing: Vec<_> = clients
        .into_iter()
        .map(|mut client| {
            let (path, stop) = (path.clone(), stop.clone());
            tokio::spawn(async move {
                let mut latencies = Vec::new();
                while !stop.load(Ordering::Relaxed) {
                    let body = json!({
                        "prompt": format!("What follows from assumption {}?", latencies.len()),
                        "position": { "x": 10.5, "y": 20.25 },
                    });
                    let sent = Instant::now();
                    let answer = client.post(&path, &body).await?;
                    ensure!(answer.status == 201, "{}", answer.status);
                    latencies.push(sent.elapsed());
                }
                Ok(latencies)
            })
        })
        .collect();
    tokio::time::sleep(span).await;
    stop.store(true, Ordering::Relaxed);
    let mut latencies = Vec::new();
    for writer in writing {
        latencies.append(&mut writer.await??);
    }
    let elapsed = started.elapsed();
    let cpu = server.process().cpu()?.seconds_since(&cpu_before);
    latencies.sort_unstable();
    let count = latencies.len() as u64;
    Ok(Measured {
        rate: rate(count, elapsed),
        p50: percentile(&latencies, 50),
        p99: percentile(&latencies, 99),
        cpu_us: cpu * 1e6 / count as f64,
    })
}

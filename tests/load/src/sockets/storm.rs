//! (g) Everybody comes back at once, while somebody works over REST.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use super::{
    crowd::Crowd,
    guests::{Guest, Party},
    target::Target,
};
use crate::{
    api::Api,
    histogram::Histogram,
    report::{millis, row, table},
};

const CLIENTS: usize = 2_000;
const ROOMS: usize = 20;
const BARE_TICK_MS: u64 = 50;
const WITHIN: Duration = Duration::from_secs(5);
const BEFORE: Duration = Duration::from_secs(5);
const PATIENCE: Duration = Duration::from_secs(60);
const CATCHING_UP: Duration = Duration::from_secs(2);
const BYSTANDER_PAUSE: Duration = Duration::from_millis(10);

/// Who may write in a room, and where.
#[derive(Clone)]
struct Owner {
    address: SocketAddr,
    room: usize,
    project: String,
    token: String,
}

pub(crate) async fn run() -> Result<()> {
    let party = Party {
        clients: CLIENTS,
        rooms: ROOMS,
        editors: 0,
    };
    let mut rows = vec![row([
        "",
        "all back after",
        "each p50",
        "p99",
        "max",
        "tails",
        "snapshots",
        "tries again",
        "behind",
        "gaps",
        "doubled",
        "server CPU",
    ])];
    let bare = Target::bare(Some(BARE_TICK_MS)).await?;
    let (line, ..) = storm("bare, no tickets and nothing to resume", &bare, party).await?;
    rows.push(line);
    let ours = Target::ours().await?;
    let (line, calm, busy) = storm("NonLinear", &ours, party).await?;
    rows.push(line);
    let within = WITHIN.as_secs();
    table(
        &format!("(g) {CLIENTS} people in {ROOMS} rooms come back within {within} s"),
        &rows,
    );
    let heading = row(["", "count", "p50", "p99", "max", "5xx", "other failures"]);
    let rows = [heading, calm.row("before"), busy.row("meanwhile")];
    table("somebody's writes over REST", &rows);
    println!("  aim: all back in 30 s, no 5xx to others");
    Ok(())
}

async fn storm(name: &str, target: &Target, party: Party) -> Result<(Vec<String>, Writes, Writes)> {
    let process = target.processes().first().copied().context("no process")?;
    let guests = target.guests(party).await?;
    let owners = owners(&guests);
    let mut crowd = Crowd::new(guests, party, 0)?;
    crowd.gather()?;
    let bystander = Bystander::start(owners.clone());
    crowd.run_for(BEFORE)?;
    let calm = bystander.stop().await?;

    let bystander = Bystander::start(owners.clone());
    let (cpu, started) = (process.cpu()?, Instant::now());
    crowd.scatter(WITHIN);
    let all = crowd.run_until(PATIENCE, |records| records.live == CLIENTS)?;
    let (elapsed, cpu) = (started.elapsed(), process.cpu()?.seconds_since(&cpu));
    let busy = bystander.stop().await?;
    let behind = behind(&mut crowd, &owners).await?;
    let records = &crowd.records;
    let line = row([
        name,
        &if all {
            millis(elapsed)
        } else {
            format!("never: {} are", records.live)
        },
        &millis(records.joining.percentile(50)),
        &millis(records.joining.percentile(99)),
        &millis(records.joining.max()),
        &records.tails.to_string(),
        &records.snapshots.to_string(),
        &records.broken.to_string(),
        &behind.to_string(),
        &records.ops.counts.gaps.to_string(),
        &records.ops.counts.doubled.to_string(),
        &format!("{cpu:.2} s"),
    ]);
    Ok((line, calm, busy))
}

fn owners(guests: &[Guest]) -> Vec<Owner> {
    let mut owners: Vec<Owner> = Vec::new();
    for guest in guests {
        let Some(token) = &guest.token else { continue };
        // The first of a room made the project.
        if owners.last().is_none_or(|owner| owner.room != guest.room) {
            owners.push(Owner {
                address: guest.address,
                room: guest.room,
                project: guest.project.to_string(),
                token: token.to_string(),
            });
        }
    }
    owners
}

/// How many people do not reach, in good time, what their project has come to.
async fn behind(crowd: &mut Crowd, owners: &[Owner]) -> Result<usize> {
    let mut heads = BTreeMap::new();
    for owner in owners {
        let mut client = Api(owner.address).client(&owner.token).await?;
        let path = format!("/api/v1/projects/{}/graph", owner.project);
        let graph = client.get(&path, "").await?.json()?;
        let seq = graph.pointer("/seq").and_then(Value::as_u64);
        heads.insert(owner.room, seq.context("no seq")?);
    }
    crowd.run_for(CATCHING_UP)?;
    Ok(crowd.behind(&heads))
}

/// Somebody who writes in every project in turn, over REST.
struct Bystander {
    stop: Arc<AtomicBool>,
    task: JoinHandle<Result<Writes>>,
}

#[derive(Debug, Default)]
struct Writes {
    latency: Histogram,
    server_errors: u64,
    failures: u64,
}

impl Bystander {
    fn start(owners: Vec<Owner>) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let task = tokio::spawn(write_in_turn(owners, stop.clone()));
        Self { stop, task }
    }

    async fn stop(self) -> Result<Writes> {
        self.stop.store(true, Ordering::Relaxed);
        self.task.await?
    }
}

async fn write_in_turn(owners: Vec<Owner>, stop: Arc<AtomicBool>) -> Result<Writes> {
    let mut writes = Writes::default();
    let mut clients = Vec::new();
    for owner in &owners {
        let client = Api(owner.address).client(&owner.token).await?;
        clients.push((client, format!("/api/v1/projects/{}/nodes", owner.project)));
    }
    let body = json!({ "prompt": "What did I miss?", "position": { "x": 1, "y": 2 } });
    while !stop.load(Ordering::Relaxed) && !clients.is_empty() {
        for (client, path) in &mut clients {
            let started = Instant::now();
            match client.post(path, &body).await {
                Ok(answer) if answer.status == 201 => {
                    writes.latency.record(started.elapsed().as_micros() as u64);
                }
                Ok(answer) if answer.status >= 500 => writes.server_errors += 1,
                Ok(_) | Err(_) => writes.failures += 1,
            }
            tokio::time::sleep(BYSTANDER_PAUSE).await;
        }
    }
    Ok(writes)
}

impl Writes {
    fn row(&self, name: &str) -> Vec<String> {
        row([
            name,
            &self.latency.count().to_string(),
            &millis(self.latency.percentile(50)),
            &millis(self.latency.percentile(99)),
            &millis(self.latency.max()),
            &self.server_errors.to_string(),
            &self.failures.to_string(),
        ])
    }
}

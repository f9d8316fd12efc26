//! (f) What a socket takes while nobody does anything.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use clap::Args;

use super::{crowd::Crowd, guests::Party, target::Target};
use crate::report::{row, table};

const BARE_TICK_MS: u64 = 50;
/// Until arrivals have been told to everybody.
const SETTLING: Duration = Duration::from_secs(3);
/// Long enough for every ping, which come every 20 s.
const REST: Duration = Duration::from_secs(21);

#[derive(Args, Debug, Clone, Copy)]
pub(crate) struct Arguments {
    /// Sockets that nothing happens on.
    #[arg(long, default_value_t = 5_000)]
    clients: usize,
    /// Projects that they are spread over.
    #[arg(long, default_value_t = 500)]
    rooms: usize,
}

impl Default for Arguments {
    fn default() -> Self {
        Self {
            clients: 5_000,
            rooms: 500,
        }
    }
}

pub(crate) async fn run(arguments: Arguments) -> Result<()> {
    let Arguments { clients, rooms } = arguments;
    let party = Party {
        clients,
        rooms,
        editors: 0,
    };
    let mut lines = vec![row([
        "",
        "memory a socket",
        "resident a socket",
        "before",
        "after",
        "CPU at rest",
        "broken",
    ])];
    let bare = Target::bare(Some(BARE_TICK_MS)).await?;
    lines.push(measure("bare", &bare, party).await?);
    lines.push(measure("NonLinear", &Target::ours().await?, party).await?);
    table(
        &format!("(f) {clients} idle sockets in {rooms} rooms"),
        &lines,
    );
    println!("  aim: 12 KiB or less; memory is what is not a file's (RssAnon)");
    Ok(())
}

async fn measure(name: &str, target: &Target, party: Party) -> Result<Vec<String>> {
    let process = target.processes().first().copied().context("no process")?;
    let mut crowd = Crowd::new(target.guests(party).await?, party, 0)?;
    let (anonymous, resident) = (process.anonymous_bytes()?, process.resident_bytes()?);
    crowd.gather()?;
    crowd.run_for(SETTLING)?;
    let (cpu, started) = (process.cpu()?, Instant::now());
    crowd.run_for(REST)?;
    let cpu = process.cpu()?.seconds_since(&cpu) / started.elapsed().as_secs_f64();
    let after = process.anonymous_bytes()?;
    let each = |grown: f64| format!("{:.1} KiB", grown / 1024.0 / party.clients as f64);
    let whole = |bytes: f64| format!("{:.0} MiB", bytes / 1024.0 / 1024.0);
    Ok(row([
        name,
        &each(after - anonymous),
        &each(process.resident_bytes()? - resident),
        &whole(anonymous),
        &whole(after),
        &format!("{:.2} %", cpu * 100.0),
        &crowd.records.broken.to_string(),
    ]))
}

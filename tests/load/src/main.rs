//! Measures the server beside the bare limits of the machine it runs on, in one run, as ratios.
//!
//! Everything listens on loopback, and every loop is bounded.
#![expect(
    clippy::print_stdout,
    reason = "its report is what this program is for"
)]
#![expect(clippy::as_conversions, reason = "figures are rounded for people")]

mod baseline;
mod client;
mod database;
mod graphs;
mod mutations;
mod report;
mod server;
mod snapshot;

use anyhow::Result;
use clap::{Parser, Subcommand};

#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    part: Option<Part>,
    /// Seconds that each rate is measured for.
    #[arg(long, default_value_t = 5, global = true)]
    seconds: u64,
}

#[derive(Subcommand, Clone, Copy, PartialEq)]
enum Part {
    /// Durable acknowledged mutations a second, beside fsync and one row a commit.
    Mutations,
    /// Ancestors and the cycle check, beside recursive queries.
    Graph,
    /// The snapshot of 10,000 nodes and 15,000 edges, beside reading the rows alone.
    Snapshot,
}

#[tokio::main]
async fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let wanted = |part| arguments.part.is_none_or(|wanted| wanted == part);
    if wanted(Part::Mutations) {
        mutations::run(arguments.seconds).await?;
    }
    if wanted(Part::Graph) {
        graphs::run().await?;
    }
    if wanted(Part::Snapshot) {
        snapshot::run().await?;
    }
    Ok(())
}

//! Measures the server beside the bare limits of the machine it runs on, in one run, as ratios.
//!
//! Everything listens on loopback, and every loop is bounded.
#![expect(
    clippy::print_stdout,
    reason = "its report is what this program is for"
)]
#![expect(clippy::as_conversions, reason = "figures are rounded for people")]

mod api;
mod bare;
mod baseline;
mod client;
mod context;
mod database;
mod frames;
mod graphs;
mod histogram;
mod mutations;
mod process;
mod relay;
mod report;
mod server;
mod snapshot;
mod sockets;
mod tasks;
mod websocket;

use anyhow::Result;
use clap::{Parser, Subcommand};

/// Measures the server beside the bare limits of this machine. Without a part: all but `sockets`.
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    part: Option<Part>,
    /// Seconds that each rate is measured for.
    #[arg(long, default_value_t = 5, global = true)]
    seconds: u64,
}

#[derive(Subcommand, Clone)]
enum Part {
    /// Durable acknowledged mutations a second, beside fsync and one row a commit.
    Mutations,
    /// Ancestors and the cycle check, beside recursive queries.
    Graph,
    /// The snapshot of 10,000 nodes and 15,000 edges, beside reading the rows alone.
    Snapshot,
    /// Cursors in rooms of several sizes, beside a bare broadcast of frames encoded once.
    Fanout,
    /// Operations over sockets: until everybody has them, and how many a second at most.
    Ops,
    /// Memory and CPU of sockets at rest.
    Idle(sockets::IdleArguments),
    /// 2,000 people come back within 5 seconds.
    Storm,
    /// Two instances on one Postgres, joined by Redis.
    Redis,
    /// Handing on what models write, beside reading it directly and, if it is there, LiteLLM's proxy.
    Relay(relay::Arguments),
    /// What a model would be sent for a node with 5,000 ancestors, and an edit above as many answers.
    Context,
    /// Tasks of agents a second, beside a bare table that is a queue.
    Tasks,
    /// Any number of people in any number of rooms, against any server on this machine.
    Sockets(sockets::Arguments),
    /// Reads answers directly, and says what that took.
    Read(relay::direct::Arguments),
    /// The bare broadcast itself, until it is killed.
    Bare(bare::Arguments),
}

/// What is measured when no part is named.
fn all() -> [Part; 11] {
    [
        Part::Mutations,
        Part::Graph,
        Part::Snapshot,
        Part::Fanout,
        Part::Ops,
        Part::Idle(sockets::IdleArguments::default()),
        Part::Storm,
        Part::Redis,
        Part::Relay(relay::Arguments::default()),
        Part::Context,
        Part::Tasks,
    ]
}

fn main() -> Result<()> {
    let Arguments { part, seconds } = Arguments::parse();
    match part {
        Some(part) => run(part, seconds),
        None => all().into_iter().try_for_each(|part| run(part, seconds)),
    }
}

fn run(part: Part, seconds: u64) -> Result<()> {
    if let Part::Bare(arguments) = part {
        return bare::run(arguments);
    }
    if let Part::Read(arguments) = part {
        return relay::direct::run(arguments);
    }
    if part.is_about_sockets() {
        // Before the runtime starts its threads, so that they stay there, too.
        process::stay_on_generator_core()?;
        process::open_many_files()?;
    }
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(async {
        match part {
            Part::Mutations => mutations::run(seconds).await,
            Part::Graph => graphs::run().await,
            Part::Snapshot => snapshot::run().await,
            Part::Fanout => sockets::fanout(seconds).await,
            Part::Ops => sockets::ops(seconds).await,
            Part::Idle(arguments) => sockets::idle(arguments).await,
            Part::Storm => sockets::storm().await,
            Part::Redis => sockets::joined(seconds).await,
            Part::Sockets(arguments) => sockets::general(arguments, seconds).await,
            Part::Context => context::run().await,
            Part::Tasks => tasks::run(seconds).await,
            Part::Relay(arguments) => relay::run(arguments, seconds).await,
            Part::Read(_) | Part::Bare(_) => Ok(()),
        }
    })
}

impl Part {
    fn is_about_sockets(&self) -> bool {
        match self {
            Self::Mutations
            | Self::Graph
            | Self::Snapshot
            | Self::Context
            | Self::Tasks
            | Self::Read(_)
            | Self::Bare(_) => false,
            Self::Fanout
            | Self::Ops
            | Self::Idle(_)
            | Self::Storm
            | Self::Redis
            | Self::Relay(_)
            | Self::Sockets(_) => true,
        }
    }
}

//! Any load against any server on this machine.

use std::{net::SocketAddr, time::Duration};

use anyhow::{Result, ensure};
use clap::Args;

use super::{
    crowd::Pace,
    guests::Party,
    measured::{Load, Measured, cursor_heading, measure},
    target::Target,
};
use crate::{process::Process, report::table};

#[derive(Args, Debug, Clone, Copy)]
pub(crate) struct Arguments {
    /// A server that runs already, on loopback; one of our own if left out. Accounts are registered
    /// there, so that it should run with NONLINEAR_RATES__ENABLED=false.
    #[arg(long)]
    address: Option<SocketAddr>,
    /// The process of the server at that address, to tell its CPU time.
    #[arg(long, requires = "address")]
    pid: Option<u32>,
    /// A bare broadcast instead, writing once a socket and so many milliseconds; 0 for every message.
    #[arg(long, conflicts_with = "address")]
    bare_tick_ms: Option<u64>,
    /// People, each with a socket.
    #[arg(long, default_value_t = 100)]
    clients: usize,
    /// Projects that they are spread over.
    #[arg(long, default_value_t = 1)]
    rooms: usize,
    /// How many of them move their cursors; everybody if left out.
    #[arg(long)]
    movers: Option<usize>,
    /// How often a second each of those moves.
    #[arg(long, default_value_t = 20.0)]
    cursor_hz: f64,
    /// How many of them edit.
    #[arg(long, default_value_t = 0)]
    editors: usize,
    /// How many operations a second each of those sends.
    #[arg(long, default_value_t = 5.0)]
    ops_hz: f64,
    /// Instead: so many operations of each under way, and each acknowledgement answered by the next.
    #[arg(long)]
    in_flight: Option<usize>,
}

pub(crate) async fn run(arguments: Arguments, seconds: u64) -> Result<()> {
    let target = match (arguments.address, arguments.bare_tick_ms) {
        (Some(address), _) => {
            ensure!(address.ip().is_loopback(), "{address} is not on loopback");
            Target::Theirs(address, arguments.pid.map(Process))
        }
        (None, Some(0)) => Target::bare(None).await?,
        (None, Some(tick)) => Target::bare(Some(tick)).await?,
        (None, None) => Target::ours().await?,
    };
    let pace = match arguments.in_flight {
        Some(count) => Pace::InFlight(count),
        None => Pace::PerSecond(arguments.ops_hz),
    };
    let load = Load {
        party: Party {
            clients: arguments.clients,
            rooms: arguments.rooms,
            editors: arguments.editors,
        },
        movers: arguments.movers.unwrap_or(arguments.clients),
        cursor_hz: arguments.cursor_hz,
        pace: (arguments.editors > 0).then_some(pace),
    };
    let measured = measure(&target, load, Duration::from_secs(seconds)).await?;
    if load.cursor_hz > 0.0 && load.movers > 0 {
        table(
            "cursors",
            &[cursor_heading(), measured.cursor_row("", None)],
        );
    }
    if load.pace.is_some() {
        table(
            "operations",
            &[Measured::ops_heading(), measured.ops_row("", None)],
        );
    }
    measured.complain("the server");
    Ok(())
}

//! The bare limit of fan-out: a WebSocket broadcast of frames encoded once, without accounts, roles,
//! a database or a second look at what it relays. It answers as far as the generator must hear, so
//! that one client drives both.

mod hub;
mod redis;
mod socket;

use std::{net::SocketAddr, time::Duration};

use anyhow::{Context, Result, ensure};
use clap::Args;
use tokio::{net::TcpListener, runtime::Builder, task::LocalSet};

use hub::Hub;

#[derive(Args, Clone, Debug)]
pub(crate) struct Arguments {
    /// Where to listen; on loopback.
    #[arg(long)]
    address: SocketAddr,
    /// Gather what moves and write once a tick and socket; without it every message is written at once.
    #[arg(long)]
    tick_ms: Option<u64>,
    /// Tell other bare servers, through this Redis, what every tick gathered.
    #[arg(long, requires = "tick_ms")]
    redis: Option<String>,
}

/// Serves until it is killed.
pub(crate) fn run(arguments: Arguments) -> Result<()> {
    ensure!(arguments.address.ip().is_loopback(), "loopback only");
    let runtime = Builder::new_current_thread().enable_all().build()?;
    LocalSet::new().block_on(&runtime, async {
        let listener = TcpListener::bind(arguments.address).await?;
        let tick = arguments.tick_ms.map(Duration::from_millis);
        let hub = match &arguments.redis {
            None => Hub::new(tick, None),
            Some(redis) => {
                let (outlet, inlet) = redis::join(redis).await?;
                let hub = Hub::new(tick, Some(outlet));
                tokio::task::spawn_local(inlet.listen(hub.clone()));
                hub
            }
        };
        loop {
            let (stream, _) = listener.accept().await.context("accept")?;
            stream.set_nodelay(true)?;
            tokio::task::spawn_local(socket::serve(stream, hub.clone()));
        }
    })
}

//! What is measured: our server, one or several instances, or a bare one.

use std::{net::SocketAddr, path::Path};

use anyhow::{Context, Result};

use super::guests::{Guest, Party, invite, strangers};
use crate::{
    process::{Process, on_server_core},
    server::{Running, Server, Setup, free_address},
};

pub(crate) enum Target {
    Ours(Vec<Server>),
    Bare(Vec<Running>),
    /// Somebody else runs it; its process is known only if it was named.
    Theirs(SocketAddr, Option<Process>),
}

impl Target {
    /// One instance on SQLite, kept to the server's core.
    pub(crate) async fn ours() -> Result<Self> {
        let setup = Setup {
            is_pinned: true,
            ..Setup::default()
        };
        Ok(Self::Ours(vec![Server::start(setup).await?]))
    }

    pub(crate) async fn ours_on(database_url: &str) -> Result<Self> {
        let setup = Setup {
            is_pinned: true,
            ..Setup::on(database_url)
        };
        Ok(Self::Ours(vec![Server::start(setup).await?]))
    }

    pub(crate) async fn ours_joined(database: &str, redis: &str, keys: &Path) -> Result<Self> {
        let setup = Setup {
            redis: Some((redis, keys)),
            is_pinned: true,
            ..Setup::on(database)
        };
        Ok(Self::Ours(vec![
            Server::start(setup).await?,
            Server::start(setup).await?,
        ]))
    }

    /// The broadcast of this same program; without a tick it writes every message.
    pub(crate) async fn bare(tick_ms: Option<u64>) -> Result<Self> {
        Ok(Self::Bare(vec![bare(tick_ms, None).await?]))
    }

    pub(crate) async fn bare_joined(tick_ms: Option<u64>, redis: &str) -> Result<Self> {
        Ok(Self::Bare(vec![
            bare(tick_ms, Some(redis)).await?,
            bare(tick_ms, Some(redis)).await?,
        ]))
    }

    pub(crate) async fn guests(&self, party: Party) -> Result<Vec<Guest>> {
        match self {
            Self::Ours(servers) => {
                let addresses: Vec<_> = servers.iter().map(Server::address).collect();
                invite(&addresses, party).await
            }
            Self::Bare(servers) => {
                let addresses: Vec<_> = servers.iter().map(|server| server.address).collect();
                Ok(strangers(&addresses, party))
            }
            Self::Theirs(address, _) => invite(&[*address], party).await,
        }
    }

    pub(crate) fn processes(&self) -> Vec<Process> {
        match self {
            Self::Ours(servers) => servers.iter().map(Server::process).collect(),
            Self::Bare(servers) => servers.iter().map(Running::process).collect(),
            Self::Theirs(_, process) => process.iter().copied().collect(),
        }
    }
}

async fn bare(tick_ms: Option<u64>, redis: Option<&str>) -> Result<Running> {
    let own = std::env::current_exe().context("where is this program?")?;
    let address = free_address()?;
    let mut command = on_server_core(&own);
    command.args(["bare", "--address", &address.to_string()]);
    if let Some(tick_ms) = tick_ms {
        command.args(["--tick-ms", &tick_ms.to_string()]);
    }
    if let Some(redis) = redis {
        command.args(["--redis", redis]);
    }
    let running = Running::start(&mut command, address)?;
    running.wait_until_ready().await?;
    Ok(running)
}

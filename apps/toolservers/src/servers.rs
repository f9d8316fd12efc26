//! The operator's list, and what this process knows of its servers.

use std::{collections::HashSet, sync::OnceLock, time::Duration};

use kernel::{Error, Result};
use platform::{Platform, Write, settings::ToolServerEntry};
use protocol::tool_servers::TOOL_SERVERS_PER_AGENT_MAX;
use reqwest::redirect;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

#[derive(Debug)]
pub(crate) struct Servers {
    list: OnceLock<Vec<ToolServerEntry>>,
    pub(crate) http: reqwest::Client,
}

impl Default for Servers {
    fn default() -> Self {
        let http = reqwest::Client::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            // A redirect could take the token anywhere.
            .redirect(redirect::Policy::none())
            .build()
            .unwrap_or_default();
        Self {
            list: OnceLock::new(),
            http,
        }
    }
}

impl Servers {
    pub(crate) fn all(&self) -> &[ToolServerEntry] {
        self.list.get().map(Vec::as_slice).unwrap_or_default()
    }

    pub(crate) fn named(&self, name: &str) -> Option<&ToolServerEntry> {
        self.all().iter().find(|server| server.name == name)
    }
}

/// Makes the operator's list known.
pub(crate) fn start(platform: &Platform) {
    let servers = platform.feature::<Servers>();
    // Started twice, it is the same list.
    let _ = servers.list.set(platform.settings.tool_servers.clone());
}

pub(crate) fn known(platform: &Platform, name: &str) -> Result<ToolServerEntry> {
    let servers = platform.feature::<Servers>();
    let found = servers.named(name).cloned();
    found.ok_or(Error::NotFound("tool server on the operator's list"))
}

/// Refuses names that stand on no list.
pub fn require_known(write: &Write, names: &[String], pointer: &str) -> Result<()> {
    if names.len() > TOOL_SERVERS_PER_AGENT_MAX {
        let detail = format!("must name at most {TOOL_SERVERS_PER_AGENT_MAX} servers");
        return Err(Error::invalid(pointer, detail));
    }
    let servers = write.feature::<Servers>();
    let mut seen = HashSet::new();
    for (place, name) in names.iter().enumerate() {
        let wrong = |detail| Err(Error::invalid(format!("{pointer}/{place}"), detail));
        if servers.named(name).is_none() {
            return wrong(
                "must be a server of the operator's list, as GET /tool-servers names them",
            );
        }
        if !seen.insert(name) {
            return wrong("must not be there twice");
        }
    }
    Ok(())
}

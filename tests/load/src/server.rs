//! A server of our own, as a process, so that its CPU time can be told from ours.

use std::{
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use anyhow::{Result, bail};
use tempfile::TempDir;

use crate::{
    api::Api,
    client::Client,
    process::{Process, on_server_core},
};

pub(crate) struct Server {
    running: Running,
    _data: TempDir,
    pub(crate) database_url: String,
}

/// What is not as in a single instance on SQLite.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Setup<'a> {
    pub(crate) database_url: Option<&'a str>,
    /// To join several instances; they share the file of keys.
    pub(crate) redis: Option<(&'a str, &'a Path)>,
    /// Whether it keeps to the server's core.
    pub(crate) is_pinned: bool,
    /// Who answers prompts, instead of the model that needs nobody.
    pub(crate) provider: Option<SocketAddr>,
    /// What stands in its settings file.
    pub(crate) settings: Option<&'a str>,
}

impl<'a> Setup<'a> {
    pub(crate) fn on(database_url: &'a str) -> Self {
        Self {
            database_url: Some(database_url),
            ..Self::default()
        }
    }
}

/// A process that ends with its owner.
pub(crate) struct Running {
    child: Child,
    pub(crate) address: SocketAddr,
}

impl Server {
    /// Starts `nonlinear` from beside this program, with its data in a folder of its own.
    pub(crate) async fn start(setup: Setup<'_>) -> Result<Self> {
        let data = tempfile::tempdir()?;
        let file = data.path().join("nonlinear.db");
        let database_url = setup
            .database_url
            .map_or_else(|| format!("sqlite://{}", file.display()), str::to_owned);
        let binary = binary()?;
        let mut command = if setup.is_pinned {
            on_server_core(&binary)
        } else {
            Command::new(&binary)
        };
        command
            .arg("serve")
            .current_dir(data.path())
            .env("NONLINEAR_DATA_DIR", data.path())
            .env("DATABASE_URL", &database_url)
            .env_remove("REDIS_URL")
            .env_remove("OPENAI_API_KEY")
            .env_remove("OPENAI_BASE_URL")
            .env("NONLINEAR_RATES__ENABLED", "false")
            .env("NONLINEAR_SEED_DEMO", "false")
            .env("NONLINEAR_AUTH__PASSWORD_COST", "4")
            .env("NONLINEAR_LOG__FILTER", "warn");
        if let Some((redis_url, keys)) = setup.redis {
            command
                .env("REDIS_URL", redis_url)
                .env("NONLINEAR_KEYS_FILE", keys);
        }
        if let Some(settings) = setup.settings {
            std::fs::write(data.path().join("nonlinear.toml"), settings)?;
        }
        if let Some(provider) = setup.provider {
            command
                .env("OPENAI_BASE_URL", format!("http://{provider}/v1"))
                .env("NONLINEAR_GENERATION__AT_ONCE_PER_PROJECT", "64");
        }
        let address = free_address()?;
        command.env("NONLINEAR_LISTEN", address.to_string());
        let server = Self {
            running: Running::start(&mut command, address)?,
            _data: data,
            database_url,
        };
        server.running.wait_until_ready().await?;
        Ok(server)
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.running.address
    }

    pub(crate) fn api(&self) -> Api {
        Api(self.running.address)
    }

    pub(crate) fn process(&self) -> Process {
        self.running.process()
    }
}

impl Running {
    /// `command` serves at `address` and answers `/readyz`.
    pub(crate) fn start(command: &mut Command, address: SocketAddr) -> Result<Self> {
        let child = command
            .stdout(Stdio::null())
            .stderr(Stdio::inherit())
            .spawn()?;
        Ok(Self { child, address })
    }

    pub(crate) fn process(&self) -> Process {
        Process(self.child.id())
    }

    pub(crate) async fn wait_until_ready(&self) -> Result<()> {
        for _ in 0..400 {
            if let Ok(mut client) = Client::connect(self.address, "").await
                && client
                    .get("/readyz", "")
                    .await
                    .is_ok_and(|answer| answer.status == 200)
            {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        bail!("the server did not become ready")
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It is going away with its data, so how it ends does not matter.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An address on loopback that nobody listens on.
pub(crate) fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?)
}

fn binary() -> Result<PathBuf> {
    let binary = std::env::current_exe()?.with_file_name("nonlinear");
    if binary.is_file() {
        Ok(binary)
    } else {
        bail!("{} is not built; run `cargo xtask load`", binary.display())
    }
}

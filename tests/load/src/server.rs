//! A server of our own, as a process, so that its CPU time can be told from ours.

use std::{
    fs,
    net::TcpListener,
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::Duration,
};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::client::Client;

/// Clock ticks a second, as Linux reports process times.
const TICKS: f64 = 100.0;

pub(crate) struct Server {
    child: Child,
    pub(crate) port: u16,
    _data: TempDir,
    pub(crate) database_url: String,
}

impl Server {
    /// Starts `nonlinear` from beside this program. Without a URL it uses SQLite in its folder.
    pub(crate) async fn start(database_url: Option<&str>) -> Result<Self> {
        let data = tempfile::tempdir()?;
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let file = data.path().join("nonlinear.db");
        let database_url =
            database_url.map_or_else(|| format!("sqlite://{}", file.display()), str::to_owned);
        let child = Command::new(binary()?)
            .arg("serve")
            .current_dir(data.path())
            .env("NONLINEAR_LISTEN", format!("127.0.0.1:{port}"))
            .env("NONLINEAR_DATA_DIR", data.path())
            .env("DATABASE_URL", &database_url)
            .env("NONLINEAR_RATES__ENABLED", "false")
            .env("NONLINEAR_SEED_DEMO", "false")
            .env("NONLINEAR_AUTH__PASSWORD_COST", "4")
            .env("NONLINEAR_LOG__FILTER", "warn")
            .stdout(Stdio::null())
            .stderr(Stdio::inherit())
            .spawn()?;
        let server = Self {
            child,
            port,
            _data: data,
            database_url,
        };
        server.wait_until_ready().await?;
        Ok(server)
    }

    async fn wait_until_ready(&self) -> Result<()> {
        for _ in 0..400 {
            if let Ok(mut client) = Client::connect(self.port, "").await
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

    /// Seconds of CPU that the server has used.
    pub(crate) fn cpu_seconds(&self) -> Result<f64> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        let fields: Vec<&str> = stat
            .rsplit(')')
            .next()
            .context("stat")?
            .split_whitespace()
            .collect();
        let ticks = |index: usize| -> Result<f64> {
            Ok(fields.get(index).context("stat")?.parse::<f64>()?)
        };
        Ok((ticks(11)? + ticks(12)?) / TICKS)
    }

    /// A new account's access token.
    pub(crate) async fn register(&self, name: &str) -> Result<String> {
        let mut client = Client::connect(self.port, "").await?;
        let body = json!({
            "email": format!("{name}@example.org"),
            "password": "correct horse battery staple",
        });
        let answer = client
            .post("/api/v1/auth/register?tokens=body", &body)
            .await?
            .json()?;
        Ok(answer
            .pointer("/accessToken")
            .and_then(Value::as_str)
            .context("no access token")?
            .to_owned())
    }

    pub(crate) async fn client(&self, token: &str) -> Result<Client> {
        Client::connect(self.port, token).await
    }

    /// A new project's id.
    pub(crate) async fn project(&self, token: &str) -> Result<String> {
        let mut client = self.client(token).await?;
        let answer = client
            .post("/api/v1/projects", &json!({ "name": "Load" }))
            .await?
            .json()?;
        Ok(answer
            .pointer("/id")
            .and_then(Value::as_str)
            .context("no id")?
            .to_owned())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It is going away with its data, so how it ends does not matter.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn binary() -> Result<PathBuf> {
    let binary = std::env::current_exe()?.with_file_name("nonlinear");
    if binary.is_file() {
        Ok(binary)
    } else {
        bail!("{} is not built; run `cargo xtask load`", binary.display())
    }
}

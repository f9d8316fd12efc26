//! LiteLLM's proxy between the same provider and the same reader.

use std::{
    net::SocketAddr,
    path::Path,
    time::{Duration, Instant},
};

use anyhow::{Result, ensure};
use tempfile::TempDir;

use super::{
    Case,
    direct::{Arguments, KEY, read},
    measured::Measured,
    provider::{MODEL, Manner},
};
use crate::{
    client::Client,
    process::on_server_core,
    server::{Running, free_address},
};

/// It takes long to start.
const PATIENCE: Duration = Duration::from_secs(120);
const LOOK_EVERY: Duration = Duration::from_millis(250);
/// So that a case does not take minutes: it relays about a thousand words a second.
const WORDS_MAX: usize = 1_000;

pub(super) struct Proxy {
    running: Running,
    _folder: TempDir,
}

impl Proxy {
    pub(super) async fn start(program: &Path, provider: SocketAddr) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let config = folder.path().join("config.yaml");
        let lines = [
            "model_list:".to_owned(),
            format!("  - model_name: {MODEL}"),
            "    litellm_params:".to_owned(),
            format!("      model: openai/{MODEL}"),
            format!("      api_base: http://{provider}/v1"),
            "      api_key: none".to_owned(),
        ];
        std::fs::write(&config, lines.join("\n"))?;
        let address = free_address()?;
        let mut command = on_server_core(program);
        command
            .current_dir(folder.path())
            .arg("--config")
            .arg(&config)
            .args(["--host", "127.0.0.1", "--port", &address.port().to_string()])
            .args(["--num_workers", "1"])
            .env("LITELLM_MASTER_KEY", KEY)
            .env("LITELLM_LOG", "ERROR")
            // What models cost is in the package; otherwise it is fetched from elsewhere.
            .env("LITELLM_LOCAL_MODEL_COST_MAP", "True");
        let running = Running::start(&mut command, address)?;
        let proxy = Self {
            running,
            _folder: folder,
        };
        let started = Instant::now();
        while !proxy.is_ready().await {
            ensure!(started.elapsed() < PATIENCE, "LiteLLM did not become ready");
            tokio::time::sleep(LOOK_EVERY).await;
        }
        Ok(proxy)
    }

    async fn is_ready(&self) -> bool {
        let Ok(mut client) = Client::connect(self.running.address, "").await else {
            return false;
        };
        let answer = client.get("/health/liveliness", "").await;
        answer.is_ok_and(|answer| answer.status == 200)
    }

    /// The same answers through it, but not longer than takes seconds.
    pub(super) fn measure(&self, case: Case, words: usize, manner: &Manner) -> Result<Measured> {
        let words = words.min(WORDS_MAX);
        manner.set(words, case.every());
        let process = self.running.process();
        let rounds = case.rounds;
        let asked = Arguments::new(self.running.address, case.streams, rounds, words);
        let before = process.cpu()?;
        let seen = read(asked, false)?;
        let cpu_seconds = process.cpu()?.seconds_since(&before);
        Ok(Measured {
            cpu_seconds,
            ..Measured::directly(seen)
        })
    }
}

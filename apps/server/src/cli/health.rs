//! `nonlinear health`: for whoever watches the server from beside it, such as a container's engine.

use std::{process::ExitCode, time::Duration};

use anyhow::Context;
use platform::Settings;

use super::callable;

/// Longer than the server takes to find out that its database is away.
const TIMEOUT: Duration = Duration::from_secs(8);

pub(crate) async fn run(settings: &Settings) -> anyhow::Result<ExitCode> {
    let url = format!("http://{}/readyz", callable(settings.listen));
    let asking = reqwest::Client::builder()
        .timeout(TIMEOUT)
        // What is meant is this machine, whatever the way out of it.
        .no_proxy()
        .build()?;
    let answer = asking.get(&url).send().await;
    let answer = answer.with_context(|| format!("no answer from {url}"))?;
    let status = answer.status();
    println!("{}", answer.text().await?);
    Ok(if status.is_success() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

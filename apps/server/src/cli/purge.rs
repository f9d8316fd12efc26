//! `nonlinear purge`.

use std::{process::ExitCode, sync::Arc};

use platform::{
    Platform, Settings,
    retention::{self, Retention},
};

pub(crate) async fn run(settings: Settings, dry_run: bool) -> anyhow::Result<ExitCode> {
    let platform = Platform::start(settings, server::features::together()?).await?;
    let done = lines(&platform, dry_run).await;
    platform.stop().await;
    for line in done? {
        println!("{line}");
    }
    Ok(ExitCode::SUCCESS)
}

async fn lines(platform: &Arc<Platform>, dry_run: bool) -> kernel::Result<Vec<String>> {
    let mut lines = Vec::new();
    for retention in retention::all(platform) {
        let amount = if dry_run {
            retention.due(platform).await?
        } else {
            retention.purge(platform).await?
        };
        lines.push(line(platform, &retention, amount, dry_run));
    }
    Ok(lines)
}

fn line(platform: &Platform, retention: &Retention, amount: u64, dry_run: bool) -> String {
    let Retention { what, setting, .. } = retention;
    let done = if dry_run { "would go" } else { "removed" };
    match (retention.days)(&platform.settings) {
        0 => format!("{what}: kept for ever ({setting} = 0)"),
        days => format!("{what}: {amount} {done} ({setting} = {days})"),
    }
}

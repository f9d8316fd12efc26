//! `nonlinear serve`.

use std::{io::Write, process::ExitCode};

use platform::{Settings, settings::LogFormat};
use server::{Running, ServeError};
use tokio::signal::unix::{SignalKind, signal};

use super::callable;

pub(crate) async fn run(settings: Settings) -> anyhow::Result<ExitCode> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let format = settings.log.format;
    let running = server::start(settings).await.map_err(unwrap_setting)?;
    announce(&running, format)?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    tracing::info!("Stopping");
    running.stop().await?;
    Ok(ExitCode::SUCCESS)
}

/// A wrong setting keeps its own type on the way out, since it has its own exit code.
fn unwrap_setting(error: ServeError) -> anyhow::Error {
    match error {
        ServeError::Setting(wrong) => wrong.into(),
        ServeError::Start(_) | ServeError::Seed(_) | ServeError::Feature(_) => error.into(),
    }
}

/// Says where to open it and how to log in: to a person in words, to a machine as a log line.
fn announce(running: &Running, format: LogFormat) -> std::io::Result<()> {
    let url = address_to_open(running);
    match format {
        LogFormat::Json => tracing::info!(server.url = url, "NonLinear is ready"),
        LogFormat::Text => {
            let demo = if running.has_demo {
                format!(" ({} / {})", seed::EMAIL, seed::PASSWORD)
            } else {
                String::new()
            };
            // Who closed the other end of standard output does not want to know.
            let mut out = std::io::stdout().lock();
            writeln!(out, "NonLinear is ready: {url}{demo}")?;
            out.flush()?;
        }
    }
    Ok(())
}

fn address_to_open(running: &Running) -> String {
    let settings = &running.platform.settings;
    if settings.public_url.is_some() {
        return settings.public_url();
    }
    format!("http://{}", callable(running.address))
}

//! `nonlinear`: the server and its command line.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command line speaks on its standard output and error"
)]

mod cli;
mod telemetry;

use std::process::ExitCode;

use clap::Parser;
use kernel::error::chain;
use platform::settings::{self, WrongSetting};

use crate::cli::{Arguments, Command};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What was asked for cannot be done as it is configured.
const WRONG_SETTING: u8 = 2;

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("nonlinear: {}", chain(error.as_ref()));
            match error.downcast_ref::<WrongSetting>() {
                Some(_) => ExitCode::from(WRONG_SETTING),
                None => ExitCode::FAILURE,
            }
        }
    }
}

fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    // Whoever asks the process for a provider, such as Redis over TLS, finds the only one there is.
    let installed = rustls::crypto::aws_lc_rs::default_provider().install_default();
    debug_assert!(installed.is_ok(), "nothing ran before this");
    if let Some(Command::Openapi) = arguments.command {
        return cli::openapi();
    }
    // A process that reads one file and has no rights: it opens nothing and speaks to nobody else.
    if let Some(Command::ReadFile { format }) = &arguments.command {
        media::reader::run(format)?;
        return Ok(ExitCode::SUCCESS);
    }
    // Programs of the API need none of a server's settings.
    if let Some(Command::Agent { called, what }) = &arguments.command {
        return alone(cli::agent::run(called, what));
    }
    if let Some(Command::Task { called, what }) = &arguments.command {
        return alone(cli::task::run(called, what));
    }
    let loaded = settings::load(arguments.config.clone(), &arguments.flags())?;
    platform::check(&loaded.settings)?;
    if let Some(Command::Config) = arguments.command {
        return Ok(cli::config(&loaded));
    }
    let settings = loaded.settings;
    // Traces are sent from a thread of their own, which must begin and end outside of the runtime.
    let telemetry = telemetry::start(&settings)?;
    let runtime = tokio::runtime::Runtime::new()?;
    let outcome = runtime.block_on(async {
        match arguments.command.as_ref().unwrap_or(&Command::Serve) {
            Command::Serve => Box::pin(cli::serve::run(settings)).await,
            Command::Migrate { to } => cli::database::migrate(settings, to).await,
            Command::User { what } => cli::user::run(settings, what).await,
            Command::Keys { what } => cli::keys::run(settings, what).await,
            Command::Jobs { what } => cli::jobs::run(settings, what).await,
            Command::Purge { dry_run } => cli::purge::run(settings, *dry_run).await,
            Command::Seed => cli::database::seed(settings).await,
            Command::Doctor => cli::doctor::run(&settings).await,
            Command::Health => cli::health::run(&settings).await,
            Command::Agent { .. }
            | Command::Task { .. }
            | Command::ReadFile { .. }
            | Command::Config
            | Command::Openapi => Ok(ExitCode::SUCCESS),
        }
    });
    drop(runtime);
    telemetry.stop();
    outcome
}

/// Runs what needs a runtime and nothing else.
fn alone(work: impl Future<Output = anyhow::Result<ExitCode>>) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(work)
}

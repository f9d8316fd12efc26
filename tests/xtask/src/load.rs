//! `cargo xtask load`: the load generator, with a Postgres that really writes its commits and a Redis.

use std::process::{Command, ExitCode};

use anyhow::{Context, Result};

use crate::build;
use crate::services::{self, Durability, POSTGRES_MISSING, REDIS_MISSING};
use crate::shell::{step, workspace_root};

pub(crate) fn run(arguments: &[&str]) -> Result<ExitCode> {
    // `cargo xtask load -- …` is what many will type.
    let arguments = arguments.strip_prefix(&["--"]).unwrap_or(arguments);
    let executables = step("building for release", build::release_binaries)?;
    let load = build::binary(&executables, "load")?;
    let postgres = services::postgres(Durability::Full)?.context(POSTGRES_MISSING)?;
    let redis = services::redis()?.context(REDIS_MISSING)?;
    let status = Command::new(load)
        .args(arguments)
        .current_dir(workspace_root()?)
        .env("TEST_DATABASE_URL", &postgres.url)
        .env("TEST_REDIS_URL", &redis.url)
        .status()
        .context("cannot run the load generator")?;
    Ok(if status.success() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

//! What every command needs of its surroundings: cargo, programs, variables, progress.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result};

/// The folder of the workspace, two above this package.
pub(crate) fn workspace_root() -> Result<&'static Path> {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .context("the package xtask is not two folders below the workspace root")
}

/// Cargo in the workspace root, without what the outer `cargo run` says about the package xtask:
/// build scripts that watch such a variable would run again on every call.
pub(crate) fn cargo() -> Result<Command> {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(workspace_root()?);
    for (name, _) in env::vars_os() {
        let named = name.to_string_lossy();
        if named.starts_with("CARGO_PKG_") || named.starts_with("CARGO_MANIFEST_") {
            cargo.env_remove(&name);
        }
    }
    Ok(cargo)
}

/// The first folder of PATH that holds all of `programs`.
pub(crate) fn folder_on_path(programs: &[&str]) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).find(|folder| holds_all(folder, programs))
}

pub(crate) fn holds_all(folder: &Path, programs: &[&str]) -> bool {
    programs
        .iter()
        .all(|program| folder.join(program).is_file())
}

/// An environment variable that is set to something.
#[expect(
    clippy::disallowed_methods,
    reason = "the commands have no settings but these variables"
)]
pub(crate) fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

/// Says on standard error what is being done, and how long it took.
pub(crate) fn step<T>(doing: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    eprintln!("xtask: {doing} …");
    let begun = Instant::now();
    let done = work().with_context(|| format!("{doing} failed"))?;
    eprintln!("xtask: {doing}: {:.1} s", begun.elapsed().as_secs_f64());
    Ok(done)
}

//! Builds through cargo, which says what it built, one JSON object per line.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::shell::cargo;

/// A program that cargo built.
#[derive(Debug)]
pub(crate) struct Executable {
    pub(crate) path: PathBuf,
    /// The folder of its package, which is named like the package.
    pub(crate) package_folder: PathBuf,
    pub(crate) target: String,
    pub(crate) is_test: bool,
}

impl Executable {
    pub(crate) fn package(&self) -> &str {
        self.package_folder
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default()
    }

    fn from_message(message: &Value) -> Option<Self> {
        let path = message.get("executable")?.as_str()?;
        let package_folder = Path::new(message.get("manifest_path")?.as_str()?).parent()?;
        Some(Self {
            path: path.into(),
            package_folder: package_folder.into(),
            target: message.get("target")?.get("name")?.as_str()?.to_owned(),
            is_test: message.get("profile")?.get("test")?.as_bool()?,
        })
    }
}

/// Every test and every binary, in one invocation, so that both use the same dependencies.
pub(crate) fn tests_and_binaries() -> Result<Vec<Executable>> {
    run(&["--bins", "--tests"])
}

pub(crate) fn release_binaries() -> Result<Vec<Executable>> {
    run(&["--bins", "--release"])
}

/// The binary called `name`, which is not a test.
pub(crate) fn binary<'a>(executables: &'a [Executable], name: &str) -> Result<&'a Path> {
    let binary = executables
        .iter()
        .find(|built| !built.is_test && built.target == name);
    Ok(&binary
        .with_context(|| format!("the workspace builds no binary {name}"))?
        .path)
}

fn run(arguments: &[&str]) -> Result<Vec<Executable>> {
    let mut cargo = cargo()?
        .args([
            "build",
            "--workspace",
            "--message-format=json-render-diagnostics",
        ])
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .context("cannot run cargo")?;
    let messages = cargo
        .stdout
        .take()
        .context("cargo has no standard output")?;
    let mut executables = Vec::new();
    for line in BufReader::new(messages).lines() {
        let message: Value = serde_json::from_str(&line?).context("cargo's messages")?;
        executables.extend(Executable::from_message(&message));
    }
    if !cargo.wait()?.success() {
        bail!("cargo build does not succeed");
    }
    executables.sort_by(|one, other| {
        (&one.package_folder, &one.target).cmp(&(&other.package_folder, &other.target))
    });
    Ok(executables)
}

//! The web package: its types, its lints, and its tests, of which some start the built server.

use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode, ExitStatus, Stdio};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::build;
use crate::report::Tally;
use crate::shell::{folder_on_path, step, workspace_root};

pub(crate) const NAME: &str = "web";
/// The server that the tests start.
pub(crate) const SERVER: &str = "nonlinear";

const FOLDER: &str = "apps/web";
const NODE_MISSING: &str = "no node and npm found; install them with: apt-get install nodejs npm";
/// Scripts of the package that say nothing but yes or no.
const SCRIPTS: &[&str] = &["types", "lint"];

#[derive(Debug)]
pub(crate) enum Outcome {
    Ran(Tally),
    /// What is missing, and the command that installs it.
    NotRun(&'static str),
}

pub(crate) fn run() -> Result<ExitCode> {
    let executables = step("building the workspace", build::tests_and_binaries)?;
    Ok(match check(build::binary(&executables, SERVER)?)? {
        Outcome::Ran(tally) if tally.failed == 0 => ExitCode::SUCCESS,
        Outcome::Ran(_) => ExitCode::FAILURE,
        Outcome::NotRun(remedy) => bail!("not run: {remedy}"),
    })
}

pub(crate) fn check(server: &Path) -> Result<Outcome> {
    if folder_on_path(&["node"]).is_none() || folder_on_path(&["npm"]).is_none() {
        return Ok(Outcome::NotRun(NODE_MISSING));
    }
    let folder = workspace_root()?.join(FOLDER);
    if !is_installed(&folder) {
        step("installing the packages of the web package", || {
            install(&folder)
        })?;
    }
    let mut tally = tests(&folder, server)?;
    for script in SCRIPTS {
        eprintln!("xtask: npm run {script} …");
        tally.add(Tally::of_one(
            npm(&folder, &["run", "--silent", script])?.success(),
        ));
    }
    Ok(Outcome::Ran(tally))
}

/// npm leaves a copy of the lock file beside what it installed from it.
fn is_installed(folder: &Path) -> bool {
    let modified = |file: &str| fs::metadata(folder.join(file)).and_then(|file| file.modified());
    match (
        modified("node_modules/.package-lock.json"),
        modified("package-lock.json"),
    ) {
        (Ok(installed), Ok(locked)) => installed >= locked,
        _ => false,
    }
}

fn install(folder: &Path) -> Result<()> {
    if !npm(folder, &["ci"])?.success() {
        bail!("npm ci did not succeed");
    }
    Ok(())
}

fn npm(folder: &Path, arguments: &[&str]) -> Result<ExitStatus> {
    Command::new("npm")
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::null())
        .status()
        .context("cannot run npm")
}

fn tests(folder: &Path, server: &Path) -> Result<Tally> {
    let kept = tempfile::tempdir().context("cannot make a folder for the report")?;
    let report = kept.path().join("report.json");
    let status = Command::new(folder.join("node_modules/.bin/vitest"))
        .args(["run", "--reporter=default", "--reporter=json"])
        .arg(format!("--outputFile.json={}", report.display()))
        .current_dir(folder)
        .env("NONLINEAR_BIN", server)
        .stdin(Stdio::null())
        .status()
        .context("cannot run vitest")?;
    let mut tally = counted(&fs::read_to_string(&report).unwrap_or_default()).unwrap_or_default();
    // A run that crashed counts at least one failure, however far it came.
    if !status.success() {
        tally.failed = tally.failed.max(1);
    }
    Ok(tally)
}

/// Reads the numbers of vitest's JSON report.
fn counted(report: &str) -> Option<Tally> {
    let report: Value = serde_json::from_str(report).ok()?;
    Some(Tally {
        passed: report.get("numPassedTests")?.as_u64()?,
        failed: report.get("numFailedTests")?.as_u64()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_from_a_report() {
        let report = r#"{"numTotalTests": 5, "numPassedTests": 4, "numFailedTests": 1}"#;

        let tally = Tally {
            passed: 4,
            failed: 1,
        };
        assert_eq!(counted(report), Some(tally));
        assert_eq!(counted(""), None);
    }
}

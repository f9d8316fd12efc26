//! The web package: its types, its lints, and its tests, of which some start the built server and some a
//! browser as well.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, ExitStatus, Stdio};

use anyhow::{Context, Result, bail};

use crate::build;
use crate::report::{Ran, Tally};
use crate::shell::{folder_on_path, step, workspace_root};
use crate::web_report::{playwright, vitest};

pub(crate) const NAME: &str = "web";
/// The server that the tests start.
pub(crate) const SERVER: &str = "nonlinear";

const FOLDER: &str = "apps/web";
/// The suite that drives a real browser.
pub(crate) const BROWSER: &str = "web/browser";
const CHROMIUM: &[&str] = &["chromium", "chromium-browser", "google-chrome"];
const CHROMIUM_MISSING: &str = "no Chromium found; install it with: apt-get install chromium";
pub(crate) const NODE_MISSING: &str =
    "no node and npm found; install them with: apt-get install nodejs npm";
/// Scripts of the package that say nothing but yes or no.
const SCRIPTS: &[&str] = &["format:check", "types", "lint", "bytes"];

#[derive(Debug)]
pub(crate) enum Outcome {
    Ran(Ran),
    /// What is missing, and the command that installs it.
    NotRun(&'static str),
}

pub(crate) fn run() -> Result<ExitCode> {
    let executables = step("building the workspace", build::tests_and_binaries)?;
    let server = build::binary(&executables, SERVER)?;
    let mut failed = 0;
    for suite in [check, browse] {
        match suite(server)? {
            Outcome::Ran(ran) => {
                failed += ran.tally.failed;
                for failure in ran.failures {
                    eprintln!("xtask: failed: {failure}");
                }
            }
            Outcome::NotRun(remedy) => bail!("not run: {remedy}"),
        }
    }
    Ok(if failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

pub(crate) fn check(server: &Path) -> Result<Outcome> {
    let Some(folder) = installed()? else {
        return Ok(Outcome::NotRun(NODE_MISSING));
    };
    let mut ran = tests(&folder, server)?;
    for script in SCRIPTS {
        eprintln!("xtask: npm run {script} …");
        ran.tally.add(Tally::of_one(
            npm(&folder, &["run", "--silent", script])?.success(),
        ));
    }
    Ok(Outcome::Ran(ran))
}

/// Two people, a viewer and a killed server in a real browser.
pub(crate) fn browse(server: &Path) -> Result<Outcome> {
    let Some(folder) = installed()? else {
        return Ok(Outcome::NotRun(NODE_MISSING));
    };
    let Some((name, at)) = CHROMIUM
        .iter()
        .find_map(|name| Some((name, folder_on_path(&[name])?)))
    else {
        return Ok(Outcome::NotRun(CHROMIUM_MISSING));
    };
    let kept = tempfile::tempdir().context("cannot make a folder for the report")?;
    let report = kept.path().join("report.json");
    let status = Command::new(folder.join("node_modules/.bin/playwright"))
        .args(["test", "--project=browser", "--reporter=list,json"])
        // What passes then is reported as flaky.
        .arg("--retries=1")
        .current_dir(&folder)
        .env("NONLINEAR_BIN", server)
        .env("CHROMIUM_BIN", at.join(name))
        .env("PLAYWRIGHT_JSON_OUTPUT_FILE", &report)
        .stdin(Stdio::null())
        .status()
        .context("cannot run playwright")?;
    let report = fs::read_to_string(&report).unwrap_or_default();
    Ok(Outcome::Ran(judged(playwright(&report), status)))
}

/// The package's folder with what it needs, if Node is there.
pub(crate) fn installed() -> Result<Option<PathBuf>> {
    let folder = workspace_root()?.join(FOLDER);
    Ok(installed_in(&folder)?.then_some(folder))
}

/// Whether a folder has the packages of its lock file now; not without Node.
pub(crate) fn installed_in(folder: &Path) -> Result<bool> {
    if folder_on_path(&["node"]).is_none() || folder_on_path(&["npm"]).is_none() {
        return Ok(false);
    }
    if !is_installed(folder) {
        let doing = format!("installing the packages of {}", folder.display());
        step(&doing, || install(folder))?;
    }
    Ok(true)
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

fn tests(folder: &Path, server: &Path) -> Result<Ran> {
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
    let report = fs::read_to_string(&report).unwrap_or_default();
    Ok(judged(vitest(&report), status))
}

/// A run that crashed counts at least one failure, however far it came.
fn judged(read: Option<Ran>, status: ExitStatus) -> Ran {
    let mut ran = read.unwrap_or_default();
    if !status.success() {
        ran.tally.failed = ran.tally.failed.max(1);
    }
    ran
}

//! Python programs in environments of their own, so that nothing is installed elsewhere.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::shell::{folder_on_path, step};

pub(crate) const MISSING: &str =
    "no python3 with venv found; install it with: apt-get install python3-venv";

/// The folder of programs of an environment with these packages, installed unless they are there;
/// `None` without python3-venv.
pub(crate) fn environment(folder: &Path, packages: &[&str]) -> Result<Option<PathBuf>> {
    let programs = folder.join("bin");
    let installed = folder.join("installed");
    let wanted = packages.join("\n");
    if fs::read_to_string(&installed).is_ok_and(|packages| packages == wanted) {
        return Ok(Some(programs));
    }
    if folder_on_path(&["python3"]).is_none() {
        return Ok(None);
    }
    let venv = Command::new("python3")
        .args(["-m", "venv", "--clear"])
        .arg(folder)
        .output()?;
    if !venv.status.success() {
        eprintln!(
            "xtask: python3 -m venv: {}",
            String::from_utf8_lossy(&venv.stdout).trim()
        );
        return Ok(None);
    }
    step(&format!("installing {}", packages.join(", ")), || {
        let mut pip = Command::new(programs.join("pip"));
        pip.args(["install", "--quiet", "--disable-pip-version-check"]);
        pip.args(packages).stdin(Stdio::null());
        if !pip.status()?.success() {
            bail!("pip does not succeed");
        }
        // Written last, so that an installation that was interrupted is not taken for one.
        fs::write(&installed, &wanted).context("cannot mark the installation as complete")
    })?;
    Ok(Some(programs))
}

//! `cargo xtask lint`: everything that judges the code without running it.

use std::process::{ExitCode, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use crate::shell::cargo;

struct Check {
    name: &'static str,
    arguments: &'static [&'static str],
    variables: &'static [(&'static str, &'static str)],
}

const CHECKS: &[Check] = &[
    Check {
        name: "format",
        arguments: &["fmt", "--all", "--check"],
        variables: &[],
    },
    Check {
        name: "clippy",
        arguments: &[
            "clippy",
            "--workspace",
            "--all-targets",
            "--",
            "-D",
            "warnings",
        ],
        variables: &[],
    },
    Check {
        name: "documentation",
        arguments: &["doc", "--workspace", "--no-deps"],
        variables: &[("RUSTDOCFLAGS", "-D warnings")],
    },
];

const RING: &[&str] = &["tree", "--workspace", "-e", "normal,build", "-i", "ring"];
const DENY: &[&str] = &["deny", "check", "licenses", "bans", "sources"];
const DENY_MISSING: &str =
    "cargo-deny is not installed; install it with: cargo install cargo-deny --locked";

pub(crate) fn run() -> Result<ExitCode> {
    let mut results = Vec::new();
    for check in CHECKS {
        results.push(timed(check.name, || succeeds(check))?);
    }
    results.push(timed("one crypto provider", ring_is_absent)?);
    let has_deny = quietly(&["deny", "--version"])?.status.success();
    if has_deny {
        let deny = Check {
            name: "dependencies",
            arguments: DENY,
            variables: &[],
        };
        results.push(timed(deny.name, || succeeds(&deny))?);
    }

    println!();
    for (name, passed, elapsed) in &results {
        let verdict = if *passed { "passed" } else { "failed" };
        println!("{name:20}  {verdict}  {:7.1} s", elapsed.as_secs_f64());
    }
    if !has_deny {
        println!("not run: dependencies: {DENY_MISSING}");
    }
    let good = results.iter().all(|(_, passed, _)| *passed);
    Ok(if good {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn timed(
    name: &'static str,
    check: impl FnOnce() -> Result<bool>,
) -> Result<(&'static str, bool, Duration)> {
    eprintln!("xtask: {name} …");
    let begun = Instant::now();
    let passed = check().with_context(|| format!("cannot check {name}"))?;
    Ok((name, passed, begun.elapsed()))
}

fn succeeds(check: &Check) -> Result<bool> {
    let mut cargo = cargo()?;
    cargo
        .args(check.arguments)
        .envs(check.variables.iter().copied())
        .stdin(Stdio::null());
    Ok(cargo.status()?.success())
}

/// rustls panics at run time when both ring and aws-lc-rs are in the graph.
fn ring_is_absent() -> Result<bool> {
    let tree = quietly(RING)?;
    let errors = String::from_utf8_lossy(&tree.stderr);
    // Cargo succeeds with an empty tree for a crate that only the lock file knows, and fails for
    // one it has never heard of.
    let absent = if tree.status.success() {
        tree.stdout.trim_ascii().is_empty()
    } else {
        errors.contains("did not match any packages")
    };
    if !absent {
        eprintln!("{}{errors}", String::from_utf8_lossy(&tree.stdout));
    }
    Ok(absent)
}

fn quietly(arguments: &[&str]) -> Result<std::process::Output> {
    cargo()?
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .context("cannot run cargo")
}

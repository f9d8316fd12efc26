//! `cargo xtask test`: builds once, then runs every test executable.

use std::io::{BufRead, BufReader, IsTerminal, Write, stdout};
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail};

use crate::api_fuzz::{self, Outcome};
use crate::build::{self, Executable};
use crate::report::{Report, Tally};
use crate::services::{self, Durability, POSTGRES_MISSING, REDIS_MISSING};
use crate::shell::step;
use crate::web;

/// Packages whose tests run a second time, on Postgres.
const POSTGRES_PACKAGES: &[&str] = &["it", "migration"];

const API_FUZZ_EXAMPLES: u32 = 10;

#[derive(Debug, Default)]
pub(crate) struct Options {
    all: bool,
    long: bool,
    filters: Vec<String>,
}

impl Options {
    pub(crate) fn parse(arguments: &[&str]) -> Result<Self> {
        let mut options = Self::default();
        for argument in arguments {
            match *argument {
                "--all" => options.all = true,
                "--long" => options.long = true,
                unknown if unknown.starts_with('-') => bail!("unknown: {unknown}"),
                filter => options.filters.push(filter.to_owned()),
            }
        }
        Ok(options)
    }
}

/// The services every run shares.
struct Surroundings<'a> {
    options: &'a Options,
    redis_url: Option<&'a str>,
}

pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    let executables = step(
        "building the workspace and its tests",
        build::tests_and_binaries,
    )?;
    let postgres = services::postgres(Durability::None)?;
    let redis = services::redis()?;
    let mut report = Report::default();
    let redis_url = redis.as_ref().map(|redis| redis.url.as_str());
    let surroundings = Surroundings { options, redis_url };

    let tests = || executables.iter().filter(|executable| executable.is_test);
    for test in tests() {
        surroundings.run(test, None, &mut report)?;
    }
    if let Some(postgres) = &postgres {
        for test in tests().filter(|test| POSTGRES_PACKAGES.contains(&test.package())) {
            surroundings.run(test, Some(&postgres.url), &mut report)?;
        }
    } else {
        report.add_not_run("the suite on Postgres", POSTGRES_MISSING);
    }
    if redis.is_none() {
        report.add_not_run("the tests of the Redis bus", REDIS_MISSING);
    }
    // A filter asks for certain tests, and these suites are run whole.
    if options.filters.is_empty() {
        let server = build::binary(&executables, web::SERVER)?;
        run_web(web::NAME, web::check, server, &mut report);
        run_web(web::BROWSER, web::browse, server, &mut report);
        if options.all {
            fuzz_api(&executables, &mut report)?;
        }
    }

    println!("\n{report}");
    let good = report.total().failed == 0 && (report.is_complete() || !options.all);
    Ok(if good {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

impl Surroundings<'_> {
    /// Runs one executable as cargo would, on SQLite unless there is a `postgres_url`.
    fn run(
        &self,
        test: &Executable,
        postgres_url: Option<&str>,
        report: &mut Report,
    ) -> Result<()> {
        let database = if postgres_url.is_some() {
            "postgres"
        } else {
            "sqlite"
        };
        let suite = if test.target == test.package() {
            test.target.clone()
        } else {
            format!("{}/{}", test.package(), test.target)
        };
        eprintln!("xtask: testing {suite} on {database} …");

        let mut command = Command::new(&test.path);
        command
            .args(&self.options.filters)
            .current_dir(&test.package_folder);
        command
            .env("CARGO_MANIFEST_DIR", &test.package_folder)
            .env("TEST_DATABASE", database);
        set(&mut command, "TEST_DATABASE_URL", postgres_url);
        set(&mut command, "TEST_REDIS_URL", self.redis_url);
        if self.options.long {
            command.env("TEST_LONG", "1");
        }
        let begun = Instant::now();
        let tally = tally(command).with_context(|| format!("cannot run the tests of {suite}"))?;
        report.add(suite, database, tally, begun.elapsed());
        Ok(())
    }
}

fn set(command: &mut Command, name: &str, value: Option<&str>) {
    match value {
        Some(value) => command.env(name, value),
        None => command.env_remove(name),
    };
}

/// Passes the output on while it comes, and keeps what libtest counted.
fn tally(mut command: Command) -> Result<Tally> {
    if stdout().is_terminal() {
        command.arg("--color=always");
    }
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut output = BufReader::new(child.stdout.take().context("no standard output")?);
    let mut counted = None;
    let mut line = Vec::new();
    while output.read_until(b'\n', &mut line)? > 0 {
        stdout().write_all(&line)?;
        counted = Tally::from_result_line(&String::from_utf8_lossy(&line)).or(counted);
        line.clear();
    }
    let status = child.wait()?;
    if counted.is_none() {
        eprintln!("xtask: no result: the executable ended with {status}");
    }
    let mut tally = counted.unwrap_or_default();
    // An executable that crashed counts at least one failure, however far it came.
    if !status.success() {
        tally.failed = tally.failed.max(1);
    }
    Ok(tally)
}

fn run_web(
    suite: &'static str,
    run: impl Fn(&Path) -> Result<web::Outcome>,
    server: &Path,
    report: &mut Report,
) {
    eprintln!("xtask: testing {suite} …");
    let begun = Instant::now();
    let tally = match run(server) {
        Ok(web::Outcome::NotRun(remedy)) => {
            report.add_not_run(suite, remedy);
            return;
        }
        Ok(web::Outcome::Ran(tally)) => tally,
        // The table still has to say how the other suites ended.
        Err(error) => {
            eprintln!("xtask: {error:#}");
            Tally::of_one(false)
        }
    };
    report.add(suite.to_owned(), "sqlite", tally, begun.elapsed());
}

fn fuzz_api(executables: &[Executable], report: &mut Report) -> Result<()> {
    let begun = Instant::now();
    let server = build::binary(executables, api_fuzz::SERVER)?;
    let passed = match api_fuzz::fuzz(server, API_FUZZ_EXAMPLES) {
        Ok(Outcome::NotRun(remedy)) => {
            report.add_not_run(api_fuzz::NAME, remedy);
            return Ok(());
        }
        Ok(Outcome::Passed) => true,
        Ok(Outcome::Failed) => false,
        // The table still has to say how the other suites ended.
        Err(error) => {
            eprintln!("xtask: {error:#}");
            false
        }
    };
    report.add(
        api_fuzz::NAME.to_owned(),
        "sqlite",
        Tally::of_one(passed),
        begun.elapsed(),
    );
    Ok(())
}

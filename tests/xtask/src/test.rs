//! `cargo xtask test`: builds once, then runs every test executable that has a test to run.

use std::path::Path;
use std::process::{Command, ExitCode};
use std::time::Instant;

use anyhow::{Context, Result, bail};

use crate::api_fuzz::{self, Outcome};
use crate::build::{self, Executable};
use crate::clients;
use crate::libtest;
use crate::report::{FLAKY_MAX, Ran, Report, Tally};
use crate::services::{self, Durability, POSTGRES_MISSING, REDIS_MISSING, Service};
use crate::shell::step;
use crate::web;

/// Packages whose tests run a second time, on Postgres.
const POSTGRES_PACKAGES: &[&str] = &["it", "migration"];
/// Packages with tests that speak to Redis.
const REDIS_PACKAGES: &[&str] = &["it"];

const API_FUZZ_EXAMPLES: u32 = 10;

/// How long each fuzz target runs, in the variable that bolero reads.
const FUZZ_TIME: &str = "BOLERO_RANDOM_TEST_TIME_MS";
const FUZZ_MS: &str = "5000";
const FUZZ_LONG_MS: &str = "60000";

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

/// An executable and the names of its tests that the filters let pass.
struct Suite<'a> {
    executable: &'a Executable,
    tests: Vec<String>,
}

/// What every run shares.
struct Surroundings<'a> {
    options: &'a Options,
    redis_url: Option<&'a str>,
}

pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    let executables = step(
        "building the workspace and its tests",
        build::tests_and_binaries,
    )?;
    let suites = suites(&executables, &options.filters)?;
    if suites.is_empty() {
        bail!("no test has {} in its name", options.filters.join(" or "));
    }
    let mut report = Report::default();
    run_suites(&suites, options, &mut report)?;
    // A filter asks for certain tests, and these suites are run whole.
    if options.filters.is_empty() {
        let server = build::binary(&executables, web::SERVER)?;
        run_web(web::NAME, web::check, server, &mut report);
        run_web(web::BROWSER, web::browse, server, &mut report);
        if options.all {
            let server = build::binary(&executables, api_fuzz::SERVER)?;
            run_whole(clients::NAME, || clients::check(server), &mut report);
            let fuzz = || api_fuzz::fuzz(server, API_FUZZ_EXAMPLES);
            run_whole(api_fuzz::NAME, fuzz, &mut report);
        }
    }

    println!("\n{report}");
    let good = report.is_good() && (report.is_complete() || !options.all);
    Ok(if good {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// The executables with a test that the filters let pass.
fn suites<'a>(executables: &'a [Executable], filters: &[String]) -> Result<Vec<Suite<'a>>> {
    let mut suites = Vec::new();
    for executable in executables.iter().filter(|executable| executable.is_test) {
        let tests = libtest::list(command(executable, filters))
            .with_context(|| format!("cannot list the tests of {}", executable.path.display()))?;
        if !tests.is_empty() {
            suites.push(Suite { executable, tests });
        }
    }
    Ok(suites)
}

/// Runs the suites on SQLite, then those that store something on Postgres, with the services they need.
fn run_suites(suites: &[Suite<'_>], options: &Options, report: &mut Report) -> Result<()> {
    let postgres = service_for(suites, POSTGRES_PACKAGES, || {
        services::postgres(Durability::None)
    })?;
    let redis = service_for(suites, REDIS_PACKAGES, services::redis)?;
    if let Needed::Missing = postgres {
        report.add_not_run("the suite on Postgres", POSTGRES_MISSING);
    }
    if let Needed::Missing = redis {
        report.add_not_run("the tests of the Redis bus", REDIS_MISSING);
    }
    let redis_url = redis.url();
    let surroundings = Surroundings { options, redis_url };
    for suite in suites {
        surroundings.run(suite, None, report)?;
    }
    if let Some(url) = postgres.url() {
        for suite in suites.iter().filter(|suite| suite.is_in(POSTGRES_PACKAGES)) {
            surroundings.run(suite, Some(url), report)?;
        }
    }
    Ok(())
}

enum Needed {
    No,
    Missing,
    Runs(Service),
}

impl Needed {
    fn url(&self) -> Option<&str> {
        match self {
            Self::No | Self::Missing => None,
            Self::Runs(service) => Some(&service.url),
        }
    }
}

/// Starts a service if there is a test to run in one of the packages that use it.
fn service_for(
    suites: &[Suite<'_>],
    packages: &[&str],
    start: impl FnOnce() -> Result<Option<Service>>,
) -> Result<Needed> {
    if !suites.iter().any(|suite| suite.is_in(packages)) {
        return Ok(Needed::No);
    }
    Ok(start()?.map_or(Needed::Missing, Needed::Runs))
}

/// An executable as cargo would call it.
fn command(executable: &Executable, filters: &[String]) -> Command {
    let mut command = Command::new(&executable.path);
    command
        .args(filters)
        .current_dir(&executable.package_folder)
        .env("CARGO_MANIFEST_DIR", &executable.package_folder);
    command
}

impl Suite<'_> {
    fn is_in(&self, packages: &[&str]) -> bool {
        packages.contains(&self.executable.package())
    }

    fn name(&self) -> String {
        let (package, target) = (self.executable.package(), &self.executable.target);
        if target == package {
            target.clone()
        } else {
            format!("{package}/{target}")
        }
    }
}

impl Surroundings<'_> {
    /// Runs one suite, on SQLite unless there is a `postgres_url`.
    fn run(
        &self,
        suite: &Suite<'_>,
        postgres_url: Option<&str>,
        report: &mut Report,
    ) -> Result<()> {
        let database = database(postgres_url);
        let name = suite.name();
        eprintln!("xtask: testing {name} on {database} …");

        let begun = Instant::now();
        let command = self.command(suite, postgres_url);
        let mut ran = libtest::run(command, &suite.tests)
            .with_context(|| format!("cannot run the tests of {name}"))?;
        // Whoever asks for certain tests wants to see how they fail.
        if self.options.filters.is_empty() && ran.failures.len() <= FLAKY_MAX {
            self.try_again(suite, postgres_url, &mut ran)?;
        }
        report.add(name, database, ran, begun.elapsed());
        Ok(())
    }

    /// Runs the tests that failed once more, each alone.
    fn try_again(
        &self,
        suite: &Suite<'_>,
        postgres_url: Option<&str>,
        ran: &mut Ran,
    ) -> Result<()> {
        for failure in std::mem::take(&mut ran.failures) {
            eprintln!("xtask: {} failed; once more, alone …", failure.name);
            let mut command = self.command(suite, postgres_url);
            command.args(["--exact", &failure.name]);
            let again = libtest::run(command, std::slice::from_ref(&failure.name))?;
            if again.tally == Tally::of_one(true) {
                ran.found_flaky(failure);
            } else {
                ran.failures.push(failure);
            }
        }
        Ok(())
    }

    fn command(&self, suite: &Suite<'_>, postgres_url: Option<&str>) -> Command {
        let mut command = command(suite.executable, &self.options.filters);
        command.env("TEST_DATABASE", database(postgres_url));
        set(&mut command, "TEST_DATABASE_URL", postgres_url);
        set(&mut command, "TEST_REDIS_URL", self.redis_url);
        command.env(FUZZ_TIME, FUZZ_MS);
        if self.options.long {
            command.env("TEST_LONG", "1").env(FUZZ_TIME, FUZZ_LONG_MS);
        }
        command
    }
}

fn database(postgres_url: Option<&str>) -> &'static str {
    if postgres_url.is_some() {
        "postgres"
    } else {
        "sqlite"
    }
}

fn set(command: &mut Command, name: &str, value: Option<&str>) {
    match value {
        Some(value) => command.env(name, value),
        None => command.env_remove(name),
    };
}

fn run_web(
    suite: &'static str,
    run: impl Fn(&Path) -> Result<web::Outcome>,
    server: &Path,
    report: &mut Report,
) {
    eprintln!("xtask: testing {suite} …");
    let begun = Instant::now();
    let ran = match run(server) {
        Ok(web::Outcome::NotRun(remedy)) => {
            report.add_not_run(suite, remedy);
            return;
        }
        Ok(web::Outcome::Ran(ran)) => ran,
        // The table still has to say how the other suites ended.
        Err(error) => {
            eprintln!("xtask: {error:#}");
            Ran::from(Tally::of_one(false))
        }
    };
    report.add(suite.to_owned(), "sqlite", ran, begun.elapsed());
}

/// Runs what passes or fails as one.
fn run_whole(suite: &'static str, run: impl FnOnce() -> Result<Outcome>, report: &mut Report) {
    let begun = Instant::now();
    let passed = match run() {
        Ok(Outcome::NotRun(remedy)) => {
            report.add_not_run(suite, remedy);
            return;
        }
        Ok(Outcome::Passed) => true,
        Ok(Outcome::Failed) => false,
        // The table still has to say how the other suites ended.
        Err(error) => {
            eprintln!("xtask: {error:#}");
            false
        }
    };
    let ran = Ran::from(Tally::of_one(passed));
    report.add(suite.to_owned(), "sqlite", ran, begun.elapsed());
}

//! An executable of Rust's own test harness: which tests are in it, how they ended, and how long each took.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, IsTerminal, Write, stdout};
use std::process::{Command, Stdio};
use std::thread::available_parallelism;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::report::{Failure, Ran, Tally, Timed};
use crate::shell::variable;

/// The names of the tests that `command` would run, in the order in which it begins them.
pub(crate) fn list(mut command: Command) -> Result<Vec<String>> {
    command.args(["--list", "--format=terse"]);
    let listed = command
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()?;
    if !listed.status.success() {
        bail!("the executable lists no tests: {}", listed.status);
    }
    let listed = String::from_utf8_lossy(&listed.stdout);
    let names = listed
        .lines()
        .filter_map(|line| line.strip_suffix(": test"));
    Ok(names.map(str::to_owned).collect())
}

/// Runs the tests of a list. Passes the output on while it comes, and keeps what it says.
pub(crate) fn run(mut command: Command, names: &[String]) -> Result<Ran> {
    let at_once = tests_at_once()?;
    command.arg(format!("--test-threads={at_once}"));
    if stdout().is_terminal() {
        command.arg("--color=always");
    }
    let begun = Instant::now();
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut output = BufReader::new(child.stdout.take().context("no standard output")?);
    let mut counted = None;
    let mut ends = Vec::new();
    let mut failures = Failures::default();
    let mut line = Vec::new();
    while output.read_until(b'\n', &mut line)? > 0 {
        stdout().write_all(&line)?;
        let said = String::from_utf8_lossy(&line);
        counted = Tally::from_result_line(&said).or(counted);
        ends.extend(ended(&said).map(|name| (name.to_owned(), begun.elapsed())));
        failures.read(&said);
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
    Ok(Ran {
        tally,
        times: times(names, &ends, at_once),
        failures: failures.read,
        flaky: Vec::new(),
    })
}

/// What tests that failed said, as the harness prints it when the others have ended.
#[derive(Default)]
struct Failures {
    read: Vec<Failure>,
    /// Whether the lines that come are what the newest one said.
    is_open: bool,
}

impl Failures {
    fn read(&mut self, line: &str) {
        let line = line.trim_end();
        if let Some(name) = said_by(line) {
            self.read.push(Failure::of(name));
            self.is_open = true;
        } else if line == "failures:" || line == "stack backtrace:" {
            self.is_open = false;
        } else if let Some(newest) = self.read.last_mut().filter(|_| self.is_open) {
            newest.say(line);
        }
    }
}

/// The test whose output follows a line such as `---- a::b stdout ----`.
fn said_by(line: &str) -> Option<&str> {
    line.strip_prefix("---- ")?.strip_suffix(" stdout ----")
}

/// Most tests wait for a server most of their time: so many a core keep it busy.
const TESTS_A_CORE: usize = 3;

fn tests_at_once() -> Result<usize> {
    match variable("RUST_TEST_THREADS") {
        Some(count) => count.parse().context("RUST_TEST_THREADS"),
        None => available_parallelism().map_or(Ok(1), |cores| Ok(cores.get() * TESTS_A_CORE)),
    }
}

/// The test of which a line says how it ended, such as `test a::b ... ok`.
fn ended(line: &str) -> Option<&str> {
    let (name, _) = line.strip_prefix("test ")?.split_once(" ... ")?;
    Some(name.trim_end_matches(" - should panic"))
}

/// The harness says when a test ends, not when it begins. But it begins them in the order of its
/// list, the first ones at once, and each other one as soon as a test has ended.
fn times(names: &[String], ends: &[(String, Duration)], at_once: usize) -> Vec<Timed> {
    let begins = std::iter::repeat_n(Duration::ZERO, at_once).chain(ends.iter().map(|(_, at)| *at));
    let begins: HashMap<&str, Duration> = names.iter().map(String::as_str).zip(begins).collect();
    let time = |(name, end): &(String, Duration)| {
        let begin = begins.get(name.as_str())?;
        Some(Timed {
            name: name.clone(),
            elapsed: end.saturating_sub(*begin),
        })
    };
    ends.iter().filter_map(time).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_names_the_test_that_ended() {
        assert_eq!(ended("test a::b ... \u{1b}[32mok\n"), Some("a::b"));
        assert_eq!(ended("test a::c - should panic ... ok\n"), Some("a::c"));
        let still = "test a::d has been running for over 60 seconds\n";
        assert_eq!(ended(still), None);
    }

    #[test]
    fn what_failed_tests_said_is_read_without_where_they_came_from() {
        let mut failures = Failures::default();
        for line in [
            "test a ... FAILED",
            "failures:",
            "",
            "---- a stdout ----",
            "thread 'a' panicked at a.rs:1:1:",
            "stack backtrace:",
            "   0: somewhere",
            "---- b stdout ----",
            "wrong",
            "failures:",
            "    a",
            "    b",
            "test result: FAILED. 0 passed; 2 failed",
        ] {
            failures.read(line);
        }

        let mut a = Failure::of("a");
        a.say("thread 'a' panicked at a.rs:1:1:");
        let mut b = Failure::of("b");
        b.say("wrong");
        assert_eq!(failures.read, [a, b]);
    }

    #[test]
    fn a_test_begins_when_one_before_it_has_ended() {
        let names = ["a", "b", "c", "d"].map(str::to_owned);
        let second = Duration::from_secs;
        // Two at once: c follows b, and d follows c.
        let ends = [("b", 1), ("c", 4), ("a", 5), ("d", 6)]
            .map(|(name, at)| (name.to_owned(), second(at)));

        let times = times(&names, &ends, 2);

        let times: Vec<_> = times
            .iter()
            .map(|test| (test.name.as_str(), test.elapsed.as_secs()))
            .collect();
        assert_eq!(times, [("b", 1), ("c", 3), ("a", 5), ("d", 2)]);
    }
}

//! What ran, how it ended, and what could not run.

use std::fmt;
use std::time::Duration;

/// How many of the slowest tests a report names.
const SLOWEST_MAX: usize = 20;
/// A test that is faster is not worth a line.
const SLOW: Duration = Duration::from_millis(500);

/// How many tests of a run may fail beside others and pass when they are tried again. Each is a bug
/// to mend, but no reason to hold up what has nothing to do with it.
pub(crate) const FLAKY_MAX: usize = 2;

/// How many tests of one suite passed and failed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
}

impl Tally {
    pub(crate) fn of_one(passed: bool) -> Self {
        Self {
            passed: u64::from(passed),
            failed: u64::from(!passed),
        }
    }

    /// Reads libtest's `test result: ok. 3 passed; 0 failed; …`, coloured or not.
    pub(crate) fn from_result_line(line: &str) -> Option<Self> {
        let counts = line.trim_start().strip_prefix("test result:")?;
        let words: Vec<&str> = counts.split_whitespace().collect();
        let count = |label: &str| {
            words.windows(2).find_map(|pair| match pair {
                [number, word] if *word == label => number.parse().ok(),
                _ => None,
            })
        };
        Some(Self {
            passed: count("passed;")?,
            failed: count("failed;")?,
        })
    }

    pub(crate) fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }

    pub(crate) fn is_empty(self) -> bool {
        self == Self::default()
    }
}

/// A test and how long it took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Timed {
    pub(crate) name: String,
    pub(crate) elapsed: Duration,
}

/// How much of one failure is said again at the end of all, where it is found at once.
const FAILURE_LINES_MAX: usize = 12;
const FAILURE_LINE_CHARS_MAX: usize = 400;

/// A test that failed, and what it said or left behind, such as a trace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) name: String,
    said: Vec<String>,
}

impl Failure {
    pub(crate) fn of(name: &str) -> Self {
        let (name, said) = (name.to_owned(), Vec::new());
        Self { name, said }
    }

    /// Keeps a line, without its end if it is very long; of very many lines the first ones.
    pub(crate) fn say(&mut self, line: &str) {
        if self.said.len() < FAILURE_LINES_MAX && !line.trim().is_empty() {
            self.said
                .push(line.chars().take(FAILURE_LINE_CHARS_MAX).collect());
        }
    }

    pub(crate) fn says_something(&self) -> bool {
        !self.said.is_empty()
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        self.said
            .iter()
            .try_for_each(|line| write!(f, "\n    {line}"))
    }
}

/// What came of one suite.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Ran {
    pub(crate) tally: Tally,
    pub(crate) times: Vec<Timed>,
    /// What is known of the tests that failed.
    pub(crate) failures: Vec<Failure>,
    /// How tests failed that passed when they were tried again.
    pub(crate) flaky: Vec<Failure>,
}

impl Ran {
    /// A test that was counted as failed has passed when it was tried again.
    pub(crate) fn found_flaky(&mut self, failure: Failure) {
        self.tally.failed = self.tally.failed.saturating_sub(1);
        self.tally.passed += 1;
        self.flaky.push(failure);
    }
}

impl From<Tally> for Ran {
    fn from(tally: Tally) -> Self {
        Self {
            tally,
            ..Self::default()
        }
    }
}

#[derive(Debug, Default)]
pub(crate) struct Report {
    suites: Vec<Suite>,
    /// Of all suites.
    times: Vec<Timed>,
    failures: Vec<Failure>,
    flaky: Vec<Failure>,
    not_run: Vec<String>,
}

#[derive(Debug)]
struct Suite {
    name: String,
    database: &'static str,
    tally: Tally,
    elapsed: Duration,
}

impl Report {
    /// Suites without a test, or without one that the filter lets pass, are left out.
    pub(crate) fn add(
        &mut self,
        name: String,
        database: &'static str,
        ran: Ran,
        elapsed: Duration,
    ) {
        let slow = ran.times.into_iter().filter(|test| test.elapsed >= SLOW);
        self.times.extend(slow.map(|test| Timed {
            name: format!("{name} on {database}: {}", test.name),
            elapsed: test.elapsed,
        }));
        let of_suite = |failure: Failure| Failure {
            name: format!("{name} on {database}: {}", failure.name),
            ..failure
        };
        self.failures
            .extend(ran.failures.into_iter().map(&of_suite));
        self.flaky.extend(ran.flaky.into_iter().map(&of_suite));
        if !ran.tally.is_empty() {
            self.suites.push(Suite {
                name,
                database,
                tally: ran.tally,
                elapsed,
            });
        }
    }

    fn slowest(&self) -> Vec<&Timed> {
        let mut times: Vec<&Timed> = self.times.iter().collect();
        times.sort_by_key(|test| std::cmp::Reverse(test.elapsed));
        times.truncate(SLOWEST_MAX);
        times
    }

    /// `what` could not run; `remedy` says why, and the command that installs what is missing.
    pub(crate) fn add_not_run(&mut self, what: &str, remedy: &str) {
        self.not_run.push(format!("{what}: {remedy}"));
    }

    /// Whether no test failed, and few only at their first try.
    pub(crate) fn is_good(&self) -> bool {
        self.total().failed == 0 && self.flaky.len() <= FLAKY_MAX
    }

    pub(crate) fn is_complete(&self) -> bool {
        self.not_run.is_empty()
    }

    pub(crate) fn total(&self) -> Tally {
        Tally {
            passed: self.suites.iter().map(|suite| suite.tally.passed).sum(),
            failed: self.suites.iter().map(|suite| suite.tally.failed).sum(),
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self
            .suites
            .iter()
            .map(|suite| suite.name.len())
            .max()
            .unwrap_or(0)
            .max(5);
        let slowest = self.slowest();
        if !slowest.is_empty() {
            writeln!(f, "seconds  the slowest tests")?;
        }
        for Timed { name, elapsed } in slowest {
            writeln!(f, "{:7.1}  {name}", elapsed.as_secs_f64())?;
        }
        writeln!(f, "{:width$}  database  passed  failed  seconds", "suite")?;
        for Suite {
            name,
            database,
            tally: Tally { passed, failed },
            elapsed,
        } in &self.suites
        {
            let seconds = elapsed.as_secs_f64();
            writeln!(
                f,
                "{name:width$}  {database:8}  {passed:6}  {failed:6}  {seconds:7.1}"
            )?;
        }
        let Tally { passed, failed } = self.total();
        write!(f, "{passed} passed, {failed} failed")?;
        for failure in &self.flaky {
            write!(f, "\nflaky, a bug: {failure}")?;
        }
        for failure in &self.failures {
            write!(f, "\nfailed: {failure}")?;
        }
        self.not_run
            .iter()
            .try_for_each(|what| write!(f, "\nnot run: {what}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_read_from_a_plain_result_line() {
        let line =
            "test result: FAILED. 12 passed; 3 failed; 0 ignored; 0 measured; 1 filtered out";

        assert_eq!(
            Tally::from_result_line(line),
            Some(Tally {
                passed: 12,
                failed: 3
            })
        );
    }

    #[test]
    fn counts_are_read_from_a_coloured_result_line() {
        let line = "test result: \u{1b}[32mok\u{1b}(B\u{1b}[m. 1 passed; 0 failed; 0 ignored";

        assert_eq!(
            Tally::from_result_line(line),
            Some(Tally {
                passed: 1,
                failed: 0
            })
        );
    }

    #[test]
    fn other_lines_count_nothing() {
        assert_eq!(Tally::from_result_line("test a_test_passed; ... ok"), None);
    }

    #[test]
    fn what_a_failed_test_said_is_kept_up_to_a_limit() {
        let mut failure = Failure::of("a");
        failure.say(&"x".repeat(FAILURE_LINE_CHARS_MAX + 1));
        for _ in 0..FAILURE_LINES_MAX {
            failure.say("");
            failure.say("more");
        }

        assert_eq!(failure.said.len(), FAILURE_LINES_MAX);
        assert_eq!(failure.said[0], "x".repeat(FAILURE_LINE_CHARS_MAX));
    }

    #[test]
    fn few_flaky_tests_are_no_failure_and_more_are() {
        let mut report = Report::default();
        for index in 0..=FLAKY_MAX {
            assert!(report.is_good());
            let mut ran = Ran::from(Tally::of_one(false));
            ran.found_flaky(Failure::of(&index.to_string()));
            report.add("it".to_owned(), "sqlite", ran, Duration::ZERO);
        }

        assert_eq!(report.total().failed, 0);
        assert!(!report.is_good());
    }

    #[test]
    fn a_report_ends_with_the_total_and_what_was_not_run() {
        let mut report = Report::default();
        let timed = |name: &str, millis: u64| Timed {
            name: name.to_owned(),
            elapsed: Duration::from_millis(millis),
        };
        let mut failure = Failure::of("a");
        failure.say("panicked");
        let mut ran = Ran {
            tally: Tally {
                passed: 1,
                failed: 2,
            },
            times: vec![timed("a", 600), timed("b", 900), timed("c", 10)],
            failures: vec![failure],
            flaky: Vec::new(),
        };
        ran.found_flaky(Failure::of("b"));
        report.add("it".to_owned(), "sqlite", ran, Duration::from_millis(1500));
        report.add("graph".to_owned(), "", Ran::default(), Duration::ZERO);
        report.add_not_run("the suite on Postgres", "no initdb found");

        let lines = report.to_string();
        let lines: Vec<&str> = lines.lines().collect();

        assert_eq!(
            lines,
            [
                "seconds  the slowest tests",
                "    0.9  it on sqlite: b",
                "    0.6  it on sqlite: a",
                "suite  database  passed  failed  seconds",
                "it     sqlite         2       1      1.5",
                "2 passed, 1 failed",
                "flaky, a bug: it on sqlite: b",
                "failed: it on sqlite: a",
                "    panicked",
                "not run: the suite on Postgres: no initdb found",
            ]
        );
    }
}

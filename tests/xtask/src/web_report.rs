//! What the two test runners of the web package say in their JSON reports.

use std::time::Duration;

use serde_json::Value;

use crate::report::{Failure, Ran, Tally, Timed};

/// Reads vitest's report.
pub(crate) fn vitest(report: &str) -> Option<Ran> {
    let report: Value = serde_json::from_str(report).ok()?;
    let number = |name: &str| report.get(name)?.as_u64();
    let tests = || each(&report, "testResults").flat_map(|file| each(file, "assertionResults"));
    Some(Ran {
        tally: Tally {
            passed: number("numPassedTests")?,
            failed: number("numFailedTests")?,
        },
        times: tests()
            .filter_map(|test| {
                let name = test.get("fullName")?.as_str()?.to_owned();
                let elapsed = milliseconds(test.get("duration")?)?;
                Some(Timed { name, elapsed })
            })
            .collect(),
        failures: tests().filter_map(broken).collect(),
        flaky: Vec::new(),
    })
}

/// What a test of vitest says went wrong.
fn broken(test: &Value) -> Option<Failure> {
    let mut failure = Failure::of(test.get("fullName")?.as_str()?);
    let messages = each(test, "failureMessages").filter_map(Value::as_str);
    for line in messages.flat_map(str::lines) {
        failure.say(&without_colors(line));
    }
    failure.says_something().then_some(failure)
}

/// Reads Playwright's report.
pub(crate) fn playwright(report: &str) -> Option<Ran> {
    let report: Value = serde_json::from_str(report).ok()?;
    let number = |name: &str| report.get("stats")?.get(name)?.as_u64();
    let mut ran = Ran::from(Tally {
        passed: number("expected")? + number("flaky")?,
        failed: number("unexpected")?,
    });
    for suite in each(&report, "suites") {
        read_suite(suite, &mut ran);
    }
    Some(ran)
}

/// A file or a `describe`, with those inside of it.
fn read_suite(suite: &Value, ran: &mut Ran) {
    for inner in each(suite, "suites") {
        read_suite(inner, ran);
    }
    for spec in each(suite, "specs") {
        let name = spec.get("title").and_then(Value::as_str).unwrap_or("?");
        for test in each(spec, "tests") {
            read_test(name, test, ran);
        }
    }
}

fn read_test(name: &str, test: &Value, ran: &mut Ran) {
    let is_flaky = test.get("status").is_some_and(|status| status == "flaky");
    for result in each(test, "results") {
        let elapsed = result.get("duration").and_then(milliseconds);
        ran.times.extend(elapsed.map(|elapsed| Timed {
            name: name.to_owned(),
            elapsed,
        }));
        let failures = if is_flaky {
            &mut ran.flaky
        } else {
            &mut ran.failures
        };
        failures.extend(failure(name, result));
    }
}

/// What a result of Playwright says went wrong, and where its trace is.
fn failure(name: &str, result: &Value) -> Option<Failure> {
    let mut failure = Failure::of(name);
    let traces = each(result, "attachments")
        .filter(|attachment| attachment.get("name").is_some_and(|kind| kind == "trace"))
        .filter_map(|attachment| attachment.get("path")?.as_str());
    for path in traces {
        failure.say(&format!("see: npx playwright show-trace {path}"));
    }
    let errors = each(result, "errors").filter_map(|error| error.get("message")?.as_str());
    for line in errors.flat_map(str::lines) {
        failure.say(&without_colors(line));
    }
    failure.says_something().then_some(failure)
}

/// A line without the codes that color it on a terminal.
fn without_colors(line: &str) -> String {
    let mut pieces = line.split("\u{1b}[");
    let first = pieces.next().unwrap_or_default();
    let rest = pieces.map(|piece| piece.split_once('m').map_or(piece, |(_, text)| text));
    std::iter::once(first).chain(rest).collect()
}

fn each<'a>(of: &'a Value, list: &str) -> impl Iterator<Item = &'a Value> {
    let list = of.get(list).and_then(Value::as_array);
    list.into_iter().flatten()
}

fn milliseconds(value: &Value) -> Option<Duration> {
    Duration::try_from_secs_f64(value.as_f64()? / 1000.0).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn timed(name: &str, millis: u64) -> Timed {
        Timed {
            name: name.to_owned(),
            elapsed: Duration::from_millis(millis),
        }
    }

    #[test]
    fn numbers_and_times_are_read_from_vitest() {
        let report = r#"{"numTotalTests": 5, "numPassedTests": 4, "numFailedTests": 1, "testResults": [
            {"assertionResults": [{"fullName": "a queue keeps", "duration": 12},
                                  {"fullName": "a queue ends", "failureMessages": ["it does not"]}]}]}"#;

        let ran = vitest(report).unwrap();

        let tally = Tally {
            passed: 4,
            failed: 1,
        };
        assert_eq!(ran.tally, tally);
        assert_eq!(ran.times, [timed("a queue keeps", 12)]);
        let mut failure = Failure::of("a queue ends");
        failure.say("it does not");
        assert_eq!(ran.failures, [failure]);
        assert_eq!(vitest(""), None);
    }

    #[test]
    fn playwright_says_what_went_wrong_and_where_the_trace_is() {
        let report = r#"{"stats": {"expected": 4, "unexpected": 1, "flaky": 1, "skipped": 0}, "suites": [
            {"suites": [{"specs": [{"title": "two people", "tests": [{"status": "unexpected", "results": [
                {"duration": 900, "errors": [{"message": "\u001b[31mnot\u001b[39m seen\n\nin time"}],
                 "attachments": [{"name": "trace", "path": "out/trace.zip"},
                                                  {"name": "screenshot", "path": "out/1.png"}]}]}]}]}],
             "specs": [{"title": "one alone", "tests": [{"status": "flaky", "results": [
                {"duration": 500, "errors": [{"message": "late"}]}, {"duration": 400}]}]}]}]}"#;

        let ran = playwright(report).unwrap();

        let tally = Tally {
            passed: 5,
            failed: 1,
        };
        assert_eq!(ran.tally, tally);
        let times = [
            timed("two people", 900),
            timed("one alone", 500),
            timed("one alone", 400),
        ];
        assert_eq!(ran.times, times);
        let mut failure = Failure::of("two people");
        failure.say("see: npx playwright show-trace out/trace.zip");
        failure.say("not seen");
        failure.say("in time");
        assert_eq!(ran.failures, [failure]);
        let mut flaky = Failure::of("one alone");
        flaky.say("late");
        assert_eq!(ran.flaky, [flaky]);
        assert_eq!(playwright(""), None);
    }
}

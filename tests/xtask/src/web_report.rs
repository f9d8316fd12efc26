//! What the two test runners of the web package say in their JSON reports.

use std::time::Duration;

use serde_json::Value;

use crate::report::{Ran, Tally, Timed};

/// Reads vitest's report.
pub(crate) fn vitest(report: &str) -> Option<Ran> {
    let report: Value = serde_json::from_str(report).ok()?;
    let number = |name: &str| report.get(name)?.as_u64();
    let tests = each(&report, "testResults").flat_map(|file| each(file, "assertionResults"));
    Some(Ran {
        tally: Tally {
            passed: number("numPassedTests")?,
            failed: number("numFailedTests")?,
        },
        times: tests
            .filter_map(|test| {
                let name = test.get("fullName")?.as_str()?.to_owned();
                let elapsed = milliseconds(test.get("duration")?)?;
                Some(Timed { name, elapsed })
            })
            .collect(),
        ..Ran::default()
    })
}

/// Reads Playwright's report. What passes only when it is tried again has failed.
pub(crate) fn playwright(report: &str) -> Option<Ran> {
    let report: Value = serde_json::from_str(report).ok()?;
    let number = |name: &str| report.get("stats")?.get(name)?.as_u64();
    let mut ran = Ran::from(Tally {
        passed: number("expected")?,
        failed: number("unexpected")? + number("flaky")?,
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
        let results = each(spec, "tests").flat_map(|test| each(test, "results"));
        for result in results {
            ran.times.extend(
                result
                    .get("duration")
                    .and_then(milliseconds)
                    .map(|elapsed| {
                        let name = name.to_owned();
                        Timed { name, elapsed }
                    }),
            );
            let traces = each(result, "attachments")
                .filter(|attachment| attachment.get("name").is_some_and(|kind| kind == "trace"))
                .filter_map(|attachment| attachment.get("path")?.as_str());
            ran.traces.extend(
                traces.map(|path| format!("{name}; see: npx playwright show-trace {path}")),
            );
        }
    }
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
            {"assertionResults": [{"fullName": "a queue keeps", "duration": 12}]}]}"#;

        let ran = vitest(report).unwrap();

        let tally = Tally {
            passed: 4,
            failed: 1,
        };
        assert_eq!(ran.tally, tally);
        assert_eq!(ran.times, [timed("a queue keeps", 12)]);
        assert_eq!(vitest(""), None);
    }

    #[test]
    fn playwright_says_where_the_trace_of_a_failure_is() {
        let report = r#"{"stats": {"expected": 4, "unexpected": 0, "flaky": 1, "skipped": 0}, "suites": [
            {"suites": [{"specs": [{"title": "two people", "tests": [{"results": [
                {"duration": 900, "attachments": [{"name": "trace", "path": "out/trace.zip"},
                                                  {"name": "screenshot", "path": "out/1.png"}]}]}]}]}],
             "specs": []}]}"#;

        let ran = playwright(report).unwrap();

        let tally = Tally {
            passed: 4,
            failed: 1,
        };
        assert_eq!(ran.tally, tally);
        assert_eq!(ran.times, [timed("two people", 900)]);
        let where_it_is = "two people; see: npx playwright show-trace out/trace.zip";
        assert_eq!(ran.traces, [where_it_is]);
        assert_eq!(playwright(""), None);
    }
}

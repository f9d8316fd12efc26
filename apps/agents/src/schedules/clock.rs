//! When a schedule comes next.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use croner::Cron;
use kernel::{Error, Result};

/// Minute, hour, day, month, day of the week.
const FIELDS: usize = 5;

/// The next time after `now`, in the schedule's time zone; nothing if it never comes again.
pub(super) fn next(
    cron: &str,
    timezone: &str,
    now: DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>> {
    let zone: Tz = timezone.parse().map_err(|_| {
        let detail = "must be a time zone of the IANA database, such as Europe/Paris";
        Error::invalid("/timezone", detail)
    })?;
    if cron.split_whitespace().count() != FIELDS {
        let detail = "must be five fields such as `0 9 * * MON-FRI`";
        return Err(Error::invalid("/cron", detail));
    }
    let cron: Cron = cron.parse().map_err(|error| {
        Error::invalid(
            "/cron",
            format!("must be five fields such as `0 9 * * MON-FRI`: {error}"),
        )
    })?;
    let local = now.with_timezone(&zone);
    let next = cron.find_next_occurrence(&local, false).ok();
    Ok(next.map(|at| at.with_timezone(&Utc)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn nine_o_clock_is_that_of_the_place_in_summer_and_in_winter() {
        let next = |now| next("0 9 * * *", "Europe/Paris", at(now)).unwrap();
        assert_eq!(
            next("2026-07-01T00:00:00Z"),
            Some(at("2026-07-01T07:00:00Z"))
        );
        assert_eq!(
            next("2026-01-01T00:00:00Z"),
            Some(at("2026-01-01T08:00:00Z"))
        );
    }

    #[test]
    fn what_is_no_schedule_or_no_place_is_refused_with_its_field() {
        for (cron, timezone, pointer) in [
            ("every day", "UTC", "/cron"),
            ("99 * * * *", "UTC", "/cron"),
            ("* * * * * *", "UTC", "/cron"),
            ("0 9 * * *", "Mars/Olympus", "/timezone"),
        ] {
            let Err(Error::Invalid(fields)) = next(cron, timezone, at("2026-01-01T00:00:00Z"))
            else {
                panic!("{cron} {timezone} was taken");
            };
            assert_eq!(fields[0].pointer, pointer);
        }
    }
}

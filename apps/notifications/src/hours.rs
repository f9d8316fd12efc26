//! When something reaches a person: at once, after quiet hours, or with the next digest, in their time zone.

use chrono::{DateTime, Datelike, Days, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use protocol::notifications::{Digest, NotificationPreferences, NotificationPriority, QuietHours};

/// Digests come with breakfast.
const DIGEST_HOUR: u32 = 8;
const DAYS_OF_WEEK: u64 = 7;

/// When a notification that comes now is mailed.
pub(crate) fn mail_at(
    now: DateTime<Utc>,
    zone: Tz,
    wanted: &NotificationPreferences,
    priority: NotificationPriority,
) -> DateTime<Utc> {
    if priority == NotificationPriority::Urgent {
        return now;
    }
    let at = match wanted.digest {
        Digest::None => now,
        Digest::Daily => next_morning(now, zone, |_| true),
        Digest::Weekly => next_morning(now, zone, |day| day.weekday() == chrono::Weekday::Mon),
    };
    end_of_quiet(at, zone, wanted.quiet_hours).unwrap_or(at)
}

/// When devices are told of a notification that comes now. Digests are of mails: a device is told at once, or not at night.
pub(crate) fn push_at(
    now: DateTime<Utc>,
    zone: Tz,
    wanted: &NotificationPreferences,
    priority: NotificationPriority,
) -> DateTime<Utc> {
    let quiet = wanted
        .quiet_hours
        .filter(|_| priority != NotificationPriority::Urgent);
    end_of_quiet(now, zone, quiet).unwrap_or(now)
}

/// When the quiet hours end that this moment is in; nothing if it is in none.
pub(crate) fn end_of_quiet(
    at: DateTime<Utc>,
    zone: Tz,
    quiet: Option<QuietHours>,
) -> Option<DateTime<Utc>> {
    let QuietHours { from, to } = quiet?;
    let (from, to) = (from.get(), to.get());
    let local = at.with_timezone(&zone).naive_local();
    let time = local.time();
    let over_midnight = from > to;
    let is_quiet = if over_midnight {
        time >= from || time < to
    } else {
        time >= from && time < to
    };
    if !is_quiet {
        return None;
    }
    let day = if over_midnight && time >= from {
        local.date() + Days::new(1)
    } else {
        local.date()
    };
    Some(moment(zone, day.and_time(to)).max(at))
}

/// The next morning, not this one, of a day that is meant.
fn next_morning(
    now: DateTime<Utc>,
    zone: Tz,
    is_meant: impl Fn(chrono::NaiveDate) -> bool,
) -> DateTime<Utc> {
    let today = now.with_timezone(&zone).date_naive();
    let morning = NaiveTime::from_hms_opt(DIGEST_HOUR, 0, 0).unwrap_or_default();
    (0..=DAYS_OF_WEEK)
        .map(|days| today + Days::new(days))
        .filter(|day| is_meant(*day))
        .map(|day| moment(zone, day.and_time(morning)))
        .find(|at| *at > now)
        .unwrap_or(now)
}

/// The moment at which clocks there show this. Where they never do, since they were put forward, it is an hour later.
fn moment(zone: Tz, local: NaiveDateTime) -> DateTime<Utc> {
    let found = zone
        .from_local_datetime(&local)
        .earliest()
        .or_else(|| {
            zone.from_local_datetime(&(local + TimeDelta::hours(1)))
                .earliest()
        })
        .map(|at| at.with_timezone(&Utc));
    found.unwrap_or_else(|| local.and_utc())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn wanted(wanted: serde_json::Value) -> NotificationPreferences {
        serde_json::from_value(wanted).unwrap()
    }

    fn mailed(now: &str, zone: Tz, chosen: serde_json::Value) -> DateTime<Utc> {
        let chosen = wanted(chosen);
        mail_at(at(now), zone, &chosen, NotificationPriority::High)
    }

    #[test]
    fn quiet_hours_are_those_of_the_place_and_go_over_midnight() {
        let night = || json!({"quietHours": {"from": "22:00", "to": "07:00"}});
        for (now, expected) in [
            // Two hours later in Paris in summer.
            ("2026-07-01T19:59:00Z", "2026-07-01T19:59:00Z"),
            ("2026-07-01T20:00:00Z", "2026-07-02T05:00:00Z"),
            ("2026-07-02T04:59:00Z", "2026-07-02T05:00:00Z"),
            ("2026-07-02T05:00:00Z", "2026-07-02T05:00:00Z"),
            // One hour later in winter.
            ("2026-01-01T20:30:00Z", "2026-01-01T20:30:00Z"),
            ("2026-01-01T21:00:00Z", "2026-01-02T06:00:00Z"),
        ] {
            assert_eq!(
                mailed(now, Tz::Europe__Paris, night()),
                at(expected),
                "{now}"
            );
        }
        let noon = json!({"quietHours": {"from": "12:00", "to": "14:00"}});
        let found = mailed("2026-01-01T12:30:00Z", Tz::UTC, noon);
        assert_eq!(found, at("2026-01-01T14:00:00Z"));
    }

    #[test]
    fn digests_come_in_the_morning_of_the_place() {
        let daily = || json!({"digest": "DAILY"});
        for (now, zone, expected) in [
            (
                "2026-07-01T05:00:00Z",
                Tz::Europe__Paris,
                "2026-07-01T06:00:00Z",
            ),
            (
                "2026-07-01T06:00:00Z",
                Tz::Europe__Paris,
                "2026-07-02T06:00:00Z",
            ),
            (
                "2026-07-01T05:00:00Z",
                Tz::Asia__Tokyo,
                "2026-07-01T23:00:00Z",
            ),
        ] {
            assert_eq!(mailed(now, zone, daily()), at(expected), "{now} {zone}");
        }
        // It is a Wednesday.
        let found = mailed("2026-07-01T05:00:00Z", Tz::UTC, json!({"digest": "WEEKLY"}));
        assert_eq!(found, at("2026-07-06T08:00:00Z"));
    }

    #[test]
    fn what_is_urgent_waits_for_nothing() {
        let chosen = wanted(json!({
            "digest": "WEEKLY", "quietHours": {"from": "00:00", "to": "23:59"},
        }));
        let now = at("2026-07-01T05:00:00Z");
        let urgent = NotificationPriority::Urgent;
        assert_eq!(mail_at(now, Tz::UTC, &chosen, urgent), now);
        assert_eq!(push_at(now, Tz::UTC, &chosen, urgent), now);
    }

    #[test]
    fn devices_are_told_after_quiet_hours_and_wait_for_no_digest() {
        let chosen = wanted(json!({
            "digest": "WEEKLY", "quietHours": {"from": "22:00", "to": "07:00"},
        }));
        let told = |now: &str| push_at(at(now), Tz::UTC, &chosen, NotificationPriority::High);
        assert_eq!(told("2026-07-01T12:00:00Z"), at("2026-07-01T12:00:00Z"));
        assert_eq!(told("2026-07-01T23:00:00Z"), at("2026-07-02T07:00:00Z"));
    }

    #[test]
    fn a_time_that_clocks_never_show_is_an_hour_later() {
        let quiet = json!({"quietHours": {"from": "22:00", "to": "02:30"}});
        let found = mailed("2026-03-29T00:00:00Z", Tz::Europe__Paris, quiet);
        assert_eq!(found, at("2026-03-29T01:30:00Z"));
    }
}

//! The one place that reads the time.

use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, TimeDelta, Utc};

/// The time as the database has it, so that several instances agree however their own clocks differ.
///
/// The difference is measured against the database now and then; in between, this process's clock
/// carries on from there.
#[derive(Debug, Default)]
pub struct Clock {
    behind_database_ms: AtomicI64,
    shifted_ms: AtomicI64,
}

impl Clock {
    /// The current time, in whole milliseconds: what is stored is then exactly what is sent.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        let offset_ms = self.behind_database_ms.load(Ordering::Relaxed)
            + self.shifted_ms.load(Ordering::Relaxed);
        whole_ms(system_time() + TimeDelta::milliseconds(offset_ms))
    }

    /// Learns the database's time.
    pub fn follow(&self, database_now: DateTime<Utc>) {
        let behind = (database_now - system_time()).num_milliseconds();
        self.behind_database_ms.store(behind, Ordering::Relaxed);
    }

    /// Moves this clock, to see what expires. The database and other instances do not notice.
    pub fn shift(&self, by: TimeDelta) {
        self.shifted_ms
            .fetch_add(by.num_milliseconds(), Ordering::Relaxed);
    }
}

fn whole_ms(at: DateTime<Utc>) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(at.timestamp_millis()).unwrap_or(at)
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one place that reads the clock"
)]
fn system_time() -> DateTime<Utc> {
    Utc::now()
}

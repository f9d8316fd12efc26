//! Work that outlives the request: queued by the write that needs it, run by whoever holds its lease.

mod lease;
mod measure;
mod operator;
mod queue;
mod spec;
mod worker;

use std::{sync::Arc, time::Duration};

use backon::{BackoffBuilder, ExponentialBuilder};
use serde::{Serialize, de::DeserializeOwned};

pub use entity::enums::JobState;
pub use lease::Lease;
pub use measure::measure;
pub use operator::{Filter, ListedJob, Which, drop_failed, list, retry, sweep};
pub use queue::Queue;
pub(crate) use spec::{JobSpec, Jobs};
pub use worker::work;

use crate::start::Platform;

/// What is left to do, with all that is needed for it in named fields.
///
/// Its kind and its fields are stored, so both must stay readable by the servers of the next version.
/// Who does it is said with `Feature::job`, since the crate that asks for work may be below the one
/// that does it.
pub trait Job: Serialize + DeserializeOwned + Send + Sync + 'static {
    const KIND: &'static str;
    const QUEUE: Queue;
    /// Within its queue, higher ones are begun first.
    const PRIORITY: i16 = 0;
}

/// What whoever does a job is given besides the job. The same job may be begun again, so doing it
/// must bear repetition.
#[derive(Clone, Debug)]
pub struct JobContext {
    pub platform: Arc<Platform>,
    /// How often it was begun, this time included.
    pub attempt: i32,
    pub lease: Lease,
}

const BACKOFF_FIRST: Duration = Duration::from_secs(2);
const BACKOFF_MAX: Duration = Duration::from_secs(10 * 60);
/// How often a job is begun again before it has failed.
const RETRIES_MAX: usize = 7;

/// How long a job that failed waits to be begun again; nothing if it was begun often enough.
fn backoff(attempt: i32) -> Option<Duration> {
    let made = usize::try_from(attempt.saturating_sub(1)).unwrap_or_default();
    let delays = ExponentialBuilder::new()
        .with_min_delay(BACKOFF_FIRST)
        .with_max_delay(BACKOFF_MAX)
        .with_factor(2.0)
        .with_max_times(RETRIES_MAX);
    delays.build().nth(made)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_wait_is_twice_as_long_until_a_job_was_begun_often_enough() {
        let waits: Vec<_> = (1..=7)
            .map(|attempt| backoff(attempt).unwrap().as_secs())
            .collect();

        assert_eq!(waits, [2, 4, 8, 16, 32, 64, 128]);
        assert_eq!((backoff(8), backoff(i32::MAX)), (None, None));
    }
}

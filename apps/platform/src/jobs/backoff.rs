//! When a job that failed is begun again.

use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBuilder};

const BACKOFF_FIRST: Duration = Duration::from_secs(2);
const BACKOFF_MAX: Duration = Duration::from_secs(10 * 60);
/// How often a job is begun again before it has failed.
const RETRIES_MAX: usize = 7;

/// How long a job that failed waits to be begun again; nothing if it was begun often enough.
pub(super) fn backoff(attempt: i32) -> Option<Duration> {
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

//! How much one socket may send.

use std::time::{Duration, Instant};

/// Fills at a rate up to a burst. governor's limiters are made to be shared and keyed; here two
/// numbers do.
#[derive(Debug)]
pub(super) struct Budget {
    each: Duration,
    burst: Duration,
    /// When the budget would be full again.
    full_at: Instant,
}

impl Budget {
    pub(super) fn new(per_second: u32, burst: u32, now: Instant) -> Self {
        let each = Duration::from_secs(1) / per_second.max(1);
        Self {
            each,
            burst: each * burst,
            full_at: now,
        }
    }

    /// Takes one, or says how long to wait for it.
    pub(super) fn take(&mut self, now: Instant) -> Result<(), Duration> {
        let full_at = self.full_at.max(now) + self.each;
        let spent = full_at - now;
        if spent > self.burst {
            return Err(spent - self.burst);
        }
        self.full_at = full_at;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_a_burst_comes_the_rate() {
        let start = Instant::now();
        let mut budget = Budget::new(10, 3, start);
        for _ in 0..3 {
            budget.take(start).unwrap();
        }
        assert_eq!(budget.take(start), Err(Duration::from_millis(100)));
        budget.take(start + Duration::from_millis(100)).unwrap();
        assert!(budget.take(start + Duration::from_millis(100)).is_err());
        let later = start + Duration::from_secs(60);
        for _ in 0..3 {
            budget.take(later).unwrap();
        }
        assert!(budget.take(later).is_err());
    }
}

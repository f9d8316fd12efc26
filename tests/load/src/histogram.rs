//! Latencies in buckets no wider than a sixty-fourth of their value.

use std::time::Duration;

/// Buckets for each doubling.
const STEPS: u64 = 64;
const STEP_BITS: u32 = STEPS.trailing_zeros();

/// Counts of microseconds.
#[derive(Debug, Clone, Default)]
pub(crate) struct Histogram {
    counts: Vec<u64>,
    total: u64,
    max: u64,
}

impl Histogram {
    pub(crate) fn record(&mut self, micros: u64) {
        let bucket = bucket(micros);
        if self.counts.len() <= bucket {
            self.counts.resize(bucket + 1, 0);
        }
        if let Some(count) = self.counts.get_mut(bucket) {
            *count += 1;
        }
        self.total += 1;
        self.max = self.max.max(micros);
    }

    pub(crate) fn count(&self) -> u64 {
        self.total
    }

    pub(crate) fn max(&self) -> Duration {
        Duration::from_micros(self.max)
    }

    /// A value that `percent` of the samples do not exceed.
    pub(crate) fn percentile(&self, percent: u64) -> Duration {
        let rank = (self.total * percent).div_ceil(100).max(1);
        let mut passed = 0;
        for (bucket, count) in self.counts.iter().enumerate() {
            passed += count;
            if passed >= rank {
                return Duration::from_micros(upper_bound(bucket as u64).min(self.max));
            }
        }
        self.max()
    }
}

impl FromIterator<u64> for Histogram {
    fn from_iter<T: IntoIterator<Item = u64>>(samples: T) -> Self {
        let mut histogram = Self::default();
        samples
            .into_iter()
            .for_each(|micros| histogram.record(micros));
        histogram
    }
}

fn bucket(micros: u64) -> usize {
    let doublings = micros.max(1).ilog2();
    if doublings < STEP_BITS {
        return micros as usize;
    }
    let shift = doublings - STEP_BITS;
    let step = (micros >> shift) - STEPS;
    ((u64::from(shift) + 1) * STEPS + step) as usize
}

fn upper_bound(bucket: u64) -> u64 {
    if bucket < STEPS {
        return bucket;
    }
    let (shift, step) = (bucket / STEPS - 1, bucket % STEPS);
    ((STEPS + step + 1) << shift) - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_falls_into_a_bucket_that_ends_close_above_it() {
        for micros in (0..100_000).chain([u64::from(u32::MAX), 1 << 40]) {
            let bound = upper_bound(bucket(micros) as u64);
            assert!(bound >= micros, "{micros} is above {bound}");
            assert!(
                bound - micros <= micros / STEPS,
                "{micros} is far from {bound}"
            );
        }
    }

    #[test]
    fn percentiles_are_those_of_the_samples() {
        let mut histogram = Histogram::default();
        (1..=100).for_each(|micros| histogram.record(micros));

        assert_eq!(histogram.percentile(50).as_micros(), 50);
        assert_eq!(histogram.percentile(99).as_micros(), 99);
        assert_eq!(histogram.percentile(100), histogram.max());
        assert_eq!(Histogram::default().percentile(99), Duration::ZERO);
    }
}

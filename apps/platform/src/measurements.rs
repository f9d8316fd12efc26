//! Measurements that are there before anything happens: whoever sets up an alarm must not have to wait
//! for what it is about.

use crate::{jobs, platform::Platform};

const COUNTERS: [&str; 3] = [
    "nonlinear_bus_breaks_total",
    "nonlinear_bus_dropped_total",
    "nonlinear_bus_unreadable_total",
];
const HISTOGRAMS: [&str; 2] = ["nonlinear_commit_seconds", "nonlinear_group_commands"];

/// Begins all measurements of the platform at nothing.
pub fn begin(platform: &Platform) {
    for name in COUNTERS {
        metrics::counter!(name).increment(0);
    }
    for name in HISTOGRAMS {
        // It is there once it has been named.
        drop(metrics::histogram!(name));
    }
    for kind in platform.features().jobs.kinds() {
        for outcome in jobs::OUTCOMES {
            let labels = [("kind", kind), ("outcome", outcome)];
            metrics::counter!("nonlinear_jobs_total", &labels).increment(0);
        }
    }
}

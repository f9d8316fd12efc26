//! Work that outlives the request: queued by the write that needs it, run by whoever holds its lease.

mod backoff;
mod job;
mod lease;
mod measure;
mod operator;
mod queue;
mod spec;
mod worker;

pub use entity::enums::JobState;
pub use job::Job;
pub use lease::Lease;
pub use measure::measure;
pub use operator::{Filter, ListedJob, Which, drop_failed, list, retry};
pub use queue::Queue;
pub use spec::JobContext;
pub(crate) use spec::{JobSpec, Jobs};
pub(crate) use worker::OUTCOMES;
pub use worker::work;

//! Which kinds of jobs this process can do, and how.

use std::{collections::HashMap, fmt, sync::Arc};

use futures::future::BoxFuture;
use kernel::{Error, Result};
use serde_json::Value;

use super::{backoff::backoff, job::Job, lease::Lease};
use crate::platform::Platform;

/// What whoever does a job is given besides the job. The same job may be begun again, so doing it
/// must bear repetition.
#[derive(Clone, Debug)]
pub struct JobContext {
    pub platform: Arc<Platform>,
    /// How often it was begun, this time included.
    pub attempt: i32,
    pub lease: Lease,
}

impl JobContext {
    /// Whether it has failed for good if it fails this time.
    #[must_use]
    pub fn is_last(&self) -> bool {
        backoff(self.attempt).is_none()
    }
}

type Run = dyn Fn(Value, JobContext) -> BoxFuture<'static, Result<()>> + Send + Sync;

/// A kind of job without its type.
#[derive(Clone)]
pub(crate) struct JobSpec {
    pub(crate) kind: &'static str,
    run: Arc<Run>,
}

impl JobSpec {
    pub(crate) fn of<J: Job, F>(run: fn(J, JobContext) -> F) -> Self
    where
        F: Future<Output = Result<()>> + Send + 'static,
    {
        let run = move |payload, context| -> BoxFuture<'static, Result<()>> {
            match serde_json::from_value(payload) {
                Ok(job) => Box::pin(run(job, context)),
                Err(error) => Box::pin(std::future::ready(Err(Error::internal(error)))),
            }
        };
        Self {
            kind: J::KIND,
            run: Arc::new(run),
        }
    }
}

impl fmt::Debug for JobSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("JobSpec").field(&self.kind).finish()
    }
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Jobs(HashMap<&'static str, JobSpec>);

impl Jobs {
    pub(crate) fn add(&mut self, spec: JobSpec) {
        self.0.insert(spec.kind, spec);
    }

    pub(crate) fn kinds(&self) -> impl Iterator<Item = &'static str> {
        self.0.keys().copied()
    }

    /// Begins a job. A kind that nobody knows may belong to a newer server beside this one, so such
    /// a job is tried again like any other before it has failed.
    pub(super) fn run(
        &self,
        kind: &str,
        payload: Value,
        context: JobContext,
    ) -> BoxFuture<'static, Result<()>> {
        if let Some(spec) = self.0.get(kind) {
            return (spec.run)(payload, context);
        }
        let error = format!("no feature of this server does jobs of the kind `{kind}`");
        Box::pin(std::future::ready(Err(Error::internal(error))))
    }
}

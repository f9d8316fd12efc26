//! A feature: everything that a crate brings, as one value.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, LazyLock},
};

use futures::future::BoxFuture;
use kernel::Result;
use protocol::{
    Problem,
    events::{FeatureFamily, LoggedEvent},
};
use serde_json::Value;
use utoipa::{
    ToSchema,
    openapi::{RefOr, Schema},
};

use crate::{
    extensions::Extensions,
    jobs::{Job, JobContext, JobSpec, Jobs},
    ops::{OpSpec, Operation, Ops},
    platform::Platform,
    purge::Purge,
    retention::Retention,
    streams::{Sources, StreamSource},
    writer::{Observer, Reaction, Write},
};

/// Something that a feature does to the platform, such as forgetting what has expired.
pub type Work = fn(Arc<Platform>) -> BoxFuture<'static, Result<()>>;

/// What the document says of a family of events.
#[derive(Clone, Copy, Debug)]
pub struct EventSpec {
    pub family: fn() -> RefOr<Schema>,
    pub schemas: fn(&mut Vec<(String, RefOr<Schema>)>),
}

/// How what is refused below a root is said, in the form that those read who expect something there: a status and a body.
#[derive(Clone, Copy, Debug)]
pub struct Refusals {
    pub below: &'static str,
    pub say: fn(&Problem) -> (u16, Value),
}

/// What a crate brings. `R` is how its routes are given, which the ground does not know.
pub struct Feature<R> {
    pub name: &'static str,
    routes: Option<fn() -> R>,
    roots: Option<fn() -> R>,
    refusals: Vec<Refusals>,
    ops: Vec<OpSpec>,
    events: Vec<EventSpec>,
    reactions: Vec<Reaction>,
    observers: Vec<Observer>,
    jobs: Vec<JobSpec>,
    streams: Vec<StreamSource>,
    starts: Vec<Work>,
    sweeps: Vec<Work>,
    purges: Vec<Purge>,
    retentions: Vec<Retention>,
}

impl<R> fmt::Debug for Feature<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Feature").field(&self.name).finish()
    }
}

impl<R> Feature<R> {
    #[must_use]
    pub fn new(name: &'static str) -> Self {
        Self {
            name,
            routes: None,
            roots: None,
            refusals: Vec::new(),
            ops: Vec::new(),
            events: Vec::new(),
            reactions: Vec::new(),
            observers: Vec::new(),
            jobs: Vec::new(),
            streams: Vec::new(),
            starts: Vec::new(),
            sweeps: Vec::new(),
            purges: Vec::new(),
            retentions: Vec::new(),
        }
    }

    /// The routes below `/api/v1`.
    #[must_use]
    pub fn routes(mut self, routes: fn() -> R) -> Self {
        self.routes = Some(routes);
        self
    }

    /// The few routes that others expect at the root of the server: they are no part of its API's document.
    #[must_use]
    pub fn roots(mut self, roots: fn() -> R) -> Self {
        self.roots = Some(roots);
        self
    }

    /// How others say what is refused, also before a request comes to a route.
    #[must_use]
    pub fn refusals(mut self, refusals: Refusals) -> Self {
        self.refusals.push(refusals);
        self
    }

    /// A command that clients ask for by its word.
    #[must_use]
    pub fn op<O: Operation>(mut self) -> Self {
        self.ops.push(OpSpec::of::<O>());
        self
    }

    /// A family of events that the crate defines itself, for the document of the socket.
    #[must_use]
    pub fn events<F: FeatureFamily + ToSchema>(mut self) -> Self {
        self.events.push(EventSpec {
            family: F::schema,
            schemas: F::schemas,
        });
        self
    }

    /// What follows, in the same transaction, from what anybody does to a project. Reactions look in
    /// the order in which features are listed.
    #[must_use]
    pub fn reaction(
        mut self,
        name: &'static str,
        react: for<'w> fn(&'w mut Write) -> BoxFuture<'w, Result<()>>,
    ) -> Self {
        self.reactions.push(Reaction { name, react });
        self
    }

    /// Hears in this process what was committed in it.
    #[must_use]
    pub fn observer(mut self, name: &'static str, observe: fn(&Extensions, &LoggedEvent)) -> Self {
        self.observers.push(Observer { name, observe });
        self
    }

    /// Does a kind of work in the background.
    #[must_use]
    pub fn job<J: Job, F>(mut self, run: fn(J, JobContext) -> F) -> Self
    where
        F: Future<Output = Result<()>> + Send + 'static,
    {
        self.jobs.push(JobSpec::of(run));
        self
    }

    /// A kind of texts that grow while everybody watches.
    #[must_use]
    pub fn stream(mut self, source: StreamSource) -> Self {
        self.streams.push(source);
        self
    }

    /// What is done once, before the server serves.
    #[must_use]
    pub fn start(mut self, work: Work) -> Self {
        self.starts.push(work);
        self
    }

    /// What is done every hour.
    #[must_use]
    pub fn sweep(mut self, work: Work) -> Self {
        self.sweeps.push(work);
        self
    }

    /// Removes rows of a project that is removed for good. Tables with few rows for each project need none: what is
    /// left goes with the project's own row.
    #[must_use]
    pub fn purge(mut self, purge: Purge) -> Self {
        self.purges.push(purge);
        self
    }

    /// Says for how long something is kept that nobody needs any more.
    #[must_use]
    pub fn retention(mut self, retention: Retention) -> Self {
        self.retentions.push(retention);
        self
    }

    #[must_use]
    pub fn make_routes(&self) -> Option<R> {
        self.routes.map(|routes| routes())
    }

    #[must_use]
    pub fn make_roots(&self) -> Option<R> {
        self.roots.map(|roots| roots())
    }

    #[must_use]
    pub fn refusal_forms(&self) -> &[Refusals] {
        &self.refusals
    }

    #[must_use]
    pub fn streams(&self) -> &[StreamSource] {
        &self.streams
    }

    #[must_use]
    pub fn event_families(&self) -> &[EventSpec] {
        &self.events
    }

    #[must_use]
    pub fn ops(&self) -> &[OpSpec] {
        &self.ops
    }
}

/// What all features bring together, without their routes.
#[derive(Clone, Debug, Default)]
pub struct Features {
    pub(crate) ops: Ops,
    pub(crate) reactions: Vec<Reaction>,
    pub(crate) observers: Vec<Observer>,
    pub(crate) jobs: Jobs,
    pub(crate) streams: Sources,
    starts: Vec<Work>,
    sweeps: Vec<Work>,
    purges: Vec<Purge>,
    retentions: Vec<Retention>,
}

/// Two features that bring the same.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("the features {first} and {second} both bring the {what} `{word}`")]
pub struct Duplicate {
    pub what: &'static str,
    pub word: String,
    pub first: &'static str,
    pub second: &'static str,
}

/// Finds what stands twice.
#[derive(Debug)]
pub struct Unique {
    what: &'static str,
    owners: HashMap<String, &'static str>,
}

impl Unique {
    #[must_use]
    pub fn new(what: &'static str) -> Self {
        Self {
            what,
            owners: HashMap::new(),
        }
    }

    pub fn claim(&mut self, word: &str, feature: &'static str) -> Result<(), Duplicate> {
        match self.owners.insert(word.to_owned(), feature) {
            None => Ok(()),
            Some(first) => Err(Duplicate {
                what: self.what,
                word: word.to_owned(),
                first,
                second: feature,
            }),
        }
    }
}

impl Features {
    pub fn of<R>(features: &[Feature<R>]) -> Result<Self, Duplicate> {
        let mut all = Self::default();
        let mut names = Unique::new("name");
        let mut words = Unique::new("operation");
        let mut kinds = Unique::new("job kind");
        let mut reactions = Unique::new("reaction");
        let mut streams = Unique::new("stream");
        let mut frames = Unique::new("frame of streams");
        let mut lists = Unique::new("list of streams");
        for feature in features {
            names.claim(feature.name, feature.name)?;
            for op in &feature.ops {
                words.claim(op.word, feature.name)?;
                all.ops.add(*op);
            }
            for job in &feature.jobs {
                kinds.claim(job.kind, feature.name)?;
                all.jobs.add(job.clone());
            }
            for reaction in &feature.reactions {
                reactions.claim(reaction.name, feature.name)?;
                all.reactions.push(*reaction);
            }
            for source in &feature.streams {
                streams.claim(source.name, feature.name)?;
                frames.claim(source.frame, feature.name)?;
                lists.claim(source.list, feature.name)?;
                all.streams.add(*source);
            }
            all.observers.extend(&feature.observers);
            all.starts.extend(&feature.starts);
            all.sweeps.extend(&feature.sweeps);
            all.purges.extend(&feature.purges);
            all.retentions.extend(&feature.retentions);
        }
        Ok(all)
    }

    /// How rows of a project are removed, in the order in which nothing refers to them any more.
    pub fn purges(&self) -> impl Iterator<Item = Purge> {
        self.purges.iter().rev().copied()
    }

    /// The operations that clients may ask for.
    #[must_use]
    pub fn ops(&self) -> &Ops {
        &self.ops
    }

    /// All kinds of streams.
    #[must_use]
    pub fn streams(&self) -> &Sources {
        &self.streams
    }

    #[must_use]
    pub fn retentions(&self) -> &[Retention] {
        &self.retentions
    }

    #[must_use]
    pub fn sweeps(&self) -> &[Work] {
        &self.sweeps
    }

    #[must_use]
    pub fn starts(&self) -> &[Work] {
        &self.starts
    }
}

/// What a platform without features has.
static NONE: LazyLock<Features> = LazyLock::new(Features::default);

impl Platform {
    /// What the features of this server bring.
    #[must_use]
    pub fn features(&self) -> &Features {
        self.features.downcast_ref().unwrap_or(&NONE)
    }
}

#[cfg(test)]
mod tests {
    use serde::{Deserialize, Serialize};

    use super::*;
    use crate::jobs::Queue;

    #[derive(Serialize, Deserialize)]
    struct Greet {}

    impl Job for Greet {
        const KIND: &'static str = "greet";
        const QUEUE: Queue = Queue::Short;
    }

    async fn greet(Greet {}: Greet, _: JobContext) -> Result<()> {
        Ok(())
    }

    #[test]
    fn a_kind_of_job_that_two_features_bring_is_refused_with_the_names_of_both() {
        let hall = Feature::<()>::new("hall").job(greet);
        let door = Feature::<()>::new("door").job(greet);

        let refused = Features::of(&[hall, door]).unwrap_err();

        assert_eq!(
            refused.to_string(),
            "the features hall and door both bring the job kind `greet`"
        );
    }
}

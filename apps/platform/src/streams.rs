//! Streams: texts that grow while everybody watches, such as an answer that a model writes.
//!
//! Whoever writes one tells its chunks over the bus, numbered from 0, and keeps it in a table of their
//! own now and then. The bus may lose, repeat and reorder; what is kept is late, but whole. Readers put
//! both together, and nothing is missing in what they get. Features bring kinds of streams
//! ([`StreamSource`]); nothing here or in the hub knows what a stream is about.

mod chunk;
mod follow;
mod marks;
mod telling;
mod text;

use std::sync::Arc;

use futures::future::BoxFuture;
use kernel::{ProjectId, Result};
use protocol::{events::Event, frames::About};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use uuid::Uuid;

use self::{marks::Marks, telling::Telling};
use crate::{
    bus::{Bus, Ephemeral},
    start::Platform,
};

pub use chunk::Chunk;
pub use follow::{Followed, Kept};
pub use text::{Point, STREAM_BYTES_MAX, StreamText};

/// Which stream of a project.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StreamId {
    /// The name of its source.
    pub source: &'static str,
    pub id: Uuid,
}

/// An open stream, as far as it is kept.
#[derive(Clone, Debug)]
pub struct Checkpoint {
    pub stream: StreamId,
    pub about: About,
    /// How many chunks make the text.
    pub chunks: u64,
    pub text: String,
}

/// What an event says of streams.
#[derive(Clone, Debug, PartialEq)]
pub enum StreamChange {
    Begin(StreamId, About),
    /// From here on whatever the stream was for has the text.
    End(StreamId),
}

/// All open streams of a project, while they are read.
pub type Open = BoxFuture<'static, Result<Vec<Checkpoint>>>;

/// A kind of streams. Everybody who may read the graph may read them.
#[derive(Clone, Copy, Debug)]
pub struct StreamSource {
    pub name: &'static str,
    /// The `type` of the frames in which sockets hear of new text.
    pub frame: &'static str,
    /// The field under which a project's beginning lists what is open.
    pub list: &'static str,
    /// All open streams of a project, as far as they are kept.
    pub open: fn(Arc<Platform>, ProjectId) -> Open,
    /// What happens to a stream with this event, which is no batch.
    pub change: fn(&Event) -> Option<StreamChange>,
}

/// All kinds of streams that there are.
#[derive(Clone, Debug, Default)]
pub struct Sources(Vec<StreamSource>);

impl Sources {
    #[must_use]
    pub fn of(sources: impl IntoIterator<Item = StreamSource>) -> Self {
        Self(sources.into_iter().collect())
    }

    pub(crate) fn add(&mut self, source: StreamSource) {
        self.0.push(source);
    }

    pub fn iter(&self) -> impl Iterator<Item = &StreamSource> {
        self.0.iter()
    }

    #[must_use]
    pub fn find(&self, name: &str) -> Option<&StreamSource> {
        self.iter().find(|source| source.name == name)
    }

    /// What an event, or each part of a batch, says of streams, in order.
    pub fn changes(&self, event: &Event) -> impl Iterator<Item = StreamChange> {
        let parts = event.parts().iter();
        parts.flat_map(|part| self.iter().filter_map(|source| (source.change)(part)))
    }

    /// All open streams of a project.
    pub async fn open(
        &self,
        platform: &Arc<Platform>,
        project: ProjectId,
    ) -> Result<Vec<Checkpoint>> {
        let mut open = Vec::new();
        for source in self.iter() {
            open.extend((source.open)(platform.clone(), project).await?);
        }
        Ok(open)
    }
}

/// The streams of this process: those that are written here, and those that somebody here follows.
#[derive(Debug)]
pub struct Streams {
    sources: Sources,
    bus: Arc<Bus>,
    tasks: TaskTracker,
    stopping: CancellationToken,
    telling: Telling,
    marks: Marks,
}

impl Streams {
    pub(crate) fn new(
        sources: Sources,
        bus: Arc<Bus>,
        tasks: TaskTracker,
        stopping: CancellationToken,
    ) -> Arc<Self> {
        Arc::new(Self {
            sources,
            bus,
            tasks,
            stopping,
            telling: Telling::default(),
            marks: Marks::default(),
        })
    }

    /// The chunks in a message of the bus about a project. Those of sources that are not known here
    /// are left out: instances of two versions may run side by side.
    pub fn heard(&self, project: ProjectId, told: &Ephemeral) -> serde_json::Result<Vec<Chunk>> {
        let chunks = chunk::decode(&told.payload, &self.sources)?;
        for chunk in &chunks {
            self.mark(project, chunk);
        }
        Ok(chunks)
    }

    fn mark(&self, project: ProjectId, chunk: &Chunk) {
        let points = [chunk.from, chunk.end()];
        self.marks.note(project, chunk.stream, &points);
    }
}

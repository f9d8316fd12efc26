//! Streams: texts that grow while everybody watches, such as an answer that a model writes.
//!
//! Whoever writes one tells its chunks over the bus, numbered from 0, and keeps it in a table of their
//! own now and then. The bus may lose, repeat and reorder; what is kept is late, but whole. Readers put
//! both together, and nothing is missing in what they get. Features bring kinds of streams
//! ([`StreamSource`]); nothing here or in the hub knows what a stream is about.

mod chunk;
mod ends;
mod follow;
mod point;
mod recent;
mod source;
mod telling;
mod text;

use std::sync::Arc;

use kernel::ProjectId;
use tokio::task::yield_now;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use self::{recent::Recent, telling::Telling};
use crate::bus::{Bus, Ephemeral};

pub use chunk::Chunk;
pub use ends::ChunkEnds;
pub use follow::{Followed, StoredStream};
pub use point::Point;
pub use source::{Checkpoint, Open, Sources, StreamChange, StreamId, StreamSource};
pub use text::{STREAM_BYTES_MAX, StreamText};

/// The streams of this process: those that are written here, and those that somebody here follows.
#[derive(Debug)]
pub struct Streams {
    sources: Sources,
    bus: Arc<Bus>,
    tasks: TaskTracker,
    stopping: CancellationToken,
    telling: Telling,
    recent: Recent,
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
            recent: Recent::default(),
        })
    }

    /// The chunks in a message of the bus about a project. Those of sources that are not known here
    /// are left out: instances of two versions may run side by side.
    pub fn heard(&self, project: ProjectId, told: &Ephemeral) -> serde_json::Result<Vec<Chunk>> {
        let chunks = chunk::decode(&told.payload, &self.sources)?;
        for chunk in &chunks {
            self.recent.note(project, chunk);
        }
        Ok(chunks)
    }

    /// Tells a chunk as soon as those who speak at this moment have spoken.
    pub fn tell(self: &Arc<Self>, project: ProjectId, chunk: Chunk) {
        self.recent.note(project, &chunk);
        if self.telling.push(project, chunk) {
            let streams = self.clone();
            self.tasks.spawn(async move {
                yield_now().await;
                streams.telling.tell_all(&streams.bus);
            });
        }
    }
}

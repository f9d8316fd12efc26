//! Kinds of streams, which features bring.

use futures::future::BoxFuture;
use kernel::{ProjectId, Result};
use protocol::{events::Event, frames::About};
use uuid::Uuid;

use crate::database::Database;

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

/// A kind of streams.
#[derive(Clone, Copy, Debug)]
pub struct StreamSource {
    pub name: &'static str,
    /// The `type` of the frames in which sockets hear of new text.
    pub frame: &'static str,
    /// The field under which a project's beginning lists what is open.
    pub list: &'static str,
    /// Whether sockets tell it to everybody who may read the graph. Others are followed over HTTP alone, where whoever
    /// brings them decides who may.
    pub on_sockets: bool,
    /// All open streams of a project, as far as they are kept.
    pub open: fn(Database, ProjectId) -> Open,
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

    /// Those that sockets tell.
    #[must_use]
    pub fn on_sockets(&self) -> Self {
        Self::of(self.iter().filter(|source| source.on_sockets).copied())
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
    pub async fn open(&self, database: &Database, project: ProjectId) -> Result<Vec<Checkpoint>> {
        let mut open = Vec::new();
        for source in self.iter() {
            open.extend((source.open)(database.clone(), project).await?);
        }
        Ok(open)
    }
}

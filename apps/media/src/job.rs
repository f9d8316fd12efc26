//! What is left to do once a file has come.

use kernel::{MediaId, ProjectId};
use platform::jobs::{Job, Queue};
use serde::{Deserialize, Serialize};

use crate::reader::Format;

/// Lets a file be scanned, and reads it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct ReadFile {
    pub(crate) project: ProjectId,
    pub(crate) media: MediaId,
    /// Nothing is read in films and the like.
    pub(crate) format: Option<Format>,
}

impl Job for ReadFile {
    const KIND: &'static str = "media.read";
    const QUEUE: Queue = Queue::Short;
}

/// Reads what a link leads to.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct ReadLink {
    pub(crate) project: ProjectId,
    pub(crate) media: MediaId,
}

impl Job for ReadLink {
    const KIND: &'static str = "media.link";
    const QUEUE: Queue = Queue::Links;
}

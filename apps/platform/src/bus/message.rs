//! What the bus carries.

use std::sync::Arc;

use bytes::Bytes;
use kernel::ProjectId;
use protocol::events::LoggedEvent;
use uuid::Uuid;

/// What a message is about, and so who hears it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Topic {
    Project(ProjectId),
    /// What is for single people, wherever they are.
    People,
}

/// Tells the instances of one deployment apart for as long as they run.
pub type Origin = u32;

#[derive(Clone, Debug)]
pub enum Message {
    Committed(Arc<Committed>),
    /// The log has reached this number, says an instance that did not send the events along.
    Head {
        epoch: Uuid,
        seq: i64,
    },
    Ephemeral(Arc<Ephemeral>),
    /// Messages may have been lost before this one.
    Lost,
}

/// What one commit did to a project: its events, whole and in order.
#[derive(Clone, Debug)]
pub struct Committed {
    pub project: ProjectId,
    pub epoch: Uuid,
    pub events: Vec<Arc<LoggedEvent>>,
}

/// What nobody keeps.
#[derive(Clone, Debug)]
pub struct Ephemeral {
    pub origin: Origin,
    pub kind: EphemeralKind,
    /// JSON.
    pub payload: Bytes,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EphemeralKind {
    /// What changed about the peers of one instance.
    Presence,
    /// All peers of one instance.
    PresenceAll,
    /// Asks every instance for all its peers.
    PresenceAsk,
    /// Pieces of texts that are being written.
    Stream,
    /// Something for one person.
    Notification,
}

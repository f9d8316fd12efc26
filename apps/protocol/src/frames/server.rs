//! What the server sends.

use kernel::{FieldError, GenerationId, NodeId, OpId, Permission, ProjectId, SessionId, UserId};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    presence::{Peer, PresenceFrame},
    streams::StreamLists,
};
use crate::{
    events::{EventView, ShownEvent},
    graph::GraphView,
    values::Timestamp,
};

#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "type", rename_all = "camelCase")]
pub enum ServerFrame<'a> {
    Ready(Ready),
    #[schema(value_type = Snapshot)]
    Snapshot(SnapshotFrame<'a>),
    #[schema(value_type = Tail)]
    Tail(TailFrame<'a>),
    /// The socket hears no more of a project: it asked for that, or the project is no longer for
    /// its user.
    Unsubscribed {
        project: ProjectId,
        /// Only if the server ended it: a close code that speaks of this project alone.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(nullable = false)]
        code: Option<u16>,
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(value_type = Option<String>, nullable = false)]
        reason: Option<&'a str>,
    },
    Ack(Ack),
    Nack(Nack),
    /// What happened in a project: contiguous and in order, each event once.
    Events {
        project: ProjectId,
        #[schema(value_type = Vec<EventView>, min_items = 1)]
        events: &'a [ShownEvent<'a>],
    },
    #[schema(value_type = PresenceFrame)]
    Presence(&'a PresenceFrame),
    // Written as a `StreamFrame`, for answers are one kind of streams.
    Delta(DeltaFrame),
    /// Something for this person, whatever they look at.
    Notification {
        #[schema(value_type = Object)]
        notification: &'a RawValue,
        /// Whether it may be shown at once, by the ways that the person chose and the time of their day.
        browser: bool,
        /// Whether the person's devices are told of it by push as well: one of them need not show it twice.
        pushed: bool,
    },
    /// How many notifications this person has not read, on whichever device.
    #[serde(rename = "notifications.count")]
    NotificationsCount {
        /// Null where something may have been missed: ask with `GET /notifications`.
        #[schema(required)]
        unread: Option<u64>,
        /// Of two counts the one with more is the later one.
        #[schema(required)]
        version: Option<i64>,
    },
    /// The answer to `ping`.
    Pong,
    Closing(Closing),
}

/// The socket is open for its user.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Ready {
    pub user_id: UserId,
    pub session_id: SessionId,
    /// The number of this socket among peers.
    pub s: u64,
    pub server_time: Timestamp,
    pub limits: Limits,
}

/// What the socket bears; `null` where nothing limits it.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Limits {
    pub frame_bytes: usize,
    pub subscriptions: usize,
    pub ops_in_flight: usize,
    #[schema(required)]
    pub ops_per_second: Option<u32>,
    #[schema(required)]
    pub ops_burst: Option<u32>,
    #[schema(required)]
    pub messages_per_second: Option<u32>,
    #[schema(required)]
    pub messages_burst: Option<u32>,
    pub ping_ms: u64,
    pub silence_ms: u64,
}

/// A project whole, as it was at `seq`: the events after that follow.
#[derive(Debug, ToSchema)]
pub struct Snapshot {
    pub project: ProjectId,
    pub epoch: Uuid,
    pub seq: i64,
    /// The body of `GET /projects/{p}/graph`.
    pub graph: GraphView,
    /// Everybody who is here; empty for those who may not see members.
    pub presence: Vec<Peer>,
    pub generations: Vec<GenerationSoFar>,
}

/// A [`Snapshot`] on its way out.
#[derive(Debug, Serialize)]
pub struct SnapshotFrame<'a> {
    pub project: ProjectId,
    pub epoch: Uuid,
    pub seq: i64,
    pub graph: &'a RawValue,
    pub presence: &'a [Peer],
    #[serde(flatten)]
    pub streams: &'a StreamLists,
}

/// Everything that was missed since `from`, without a gap.
#[derive(Debug, ToSchema)]
pub struct Tail {
    pub project: ProjectId,
    pub epoch: Uuid,
    /// What the client had: the events are those after it.
    pub from: i64,
    pub events: Vec<EventView>,
    /// What the reader may do in the project, as `rights` of the project says it.
    #[schema(value_type = Vec<String>)]
    pub rights: Vec<Permission>,
    /// Everybody who is here; empty for those who may not see members.
    pub presence: Vec<Peer>,
    pub generations: Vec<GenerationSoFar>,
}

/// A [`Tail`] on its way out.
#[derive(Debug, Serialize)]
pub struct TailFrame<'a> {
    pub project: ProjectId,
    pub epoch: Uuid,
    pub from: i64,
    pub events: &'a [ShownEvent<'a>],
    pub rights: &'a [Permission],
    pub presence: &'a [Peer],
    #[serde(flatten)]
    pub streams: &'a StreamLists,
}

/// A generation that waits or runs: its text up to and with this chunk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct GenerationSoFar {
    pub node: NodeId,
    pub generation: GenerationId,
    /// Null before the first.
    #[schema(required)]
    pub chunk: Option<u64>,
    pub text: String,
}

impl GenerationSoFar {
    /// A text that so many chunks made.
    #[must_use]
    pub fn new(node: NodeId, generation: GenerationId, chunks: u64, text: String) -> Self {
        Self {
            node,
            generation,
            chunk: chunks.checked_sub(1),
            text,
        }
    }
}

/// An operation is committed.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Ack {
    pub id: OpId,
    /// The number of its event, or of the last one if nothing had to change.
    pub seq: i64,
    /// What the operation's event holds; left out if nothing had to change.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>, nullable = false)]
    pub data: Option<serde_json::Value>,
}

/// An operation, or another frame, is refused.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Nack {
    /// Null for frames that have none.
    #[schema(required)]
    pub id: Option<OpId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub project: Option<ProjectId>,
    pub code: String,
    /// What happened, and the way out.
    pub detail: String,
    /// Whether the same frame may succeed later.
    pub retryable: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub retry_after_ms: Option<u64>,
    /// With `invalid` the fields at fault; of a batch the operation, whatever the refusal is.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
    /// With `cycle`: the nodes from the edge's target to its source.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub path: Vec<NodeId>,
}

/// A piece of the text of a generation.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct DeltaFrame {
    pub project: ProjectId,
    pub node: NodeId,
    pub generation: GenerationId,
    /// From 0, without a gap.
    pub chunk: u64,
    /// With this, the frame holds all chunks from here on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub from: Option<u64>,
    pub text: String,
}

/// The server is about to close the socket.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Closing {
    pub code: u16,
    pub reason: String,
    /// Which project it is about, if it is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub project: Option<ProjectId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub retry_after_ms: Option<u64>,
}

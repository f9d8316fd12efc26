//! What the server sends.

use kernel::{FieldError, GenerationId, NodeId, OpId, ProjectId, SessionId, UserId};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use uuid::Uuid;

use super::presence::{Peer, PresenceFrame};
use crate::{events::EventView, values::Timestamp};

#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "camelCase")]
pub enum ServerFrame<'a> {
    Ready(Ready),
    Snapshot(Snapshot<'a>),
    Tail(Tail<'a>),
    Unsubscribed {
        project: ProjectId,
        #[serde(skip_serializing_if = "Option::is_none")]
        code: Option<u16>,
        #[serde(skip_serializing_if = "Option::is_none")]
        reason: Option<&'a str>,
    },
    Ack(Ack),
    Nack(Nack),
    Events {
        project: ProjectId,
        events: &'a [&'a EventView],
    },
    Presence(&'a PresenceFrame),
    Delta(DeltaFrame),
    Notification {
        notification: &'a RawValue,
    },
    Pong,
    Closing(Closing),
}

/// The socket is open for its user.
#[derive(Clone, Debug, Serialize)]
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
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Limits {
    pub frame_bytes: usize,
    pub subscriptions: usize,
    pub ops_in_flight: usize,
    pub ops_per_second: Option<u32>,
    pub ops_burst: Option<u32>,
    pub messages_per_second: Option<u32>,
    pub messages_burst: Option<u32>,
    pub ping_ms: u64,
    pub silence_ms: u64,
}

#[derive(Debug, Serialize)]
pub struct Snapshot<'a> {
    pub project: ProjectId,
    pub epoch: Uuid,
    pub seq: i64,
    /// The body of `GET /projects/{p}/graph`.
    pub graph: &'a RawValue,
    pub presence: &'a [Peer],
    pub generations: &'a [GenerationSoFar],
}

#[derive(Debug, Serialize)]
pub struct Tail<'a> {
    pub project: ProjectId,
    pub epoch: Uuid,
    /// What the client had: the events are those after it.
    pub from: i64,
    pub events: &'a [&'a EventView],
    pub presence: &'a [Peer],
    pub generations: &'a [GenerationSoFar],
}

/// A generation that runs: its text up to and with this chunk.
#[derive(Clone, Debug, Serialize)]
pub struct GenerationSoFar {
    pub node: NodeId,
    pub generation: GenerationId,
    pub chunk: u64,
    pub text: String,
}

/// An operation is committed.
#[derive(Clone, Debug, Serialize)]
pub struct Ack {
    pub id: OpId,
    pub seq: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data: Option<serde_json::Value>,
}

/// An operation, or another frame, is refused.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Nack {
    /// Null for frames that have none.
    pub id: Option<OpId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub project: Option<ProjectId>,
    pub code: String,
    /// What happened, and the way out.
    pub detail: String,
    /// Whether the same frame may succeed later.
    pub retryable: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after_ms: Option<u64>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub path: Vec<NodeId>,
}

/// A piece of the text of a generation.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DeltaFrame {
    pub project: ProjectId,
    pub node: NodeId,
    pub generation: GenerationId,
    /// From 0, without a gap.
    pub chunk: u64,
    /// With this, the frame holds all chunks from here on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<u64>,
    pub text: String,
}

/// The server is about to close the socket.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Closing {
    pub code: u16,
    pub reason: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub project: Option<ProjectId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after_ms: Option<u64>,
}

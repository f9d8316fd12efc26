//! What goes over a socket: text frames with one JSON object each, whose `type` says what it is.

mod client;
mod presence;
mod server;
mod streams;

pub use client::{ClientFrame, FrameFault, OpFrame};
pub use presence::{
    Cursor, Peer, PresenceFrame, PresenceUpdate, SELECTION_IDS_MAX, Sight, TYPING_CHARS_MAX,
};
pub use server::{
    Ack, Closing, DeltaFrame, GenerationSoFar, Limits, Nack, Ready, ServerFrame, Snapshot,
    SnapshotFrame, Tail, TailFrame,
};
pub use streams::{About, StreamFrame, StreamLists, StreamSoFar};

/// The subprotocol that both sides name while they shake hands.
pub const SUBPROTOCOL: &str = "nonlinear.v1";
/// The largest frame that a client may send.
pub const FRAME_BYTES_MAX: usize = 64 * 1024;

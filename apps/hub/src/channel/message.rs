//! What is sent to a channel.

use std::sync::Arc;

use kernel::{Result, UserId};
use platform::{Ctx, ProjectAccess, log::Head, streams::Checkpoint};
use protocol::{events::LoggedEvent, frames::PresenceUpdate};
use serde_json::value::RawValue;
use tokio::sync::mpsc;
use uuid::Uuid;

use crate::outbox::Outbox;

/// How much may wait for a channel. Presence that does not fit is left out; the next one is newer.
pub(crate) const CHANNEL_MAILBOX_MAX: usize = 4_096;

pub(crate) type ChannelSender = mpsc::Sender<ChannelMessage>;

#[derive(Debug)]
pub(crate) enum ChannelMessage {
    Join(Box<Join>),
    Leave(u64),
    /// Boxed, as what is large is: a channel at rest keeps room for some dozens of messages.
    Presence(u64, Box<PresenceUpdate>),
    /// What was read for a socket that joins.
    Read(Box<Read>),
    /// The open streams, as they were checkpointed.
    Streams(Box<StreamsRead>),
    /// Where the log ends, as it stands in the database.
    Head(Head),
    /// Somebody was refused: look again who may be here.
    CheckAccess,
}

/// A socket that wants to hear of a project.
#[derive(Debug)]
pub(crate) struct Join {
    pub(crate) socket: u64,
    pub(crate) user: UserId,
    pub(crate) name: Arc<str>,
    pub(crate) ctx: Ctx,
    pub(crate) access: ProjectAccess,
    pub(crate) outbox: Arc<Outbox>,
    /// What it has already.
    pub(crate) since: Option<(Uuid, i64)>,
}

/// What was read outside of the channel for a socket that joins.
#[derive(Debug)]
pub(crate) struct Read {
    pub(super) socket: u64,
    /// Which reading it was: a socket may have begun anew meanwhile.
    pub(super) number: u64,
    pub(super) outcome: Result<Beginning>,
}

#[derive(Debug)]
pub(super) enum Beginning {
    Tail {
        from: i64,
        events: Vec<Arc<LoggedEvent>>,
    },
    Whole {
        epoch: Uuid,
        seq: i64,
        graph: Box<RawValue>,
    },
}

impl Beginning {
    pub(super) fn seq(&self) -> i64 {
        match self {
            Self::Tail { from, events } => events.last().map_or(*from, |last| last.seq),
            Self::Whole { seq, .. } => *seq,
        }
    }

    pub(super) fn is_of(&self, current: Uuid) -> bool {
        match self {
            Self::Tail { .. } => true,
            Self::Whole { epoch, .. } => *epoch == current,
        }
    }
}

/// What was read outside of the channel.
#[derive(Debug)]
pub(crate) struct StreamsRead {
    pub(super) number: u64,
    pub(super) outcome: Result<Vec<Checkpoint>>,
}

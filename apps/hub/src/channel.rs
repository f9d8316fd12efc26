//! Channels: a task for each project that somebody listens to.

mod access;
mod channels;
mod chunks;
mod lag;
mod peers;
mod presence;
mod recent;
mod streams;
mod task;
mod telling;
mod welcome;

use std::sync::Arc;

use kernel::{ProjectId, UserId};
use platform::{Ctx, ProjectAccess, log::Head};
use protocol::frames::PresenceUpdate;
use tokio::sync::mpsc;
use uuid::Uuid;

pub(crate) use channels::Channels;

use crate::outbox::Outbox;

/// How much may wait for a channel. Presence that does not fit is left out; the next one is newer.
pub(crate) const CHANNEL_MAILBOX_MAX: usize = 4_096;

pub(crate) type ChannelSender = mpsc::Sender<ChannelMessage>;

#[derive(Debug)]
pub(crate) enum ChannelMessage {
    Join(Box<Join>),
    Leave(u64),
    Presence(u64, PresenceUpdate),
    /// What was read for a socket that joins.
    Read(Box<welcome::Read>),
    /// The open streams, as they were checkpointed.
    Streams(Box<chunks::StreamsRead>),
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

/// What a socket is told when a project is no longer for it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PutOut {
    pub(crate) project: ProjectId,
    pub(crate) code: u16,
    pub(crate) reason: &'static str,
}

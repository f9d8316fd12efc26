//! A channel and who is in it.

use std::{collections::HashMap, sync::Arc, time::Instant};

use kernel::{ProjectId, UserId, Visibility};
use platform::{Ctx, ProjectAccess, log::Head};
use tokio::sync::mpsc;
use tokio_util::task::AbortOnDropHandle;

use super::{
    lag::Lag, message::ChannelMessage, peers::Peers, recent::Recent, streams::OpenStreams,
};
use crate::{hub::Hub, outbox::Outbox};

pub(super) struct Channel {
    pub(super) hub: Arc<Hub>,
    pub(super) project: ProjectId,
    /// To this channel, for those who read on its behalf.
    pub(super) door: mpsc::WeakSender<ChannelMessage>,
    pub(super) head: Head,
    pub(super) members: HashMap<u64, Member>,
    pub(super) peers: Peers,
    pub(super) recent: Recent,
    pub(super) streams: OpenStreams,
    pub(super) streams_are_readable: bool,
    /// When those for whom chunks were left out are looked after.
    pub(super) help_lagging_at: Option<Instant>,
    pub(super) reads: u64,
    pub(super) told_others_at: Instant,
    /// Whether presence was left out for somebody.
    pub(super) somebody_lost_track: bool,
    pub(super) empty_since: Option<Instant>,
}

/// A socket in a channel.
pub(super) struct Member {
    pub(super) user: UserId,
    pub(super) name: Arc<str>,
    pub(super) ctx: Ctx,
    pub(super) access: ProjectAccess,
    /// What `access` lets them see, asked once.
    pub(super) visibility: Visibility,
    pub(super) sees_peers: bool,
    pub(super) outbox: Arc<Outbox>,
    pub(super) state: MemberState,
    /// What reads its beginning; with the member it ends.
    pub(super) reading: Option<AbortOnDropHandle<()>>,
    /// Presence was left out because too much waited.
    pub(super) lost_track: bool,
    /// Chunks that were left out because too much waited.
    pub(super) lag: Lag,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MemberState {
    /// What it needs to begin is being read.
    Joining { read: u64 },
    /// It was told everything up to here.
    Live { seq: i64 },
}

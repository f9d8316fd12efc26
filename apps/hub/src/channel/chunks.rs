//! Telling everyone in a channel what is written to streams, and reading what the bus did not say of it.

use std::{sync::Arc, time::Instant};

use kernel::{ProjectId, error::chain};
use platform::{
    bus::Ephemeral,
    streams::{Point, StreamId},
};
use protocol::{events::LoggedEvent, frames::StreamLists};

use super::{
    lag::{Lag, Rest},
    message::{ChannelMessage, StreamsRead},
    peers::TICK,
    state::{Channel, Member, MemberState},
    streams::OpenStreams,
};
use crate::{
    hub::Hub,
    wire::{Frame, encode},
};

/// The open streams when a channel opens.
pub(super) async fn streams_at_opening(hub: &Arc<Hub>, project: ProjectId) -> OpenStreams {
    let sources = hub.platform.features().streams().on_sockets();
    let mut streams = OpenStreams::new(sources.clone());
    let now = Instant::now();
    streams.read_anew(now);
    let Some(number) = streams.begin_read(now) else {
        return streams;
    };
    match sources.open(&hub.platform.database, project).await {
        Ok(listed) => streams.read(number, listed, Instant::now()),
        Err(error) => {
            tracing::warn!(project.id = %project, error = chain(&error), "Streams cannot be read");
            streams.read_failed(number, Instant::now());
        }
    }
    // Nobody is here to be told.
    streams.take_news();
    streams
}

impl Channel {
    pub(super) fn follow_streams(&mut self, events: &[Arc<LoggedEvent>]) {
        let now = Instant::now();
        for event in events {
            self.streams.follow(&event.event, now);
        }
        self.tell_news();
    }

    pub(super) fn hear_chunks(&mut self, told: &[Arc<Ephemeral>]) {
        let now = Instant::now();
        for told in told {
            match self.hub.platform.streams.heard(self.project, told) {
                Ok(chunks) => {
                    for chunk in chunks {
                        self.streams.hear(chunk, now);
                    }
                }
                Err(error) => {
                    tracing::warn!(error = chain(&error), "A chunk is not understood");
                }
            }
        }
        self.tell_news();
    }

    /// Tells what came: what came of one stream at once goes into one frame.
    fn tell_news(&mut self) {
        for (stream, from) in self.streams.take_news() {
            if self.members.is_empty() {
                continue;
            }
            let piece = self.streams.since(self.project, stream, from);
            if let Some(frame) = piece.and_then(|piece| encode(&piece)) {
                self.tell_piece(&frame, stream, from);
            }
        }
    }

    fn tell_piece(&mut self, frame: &Frame, stream: StreamId, from: Point) {
        let head = self.head.seq;
        let mut somebody_lags = false;
        for member in self.members.values_mut() {
            let Member {
                state, lag, outbox, ..
            } = member;
            match state {
                MemberState::Live { seq } if *seq <= head => {
                    lag.tell(outbox, frame, stream, from);
                }
                // It may have been told of the end already.
                MemberState::Live { .. } => lag.leave_out(stream, from),
                MemberState::Joining { .. } => {}
            }
            somebody_lags |= !lag.is_none();
        }
        if somebody_lags {
            self.help_lagging_later();
        }
    }

    pub(super) fn help_lagging_later(&mut self) {
        self.help_lagging_at
            .get_or_insert_with(|| Instant::now() + TICK);
    }

    /// Tells those who have caught up what was left out for them.
    pub(super) fn help_lagging(&mut self, now: Instant) {
        if self.help_lagging_at.is_none_or(|at| at > now) {
            return;
        }
        let head = self.head.seq;
        let mut rest = Rest::of(self.project, &self.streams);
        let mut somebody_lags = false;
        for member in self.members.values_mut() {
            let Member {
                state, lag, outbox, ..
            } = member;
            if matches!(state, MemberState::Live { seq } if *seq <= head) {
                lag.catch_up(outbox, &mut rest);
            }
            somebody_lags |= !lag.is_none();
        }
        self.help_lagging_at = somebody_lags.then(|| now + TICK);
    }

    /// When the checkpoint is to be looked at, for those who listen.
    pub(super) fn streams_due(&self) -> Option<Instant> {
        self.streams.due().filter(|_| !self.members.is_empty())
    }

    /// Reads in a task of its own: the channel goes on meanwhile.
    pub(super) fn read_streams_if_due(&mut self, now: Instant) {
        if self.streams_due().is_none_or(|due| due > now) {
            return;
        }
        let Some(number) = self.streams.begin_read(now) else {
            return;
        };
        let (hub, project, door) = (self.hub.clone(), self.project, self.door.clone());
        self.hub.platform.tasks.spawn(async move {
            let sources = hub.platform.features().streams().on_sockets();
            let outcome = sources.open(&hub.platform.database, project).await;
            let read = StreamsRead { number, outcome };
            // A channel that closed meanwhile tells nobody.
            if let Some(door) = door.upgrade() {
                let _ = door.send(ChannelMessage::Streams(Box::new(read))).await;
            }
        });
    }

    pub(super) fn take_streams(&mut self, read: StreamsRead) {
        let StreamsRead { number, outcome } = read;
        let now = Instant::now();
        let is_readable = outcome.is_ok();
        match outcome {
            Ok(listed) => self.streams.read(number, listed, now),
            Err(error) => {
                // Said once: the log says the same of the same database.
                if self.streams_are_readable {
                    tracing::warn!(project.id = %self.project, error = chain(&error), "Streams cannot be read");
                }
                self.streams.read_failed(number, now);
            }
        }
        self.streams_are_readable = is_readable;
        self.tell_news();
    }

    /// What a socket that goes live is told of what is being written. One whose beginning is
    /// further than this channel gets nothing yet, for some of it may have ended.
    pub(super) fn streams_for(&self, is_further: bool) -> (StreamLists, Lag) {
        if is_further {
            (self.streams.none(), Lag::from_start(&self.streams))
        } else {
            (self.streams.so_far(), Lag::default())
        }
    }
}

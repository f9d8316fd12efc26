//! Telling everyone in a channel what models write, and reading what the bus did not say of it.

use std::{sync::Arc, time::Instant};

use kernel::{GenerationId, Result, error::chain};
use platform::bus::Ephemeral;
use protocol::{
    events::LoggedEvent,
    frames::{DeltaFrame, GenerationSoFar, ServerFrame},
};

use super::{
    ChannelMessage,
    drafts::{Drafts, Point},
    lag::{Lag, Rest},
    peers::TICK,
    task::{Channel, Member, MemberState},
    telling::encode,
};
use crate::Hub;

/// What was read outside of the channel.
#[derive(Debug)]
pub(crate) struct DraftsRead {
    number: u64,
    outcome: Result<Vec<GenerationSoFar>>,
}

/// What is being written when a channel opens.
pub(super) async fn drafts_at_opening(hub: &Arc<Hub>, project: kernel::ProjectId) -> Drafts {
    let mut drafts = Drafts::default();
    let now = Instant::now();
    drafts.read_anew(now);
    let Some(number) = drafts.begin_read(now) else {
        return drafts;
    };
    match (hub.features.drafts)(hub.platform.clone(), project).await {
        Ok(listed) => drafts.read(number, listed, Instant::now()),
        Err(error) => {
            tracing::warn!(project.id = %project, error = chain(&error), "Drafts cannot be read");
            drafts.read_failed(number, Instant::now());
        }
    }
    // Nobody is here to be told.
    drafts.take_news();
    drafts
}

impl Channel {
    pub(super) fn follow_drafts(&mut self, events: &[Arc<LoggedEvent>]) {
        let now = Instant::now();
        for event in events {
            self.drafts.follow(&event.event, now);
        }
        self.tell_drafts();
    }

    pub(super) fn hear_deltas(&mut self, told: &[Arc<Ephemeral>]) {
        let now = Instant::now();
        for told in told {
            match serde_json::from_slice::<Vec<DeltaFrame>>(&told.payload) {
                Ok(deltas) => {
                    for delta in deltas {
                        if delta.project == self.project {
                            self.drafts.hear(delta, now);
                        }
                    }
                }
                Err(error) => {
                    tracing::warn!(error = chain(&error), "A delta is not understood");
                }
            }
        }
        self.tell_drafts();
    }

    /// Tells what came: what came of one generation at once goes into one frame.
    fn tell_drafts(&mut self) {
        for (generation, from) in self.drafts.take_news() {
            if self.members.is_empty() {
                continue;
            }
            if let Some(delta) = self.drafts.since(self.project, generation, from) {
                self.tell_delta(&ServerFrame::Delta(delta), generation, from);
            }
        }
    }

    fn tell_delta(&mut self, delta: &ServerFrame<'_>, generation: GenerationId, from: Point) {
        let Some(frame) = encode(delta) else {
            return;
        };
        let head = self.head.seq;
        let mut somebody_lags = false;
        for member in self.members.values_mut() {
            let Member {
                state, lag, outbox, ..
            } = member;
            match state {
                MemberState::Live { seq } if *seq <= head => {
                    lag.tell(outbox, &frame, generation, from);
                }
                // It may have been told of the end already.
                MemberState::Live { .. } => lag.leave_out(generation, from),
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
        let mut rest = Rest::of(self.project, &self.drafts);
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
    pub(super) fn drafts_due(&self) -> Option<Instant> {
        self.drafts.due().filter(|_| !self.members.is_empty())
    }

    /// Reads in a task of its own: the channel goes on meanwhile.
    pub(super) fn read_drafts_if_due(&mut self, now: Instant) {
        if self.drafts_due().is_none_or(|due| due > now) {
            return;
        }
        let Some(number) = self.drafts.begin_read(now) else {
            return;
        };
        let (hub, project, door) = (self.hub.clone(), self.project, self.door.clone());
        self.hub.platform.tasks.spawn(async move {
            let outcome = (hub.features.drafts)(hub.platform.clone(), project).await;
            let read = DraftsRead { number, outcome };
            // A channel that closed meanwhile tells nobody.
            if let Some(door) = door.upgrade() {
                let _ = door.send(ChannelMessage::Drafts(Box::new(read))).await;
            }
        });
    }

    pub(super) fn take_drafts(&mut self, read: DraftsRead) {
        let DraftsRead { number, outcome } = read;
        let now = Instant::now();
        let is_readable = outcome.is_ok();
        match outcome {
            Ok(listed) => self.drafts.read(number, listed, now),
            Err(error) => {
                // Said once: the log says the same of the same database.
                if self.drafts_are_readable {
                    tracing::warn!(project.id = %self.project, error = chain(&error), "Drafts cannot be read");
                }
                self.drafts.read_failed(number, now);
            }
        }
        self.drafts_are_readable = is_readable;
        self.tell_drafts();
    }

    /// What a socket that goes live is told of what is being written. One whose beginning is
    /// further than this channel gets nothing yet, for some of it may have ended.
    pub(super) fn drafts_for(&self, is_further: bool) -> (Vec<GenerationSoFar>, Lag) {
        if is_further {
            (Vec::new(), Lag::from_start(&self.drafts))
        } else {
            (self.drafts.so_far(), Lag::default())
        }
    }
}

//! Telling everyone in a channel, and on other instances, who is where.

use std::time::{Duration, Instant};

use kernel::error::chain;
use platform::bus::{Ephemeral, EphemeralKind, Topic};
use protocol::frames::{PresenceFrame, ServerFrame};

use super::{
    peers::{Changes, TICK},
    state::{Channel, MemberState},
};
use crate::wire::{Frame, encode};

/// How often other instances hear who is here even if nothing changes.
const IN_TOUCH_EVERY: Duration = Duration::from_secs(15);

impl Channel {
    pub(super) fn presence_due(&self, now: Instant) -> Option<Instant> {
        let retry = self.somebody_lost_track.then(|| now + TICK);
        let due = self.peers.due(self.members.len(), now);
        due.into_iter().chain(retry).min()
    }

    pub(super) fn tell_presence_if_due(&mut self, now: Instant) {
        let due = self.peers.due(self.members.len(), now);
        if due.is_some_and(|due| due <= now) {
            self.tell_presence(now);
        }
        self.help_lost();
    }

    fn tell_presence(&mut self, now: Instant) {
        let Changes { frame, only } = self.peers.take_changes(now);
        let bus = &self.hub.platform.bus;
        let for_one = usize::from(only.is_some());
        let nobody_else = self.members.len() <= for_one;
        if nobody_else && !bus.has_others() {
            return;
        }
        let Some(frame) = encode(&ServerFrame::Presence(&frame)) else {
            return;
        };
        if bus.has_others() {
            let topic = Topic::Project(self.project);
            bus.tell_others(topic, EphemeralKind::Presence, frame.payload());
        }
        self.push_presence(&frame, only);
    }

    fn push_presence(&mut self, frame: &Frame, except: Option<u64>) {
        for (socket, member) in &mut self.members {
            let is_live = matches!(member.state, MemberState::Live { .. });
            if except == Some(*socket) || !is_live || !member.sees_peers {
                continue;
            }
            // Who lost track is told everything at once, later.
            if member.lost_track || !member.outbox.push_if_calm(frame) {
                member.lost_track = true;
                self.somebody_lost_track = true;
            }
        }
    }

    /// Tells those for whom presence was left out, and who have caught up, who is where.
    fn help_lost(&mut self) {
        if !self.somebody_lost_track {
            return;
        }
        self.somebody_lost_track = false;
        let Some(whole) = encode(&ServerFrame::Presence(&self.peers.all_frame())) else {
            return;
        };
        for member in self.members.values_mut() {
            if member.lost_track {
                member.lost_track = !member.outbox.push_if_calm(&whole);
                self.somebody_lost_track |= member.lost_track;
            }
        }
    }

    /// What another instance says about its peers. It was gathered there, so it goes on at once.
    pub(super) fn hear_presence(&mut self, told: &Ephemeral) {
        if told.origin == self.hub.platform.bus.origin() {
            return;
        }
        if told.kind == EphemeralKind::PresenceAsk {
            self.tell_others_all();
            return;
        }
        let said: PresenceFrame = match serde_json::from_slice(&told.payload) {
            Ok(said) => said,
            Err(error) => {
                tracing::warn!(
                    error = chain(&error),
                    "Presence of another instance is not understood"
                );
                return;
            }
        };
        if told.kind == EphemeralKind::Presence {
            self.peers.hear(told.origin, &said);
            self.push_presence(&Frame::text(&told.payload), None);
            return;
        }
        let news = self.peers.hear_all(told.origin, said);
        if news.peers.is_empty() && news.left.is_empty() {
            return;
        }
        if let Some(frame) = encode(&ServerFrame::Presence(&news)) {
            self.push_presence(&frame, None);
        }
    }

    pub(super) fn ask_others(&self) {
        let topic = Topic::Project(self.project);
        let bus = &self.hub.platform.bus;
        if bus.has_others() {
            bus.tell_others(topic, EphemeralKind::PresenceAsk, bytes::Bytes::new());
        }
    }

    pub(super) fn in_touch_until(&self) -> Option<Instant> {
        let bus = &self.hub.platform.bus;
        bus.has_others()
            .then(|| self.told_others_at + IN_TOUCH_EVERY)
    }

    /// Lets other instances know that this one is there, and forgets those that are not.
    pub(super) fn keep_in_touch(&mut self, now: Instant) {
        if self.in_touch_until().is_none_or(|until| until > now) {
            return;
        }
        self.tell_others_all();
        if let Some(gone) = self.peers.forget_silent(now)
            && let Some(frame) = encode(&ServerFrame::Presence(&gone))
        {
            self.push_presence(&frame, None);
        }
    }

    fn tell_others_all(&mut self) {
        self.told_others_at = Instant::now();
        if let Some(frame) = encode(&ServerFrame::Presence(&self.peers.here_frame())) {
            let topic = Topic::Project(self.project);
            let bus = &self.hub.platform.bus;
            bus.tell_others(topic, EphemeralKind::PresenceAll, frame.payload());
        }
    }
}

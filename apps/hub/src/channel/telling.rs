//! Telling everyone in a channel what happened: encoded once for all who may see the same of it.

use std::sync::Arc;

use kernel::{Result, Visibility};
use protocol::{
    events::{LoggedEvent, ShownEvent},
    frames::ServerFrame,
};

use super::state::{Channel, MemberState};
use crate::wire::{Frame, encode};

impl Channel {
    /// Tells events that follow what was told before, without a gap.
    pub(super) async fn tell(&mut self, events: Vec<Arc<LoggedEvent>>) -> Result<()> {
        let Some(last) = events.last() else {
            return Ok(());
        };
        let last_seq = last.seq;
        // Whoever was removed must not hear of what happened afterwards, nor of the removal.
        if events.iter().any(|event| event.event.changes_access()) {
            self.check_access().await?;
        }
        let mut encoded = Encoded::default();
        for member in self.members.values_mut() {
            let MemberState::Live { seq } = &mut member.state else {
                continue;
            };
            let visibility = member.visibility;
            if let Some(frame) = encoded.frame(self.project, &events, *seq, visibility) {
                member.outbox.push(frame);
            }
            *seq = last_seq.max(*seq);
        }
        self.head.seq = last_seq;
        self.follow_streams(&events);
        for event in events {
            self.recent.push(event);
        }
        Ok(())
    }
}

/// The frames of some events, one for each way of seeing them and each place to begin.
#[derive(Default)]
struct Encoded(Vec<(i64, Visibility, Option<Frame>)>);

impl Encoded {
    fn frame(
        &mut self,
        project: kernel::ProjectId,
        events: &[Arc<LoggedEvent>],
        after: i64,
        visibility: Visibility,
    ) -> Option<Frame> {
        let first = events.first().map_or(i64::MAX, |event| event.seq);
        let after = after.max(first - 1);
        let known = self
            .0
            .iter()
            .find(|(from, as_seen, _)| *from == after && *as_seen == visibility);
        if let Some((_, _, frame)) = known {
            return frame.clone();
        }
        let later = events.iter().filter(|event| event.seq > after);
        let shown: Vec<ShownEvent<'_>> = later.map(|event| event.shown_to(visibility)).collect();
        let frame = events_frame(project, &shown);
        self.0.push((after, visibility, frame.clone()));
        frame
    }
}

pub(super) fn events_frame(project: kernel::ProjectId, events: &[ShownEvent<'_>]) -> Option<Frame> {
    if events.is_empty() {
        return None;
    }
    encode(&ServerFrame::Events { project, events })
}

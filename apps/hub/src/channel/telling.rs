//! Telling everyone in a channel what happened: encoded once for all who may see the same of it.

use std::sync::Arc;

use kernel::{Result, error::chain};
use protocol::{
    events::{EventView, Visibility},
    frames::ServerFrame,
};

use super::task::{Channel, MemberState};
use crate::wire::Frame;

impl Channel {
    /// Tells events that follow what was told before, without a gap.
    pub(super) async fn tell(&mut self, events: Vec<Arc<EventView>>) -> Result<()> {
        let Some(last) = events.last() else {
            return Ok(());
        };
        let last_seq = last.seq;
        // Whoever was removed must not hear of what happened afterwards, nor of the removal.
        if events.iter().any(|event| concerns_access(event)) {
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
        self.follow_drafts(&events);
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
        events: &[Arc<EventView>],
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
        let seen: Vec<Arc<EventView>> = later.map(|event| seen_with(event, visibility)).collect();
        let frame = events_frame(project, &seen);
        self.0.push((after, visibility, frame.clone()));
        frame
    }
}

/// An event as somebody may see it; the same one if nothing has to be taken out.
pub(super) fn seen_with(event: &Arc<EventView>, visibility: Visibility) -> Arc<EventView> {
    let sees_all = visibility.system_prompt && visibility.members && visibility.costs;
    if sees_all {
        event.clone()
    } else {
        Arc::new(EventView::clone(event).seen_with(visibility))
    }
}

pub(super) fn events_frame(project: kernel::ProjectId, events: &[Arc<EventView>]) -> Option<Frame> {
    if events.is_empty() {
        return None;
    }
    let events: Vec<&EventView> = events.iter().map(AsRef::as_ref).collect();
    let frame = ServerFrame::Events {
        project,
        events: &events,
    };
    encode(&frame)
}

/// Encodes what the server made itself, which always can be.
pub(super) fn encode(frame: &ServerFrame<'_>) -> Option<Frame> {
    match Frame::of(frame) {
        Ok(frame) => Some(frame),
        Err(error) => {
            tracing::error!(error = chain(&error), "A frame cannot be encoded");
            None
        }
    }
}

/// Whether after this event somebody may see more or less than before.
fn concerns_access(event: &EventView) -> bool {
    fn concerns(op: &str, data: &serde_json::Value) -> bool {
        match op {
            "project.update" => data.get("isPublic").is_some() || data.get("ownerId").is_some(),
            "project.delete" | "project.restore" => true,
            "batch" => {
                let ops = data.get("ops").and_then(|ops| ops.as_array());
                ops.into_iter().flatten().any(|inner| {
                    let op = inner.get("op").and_then(|op| op.as_str());
                    let nothing = serde_json::Value::Null;
                    concerns(
                        op.unwrap_or_default(),
                        inner.get("data").unwrap_or(&nothing),
                    )
                })
            }
            _ => op.starts_with("member."),
        }
    }
    concerns(&event.op, &event.data)
}

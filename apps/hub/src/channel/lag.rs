//! What was left out for a socket that did not keep up, and is told it once it has.

use std::collections::HashMap;

use kernel::{GenerationId, ProjectId};
use protocol::frames::ServerFrame;

use super::{
    drafts::{Drafts, Point},
    telling::encode,
};
use crate::{outbox::Outbox, wire::Frame};

/// From where on a socket lacks the text of generations.
#[derive(Debug, Default)]
pub(super) struct Lag(Vec<(GenerationId, Point)>);

/// What lags behind is told it in frames that many may share.
#[derive(Debug)]
pub(super) struct Rest<'a> {
    project: ProjectId,
    drafts: &'a Drafts,
    encoded: HashMap<(GenerationId, Point), Option<Frame>>,
}

impl Lag {
    /// Somebody who has nothing of what is being written.
    pub(super) fn from_start(drafts: &Drafts) -> Self {
        Self(drafts.ids().map(|id| (id, Point::default())).collect())
    }

    pub(super) fn is_none(&self) -> bool {
        self.0.is_empty()
    }

    /// Tells what came of a generation after this point, or remembers that it was left out.
    pub(super) fn tell(
        &mut self,
        outbox: &Outbox,
        frame: &Frame,
        generation: GenerationId,
        from: Point,
    ) {
        if !self.is_none() || !outbox.push_if_calm(frame) {
            self.leave_out(generation, from);
        }
    }

    pub(super) fn leave_out(&mut self, generation: GenerationId, from: Point) {
        // It may have begun earlier.
        if self.0.iter().all(|(behind, _)| *behind != generation) {
            self.0.push((generation, from));
        }
    }

    /// Tells everything that was left out, as far as there is channel for it.
    pub(super) fn catch_up(&mut self, outbox: &Outbox, rest: &mut Rest<'_>) {
        self.0.retain(|(generation, from)| {
            // What has ended is told by the event that ends it.
            if !rest.is_any(*generation, *from) {
                return false;
            }
            if !outbox.is_calm() {
                return true;
            }
            let frame = rest.frame(*generation, *from);
            frame.is_some_and(|frame| !outbox.push_if_calm(&frame))
        });
    }
}

impl<'a> Rest<'a> {
    pub(super) fn of(project: ProjectId, drafts: &'a Drafts) -> Self {
        Self {
            project,
            drafts,
            encoded: HashMap::new(),
        }
    }

    fn is_any(&self, generation: GenerationId, from: Point) -> bool {
        self.drafts.has_told_after(generation, from)
    }

    fn frame(&mut self, generation: GenerationId, from: Point) -> Option<Frame> {
        let make = || {
            let delta = self.drafts.since(self.project, generation, from)?;
            encode(&ServerFrame::Delta(delta))
        };
        let known = self.encoded.entry((generation, from));
        known.or_insert_with(make).clone()
    }
}

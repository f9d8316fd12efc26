//! What was left out for a socket that did not keep up, and is told it once it has.

use std::collections::HashMap;

use kernel::ProjectId;
use platform::streams::{Point, StreamId};

use super::streams::OpenStreams;
use crate::{
    outbox::Outbox,
    wire::{Frame, encode},
};

/// From where on a socket lacks the text of streams.
#[derive(Debug, Default)]
pub(super) struct Lag(Vec<(StreamId, Point)>);

/// What lags behind is told it in frames that many may share.
#[derive(Debug)]
pub(super) struct Rest<'a> {
    project: ProjectId,
    streams: &'a OpenStreams,
    encoded: HashMap<(StreamId, Point), Option<Frame>>,
}

impl Lag {
    /// Somebody who has nothing of what is being written.
    pub(super) fn from_start(streams: &OpenStreams) -> Self {
        Self(streams.ids().map(|id| (id, Point::default())).collect())
    }

    pub(super) fn is_none(&self) -> bool {
        self.0.is_empty()
    }

    /// Tells what came of a stream after this point, or remembers that it was left out.
    pub(super) fn tell(&mut self, outbox: &Outbox, frame: &Frame, stream: StreamId, from: Point) {
        if !self.is_none() || !outbox.push_if_calm(frame) {
            self.leave_out(stream, from);
        }
    }

    pub(super) fn leave_out(&mut self, stream: StreamId, from: Point) {
        // It may have begun earlier.
        if self.0.iter().all(|(behind, _)| *behind != stream) {
            self.0.push((stream, from));
        }
    }

    /// Tells everything that was left out, as far as there is room for it.
    pub(super) fn catch_up(&mut self, outbox: &Outbox, rest: &mut Rest<'_>) {
        self.0.retain(|(stream, from)| {
            // What has ended is told by the event that ends it.
            if !rest.is_any(*stream, *from) {
                return false;
            }
            if !outbox.is_calm() {
                return true;
            }
            let frame = rest.frame(*stream, *from);
            frame.is_some_and(|frame| !outbox.push_if_calm(&frame))
        });
    }
}

impl<'a> Rest<'a> {
    pub(super) fn of(project: ProjectId, streams: &'a OpenStreams) -> Self {
        Self {
            project,
            streams,
            encoded: HashMap::new(),
        }
    }

    fn is_any(&self, stream: StreamId, from: Point) -> bool {
        self.streams.has_told_after(stream, from)
    }

    fn frame(&mut self, stream: StreamId, from: Point) -> Option<Frame> {
        let make = || {
            let piece = self.streams.since(self.project, stream, from)?;
            encode(&piece)
        };
        let known = self.encoded.entry((stream, from));
        known.or_insert_with(make).clone()
    }
}

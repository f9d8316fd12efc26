//! The last events of a channel, so that whoever comes back soon needs no database.

use std::{collections::VecDeque, sync::Arc};

use protocol::events::LoggedEvent;

/// A gap larger than this is not worth telling: a snapshot is.
pub(super) const TAIL_EVENTS_MAX: usize = 1_024;
const RECENT_BYTES_MAX: usize = 4 * 1024 * 1024;
/// About how much memory an event takes for each byte of its text: once encoded, once with its types.
const BYTES_PER_BYTE: usize = 2;
const EVENT_BYTES: usize = 512;

#[derive(Debug, Default)]
pub(super) struct Recent {
    events: VecDeque<(Arc<LoggedEvent>, usize)>,
    bytes: usize,
}

impl Recent {
    pub(super) fn push(&mut self, event: Arc<LoggedEvent>) {
        let bytes = EVENT_BYTES + event.data.get().len() * BYTES_PER_BYTE;
        self.bytes += bytes;
        self.events.push_back((event, bytes));
        while self.events.len() > TAIL_EVENTS_MAX || self.bytes > RECENT_BYTES_MAX {
            let Some((_, bytes)) = self.events.pop_front() else {
                return;
            };
            self.bytes -= bytes;
        }
    }

    /// All events after `seq`, if they are all here.
    pub(super) fn after(&self, seq: i64, head: i64) -> Option<Vec<Arc<LoggedEvent>>> {
        if seq == head {
            return Some(Vec::new());
        }
        let (first, _) = self.events.front()?;
        if first.seq > seq + 1 {
            return None;
        }
        let later = self.events.iter().filter(|(event, _)| event.seq > seq);
        Some(later.map(|(event, _)| event.clone()).collect())
    }

    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }
}

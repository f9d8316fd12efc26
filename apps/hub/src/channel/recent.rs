//! The last events of a channel, so that whoever comes back soon needs no database.

use std::{collections::VecDeque, sync::Arc};

use protocol::events::EventView;
use serde_json::Value;

/// A gap larger than this is not worth telling: a snapshot is.
pub(super) const TAIL_EVENTS_MAX: usize = 1_024;
const RECENT_BYTES_MAX: usize = 4 * 1024 * 1024;
/// What a value takes besides its text.
const VALUE_BYTES: usize = 32;

#[derive(Debug, Default)]
pub(super) struct Recent {
    events: VecDeque<(Arc<EventView>, usize)>,
    bytes: usize,
}

impl Recent {
    pub(super) fn push(&mut self, event: Arc<EventView>) {
        let bytes = weight(&event.data);
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
    pub(super) fn after(&self, seq: i64, head: i64) -> Option<Vec<Arc<EventView>>> {
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

/// About how much memory a value takes.
fn weight(value: &Value) -> usize {
    VALUE_BYTES
        + match value {
            Value::Null | Value::Bool(_) | Value::Number(_) => 0,
            Value::String(text) => text.len(),
            Value::Array(values) => values.iter().map(weight).sum(),
            Value::Object(fields) => fields
                .iter()
                .map(|(name, value)| name.len() + weight(value))
                .sum(),
        }
}

//! The last chunks of streams, so that whoever joins hears at once what is not kept yet, and whoever
//! comes back goes on where they were.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use kernel::ProjectId;
use moka::sync::Cache;

use super::{chunk::Chunk, point::Point, source::StreamId};

/// What is told is kept within a second, or when it is 4 KiB; this is far more, unless the database
/// is away.
const RECENT_BYTES_MAX: usize = 32 * 1024;
const RECENT_CHUNKS_MAX: usize = 1_024;
const STREAMS_MAX: u64 = 1_024;
/// A stream of which nothing was heard for so long is only what is kept of it.
const STREAM_IDLE: Duration = Duration::from_secs(120);

/// The last chunks of one text, by their first number.
#[derive(Debug, Default)]
struct Tail {
    chunks: BTreeMap<u64, Chunk>,
    bytes: usize,
}

impl Tail {
    fn note(&mut self, chunk: &Chunk) {
        if self.chunks.get(&chunk.from.chunks) == Some(chunk) {
            return;
        }
        if !self.agrees_with(chunk.from) || !self.agrees_with(chunk.end()) {
            *self = Self::default();
        }
        self.bytes += chunk.text.len();
        if let Some(before) = self.chunks.insert(chunk.from.chunks, chunk.clone()) {
            self.bytes -= before.text.len();
        }
        while self.bytes > RECENT_BYTES_MAX || self.chunks.len() > RECENT_CHUNKS_MAX {
            let Some((_, oldest)) = self.chunks.pop_first() else {
                return;
            };
            self.bytes -= oldest.text.len();
        }
    }

    /// More chunks are never less text; if they are, somebody began anew.
    fn agrees_with(&self, point: Point) -> bool {
        let before = self.chunks.range(..=point.chunks).next_back();
        let after = self.chunks.range(point.chunks..).next();
        before.is_none_or(|(_, chunk)| chunk.from.bytes <= point.bytes)
            && after.is_none_or(|(_, chunk)| chunk.from.bytes >= point.bytes)
    }

    /// Where so many chunks end.
    fn find(&self, chunks: u64) -> Option<Point> {
        let after = self.chunks.get(&chunks).map(|chunk| chunk.from);
        let before = self.chunks.range(..chunks).next_back();
        let before = before.map(|(_, chunk)| chunk.end());
        after.or(before.filter(|end| end.chunks == chunks))
    }
}

#[derive(Debug)]
pub(super) struct Recent(Cache<(ProjectId, StreamId), Arc<Mutex<Tail>>>);

impl Default for Recent {
    fn default() -> Self {
        let cache = Cache::builder()
            .max_capacity(STREAMS_MAX)
            .time_to_idle(STREAM_IDLE)
            .build();
        Self(cache)
    }
}

impl Recent {
    pub(super) fn note(&self, project: ProjectId, chunk: &Chunk) {
        let tail = self.0.get_with((project, chunk.stream), Arc::default);
        tail.lock()
            .unwrap_or_else(PoisonError::into_inner)
            .note(chunk);
    }

    /// Where so many chunks end, if that was heard here and not too long ago.
    pub(super) fn find(&self, project: ProjectId, stream: StreamId, chunks: u64) -> Option<Point> {
        let tail = self.0.get(&(project, stream))?;
        let tail = tail.lock().unwrap_or_else(PoisonError::into_inner);
        tail.find(chunks)
    }

    /// What was told or heard here lately, in order.
    pub(super) fn chunks(&self, project: ProjectId, stream: StreamId) -> Vec<Chunk> {
        let Some(tail) = self.0.get(&(project, stream)) else {
            return Vec::new();
        };
        let tail = tail.lock().unwrap_or_else(PoisonError::into_inner);
        tail.chunks.values().cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    const STREAM: StreamId = StreamId {
        source: "test",
        id: Uuid::nil(),
    };

    /// A chunk of three bytes that begins here.
    fn chunk(number: u64, bytes: usize) -> Chunk {
        Chunk {
            stream: STREAM,
            from: Point {
                chunks: number,
                bytes,
            },
            number,
            text: "abc".to_owned(),
        }
    }

    fn point(chunks: u64, bytes: usize) -> Point {
        Point { chunks, bytes }
    }

    #[test]
    fn the_last_chunks_are_found_and_those_of_a_text_that_began_anew_are_not() {
        let (recent, project) = (Recent::default(), ProjectId::generate());
        let count = u64::try_from(RECENT_CHUNKS_MAX).unwrap();
        for number in 0..=count {
            let bytes = usize::try_from(number).unwrap() * 3;
            recent.note(project, &chunk(number, bytes));
        }
        let find = |chunks| recent.find(project, STREAM, chunks);
        assert_eq!(find(0), None, "too long ago");
        assert_eq!(find(7), Some(point(7, 21)));
        let end = usize::try_from(count + 1).unwrap() * 3;
        assert_eq!(find(count + 1), Some(point(count + 1, end)));
        // The bus repeats and reorders.
        recent.note(project, &chunk(9, 27));
        recent.note(project, &chunk(5, 15));
        assert_eq!(find(7), Some(point(7, 21)));
        assert_eq!(recent.chunks(project, STREAM).len(), RECENT_CHUNKS_MAX);

        recent.note(project, &chunk(6, 19));
        assert_eq!(find(8), None);
        assert_eq!(find(6), Some(point(6, 19)));
        assert_eq!(recent.find(ProjectId::generate(), STREAM, 6), None);
    }

    #[test]
    fn no_more_text_is_remembered_than_fits() {
        let (recent, project) = (Recent::default(), ProjectId::generate());
        let long = RECENT_BYTES_MAX / 2;
        for number in 0..4 {
            let bytes = usize::try_from(number).unwrap() * long;
            let text = "x".repeat(long);
            let chunk = chunk(number, bytes);
            recent.note(project, &Chunk { text, ..chunk });
        }

        let numbers = recent.chunks(project, STREAM);
        let numbers: Vec<u64> = numbers.iter().map(|chunk| chunk.number).collect();
        assert_eq!(numbers, [2, 3]);
    }
}

//! Where the last chunks of streams ended, so that whoever comes back goes on where they were.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use kernel::ProjectId;
use moka::sync::Cache;

use super::{point::Point, source::StreamId};

/// About 40 s of a stream that never pauses.
const CHUNKS_MARKED_MAX: usize = 1_024;
const STREAMS_MARKED_MAX: u64 = 1_024;
/// A stream of which nothing was heard for so long is followed from its beginning again.
const MARKS_IDLE: Duration = Duration::from_secs(120);

/// How many bytes so many chunks of one text make.
#[derive(Debug, Default)]
struct Marked(BTreeMap<u64, usize>);

impl Marked {
    fn note(&mut self, point: Point) {
        if !self.agrees_with(point) {
            self.0.clear();
        }
        self.0.insert(point.chunks, point.bytes);
        while self.0.len() > CHUNKS_MARKED_MAX {
            self.0.pop_first();
        }
    }

    /// More chunks are never less text; if they are, somebody began anew.
    fn agrees_with(&self, point: Point) -> bool {
        let before = self.0.range(..=point.chunks).next_back();
        let after = self.0.range(point.chunks..).next();
        before.is_none_or(|(_, bytes)| *bytes <= point.bytes)
            && after.is_none_or(|(_, bytes)| *bytes >= point.bytes)
    }
}

#[derive(Debug)]
pub(super) struct Marks(Cache<(ProjectId, StreamId), Arc<Mutex<Marked>>>);

impl Default for Marks {
    fn default() -> Self {
        let cache = Cache::builder()
            .max_capacity(STREAMS_MARKED_MAX)
            .time_to_idle(MARKS_IDLE)
            .build();
        Self(cache)
    }
}

impl Marks {
    pub(super) fn note(&self, project: ProjectId, stream: StreamId, points: &[Point]) {
        let marked = self.0.get_with((project, stream), Arc::default);
        let mut marked = marked.lock().unwrap_or_else(PoisonError::into_inner);
        points.iter().for_each(|point| marked.note(*point));
    }

    /// Where so many chunks end, if that was heard here and not too long ago.
    pub(super) fn find(&self, project: ProjectId, stream: StreamId, chunks: u64) -> Option<Point> {
        let marked = self.0.get(&(project, stream))?;
        let marked = marked.lock().unwrap_or_else(PoisonError::into_inner);
        let bytes = marked.0.get(&chunks).copied()?;
        Some(Point { chunks, bytes })
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn point(chunks: u64, bytes: usize) -> Point {
        Point { chunks, bytes }
    }

    #[test]
    fn the_last_chunks_are_found_and_those_of_a_text_that_began_anew_are_not() {
        let (marks, project) = (Marks::default(), ProjectId::generate());
        let stream = StreamId {
            source: "test",
            id: Uuid::nil(),
        };
        let last = u64::try_from(CHUNKS_MARKED_MAX).unwrap();
        for chunks in 0..=last {
            let bytes = usize::try_from(chunks).unwrap() * 3;
            marks.note(project, stream, &[point(chunks, bytes)]);
        }
        assert_eq!(marks.find(project, stream, 0), None, "too long ago");
        assert_eq!(marks.find(project, stream, 7), Some(point(7, 21)));
        // The bus repeats and reorders.
        marks.note(project, stream, &[point(5, 15), point(9, 27)]);
        assert_eq!(marks.find(project, stream, 7), Some(point(7, 21)));

        marks.note(project, stream, &[point(6, 19)]);
        assert_eq!(marks.find(project, stream, 7), None);
        assert_eq!(marks.find(project, stream, 6), Some(point(6, 19)));
        assert_eq!(marks.find(ProjectId::generate(), stream, 6), None);
    }
}

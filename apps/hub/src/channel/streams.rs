//! The open streams of a project, as far as a channel knows them.
//!
//! The bus may lose, repeat and reorder their chunks; the checkpoint in the database is late, but
//! whole. Text is only ever appended to, so that whoever has the first chunks can be told the rest
//! in one piece. Nothing here reads or sends.

#[cfg(test)]
mod tests;

use std::{
    collections::{BTreeMap, HashSet, VecDeque},
    time::{Duration, Instant},
};

use kernel::ProjectId;
use platform::streams::{
    Checkpoint, Chunk, Point, STREAM_BYTES_MAX, Sources, StreamChange, StreamId, StreamText,
};
use protocol::{
    events::Event,
    frames::{About, StreamFrame, StreamLists, StreamSoFar},
};

/// Streams of which a chunk came, but nothing else yet.
const UNKNOWN_MAX: usize = 64;
/// Chunks may come later than the end.
const ENDED_MAX: usize = 256;
/// While something is missing the checkpoint is read so often.
const GAP_EVERY: Duration = Duration::from_millis(250);
/// A last chunk that is lost leaves no gap: the checkpoint of whatever is quiet is read so often.
const QUIET_EVERY: Duration = Duration::from_secs(1);
/// Gaps that open one after the other are no reason to read more often.
const READS_APART: Duration = Duration::from_millis(50);

#[derive(Debug, Default)]
pub(super) struct OpenStreams {
    sources: Sources,
    open: BTreeMap<StreamId, OpenStream>,
    ended: VecDeque<StreamId>,
    /// Those of which something is to be told.
    grown: Vec<StreamId>,
    /// How many readings were begun.
    reads: u64,
    is_reading: bool,
    read_at: Option<Instant>,
    due: Option<Instant>,
    /// Anything may have been lost.
    is_lost: bool,
}

#[derive(Debug)]
struct OpenStream {
    /// The log or the checkpoint has said so, once the text has begun.
    about: About,
    text: StreamText,
    /// What everyone who keeps up was told.
    told: Point,
    heard_at: Instant,
    /// How many readings had begun before it was heard of.
    born: u64,
}

impl OpenStreams {
    pub(super) fn new(sources: Sources) -> Self {
        Self {
            sources,
            ..Self::default()
        }
    }

    /// Follows the log: what begins, and what ends.
    pub(super) fn follow(&mut self, event: &Event, now: Instant) {
        let changes: Vec<StreamChange> = self.sources.changes(event).collect();
        for change in changes {
            match change {
                StreamChange::Begin(id, about) => self.begin(id, about, now),
                StreamChange::End(id) => self.end(id),
            }
        }
    }

    fn begin(&mut self, id: StreamId, about: About, now: Instant) {
        if self.ended.contains(&id) {
            return;
        }
        let stream = self.stream(id, now);
        stream.about = about;
        if stream.text.begin() {
            self.grown.push(id);
        }
        self.want(now + QUIET_EVERY);
    }

    /// From here on the text is elsewhere.
    fn end(&mut self, id: StreamId) {
        self.open.remove(&id);
        self.ended.push_back(id);
        self.trim_ended();
    }

    /// A reading that is under way may yet name any that ended meanwhile.
    fn trim_ended(&mut self) {
        while !self.is_reading && self.ended.len() > ENDED_MAX {
            self.ended.pop_front();
        }
    }

    fn stream(&mut self, id: StreamId, now: Instant) -> &mut OpenStream {
        let born = self.reads;
        self.open.entry(id).or_insert_with(|| OpenStream {
            about: About::default(),
            text: StreamText::new(STREAM_BYTES_MAX),
            told: Point::default(),
            heard_at: now,
            born,
        })
    }

    /// Takes in what came over the bus.
    pub(super) fn hear(&mut self, chunk: Chunk, now: Instant) {
        let id = chunk.stream;
        let is_new = !self.open.contains_key(&id);
        // What sockets do not tell comes over the bus, too.
        let is_told = self.sources.find(id.source).is_some();
        if !is_told || (is_new && !self.may_be_new(id)) {
            return;
        }
        let stream = self.stream(id, now);
        stream.heard_at = now;
        let was_whole = is_new || stream.text.is_whole();
        let has_grown = stream.text.hear(chunk);
        let has_opened = was_whole && !stream.text.is_whole();
        if has_grown {
            self.grown.push(id);
        }
        if has_opened {
            self.want(now);
        }
    }

    fn may_be_new(&self, id: StreamId) -> bool {
        let unknown = self.open.values();
        let unknown = unknown.filter(|stream| !stream.text.is_begun());
        !self.ended.contains(&id) && unknown.count() < UNKNOWN_MAX
    }

    /// Anything may have been lost. What began is in the log; what was written is not.
    pub(super) fn lose(&mut self, now: Instant) {
        if !self.open.is_empty() {
            self.read_anew(now);
        }
    }

    /// Whatever is there is to be read.
    pub(super) fn read_anew(&mut self, now: Instant) {
        self.is_lost = true;
        self.want(now);
    }

    /// Forgets everything, and what is being read.
    pub(super) fn clear(&mut self) {
        *self = Self {
            reads: self.reads + 1,
            ..Self::new(std::mem::take(&mut self.sources))
        };
    }

    fn want(&mut self, at: Instant) {
        let at = self.read_at.map_or(at, |read| at.max(read + READS_APART));
        self.due = Some(self.due.map_or(at, |due| due.min(at)));
    }

    /// When the checkpoint is to be looked at next.
    pub(super) fn due(&self) -> Option<Instant> {
        self.due.filter(|_| !self.is_reading)
    }

    /// Begins to read, if it is due and of any use; gives the number of the reading.
    pub(super) fn begin_read(&mut self, now: Instant) -> Option<u64> {
        if self.due().is_none_or(|due| due > now) {
            return None;
        }
        let open = self.open.values();
        let open = open.filter(|stream| !stream.text.is_given_up());
        let heard_at = open.clone().map(|stream| stream.heard_at).min();
        let quiet_at = heard_at.map(|at| at + QUIET_EVERY);
        let is_whole = open.clone().all(|stream| stream.text.is_whole());
        if is_whole && !self.is_lost && quiet_at.is_none_or(|at| at > now) {
            self.due = quiet_at;
            return None;
        }
        self.reads += 1;
        (self.is_reading, self.is_lost) = (true, false);
        self.read_at = Some(now);
        Some(self.reads)
    }

    /// Takes in what was read: every open stream.
    pub(super) fn read(&mut self, number: u64, listed: Vec<Checkpoint>, now: Instant) {
        if !self.end_read(number) {
            return;
        }
        let ids: HashSet<StreamId> = listed.iter().map(|found| found.stream).collect();
        for found in listed {
            // The log may be further than what was read.
            if !self.ended.contains(&found.stream) {
                self.restore(found, now);
            }
        }
        // What was there before and is listed no more has ended, whether the log has said so or not.
        let is_over =
            |id: &StreamId, stream: &OpenStream| stream.born < number && !ids.contains(id);
        let over = self.open.iter().filter(|(id, stream)| is_over(id, stream));
        let over: Vec<StreamId> = over.map(|(id, _)| *id).collect();
        for id in over {
            self.end(id);
        }
        self.trim_ended();
        self.look_again(now);
    }

    fn restore(&mut self, found: Checkpoint, now: Instant) {
        let stream = self.stream(found.stream, now);
        stream.about = found.about;
        if stream.text.restore(found.chunks, &found.text) {
            self.grown.push(found.stream);
        }
    }

    /// It could not be read, this time.
    pub(super) fn read_failed(&mut self, number: u64, now: Instant) {
        if self.end_read(number) {
            self.is_lost = true;
            self.due = Some(now + GAP_EVERY);
        }
    }

    fn end_read(&mut self, number: u64) -> bool {
        let is_awaited = self.is_reading && number == self.reads;
        self.is_reading &= !is_awaited;
        is_awaited
    }

    fn look_again(&mut self, now: Instant) {
        self.due = None;
        if self.is_lost {
            self.want(now);
        } else if !self.open.values().all(|stream| stream.text.is_whole()) {
            self.want(now + GAP_EVERY);
        } else if !self.open.is_empty() {
            self.want(now + QUIET_EVERY);
        }
    }

    /// What there is to tell: of which stream, and from where on.
    pub(super) fn take_news(&mut self) -> Vec<(StreamId, Point)> {
        let mut news = Vec::with_capacity(self.grown.len());
        for id in self.grown.drain(..) {
            if let Some(stream) = self.open.get_mut(&id)
                && stream.told.chunks < stream.text.end().chunks
            {
                news.push((id, stream.told));
                stream.told = stream.text.end();
            }
        }
        news
    }

    /// What was told after this point, in one piece.
    pub(super) fn since(
        &self,
        project: ProjectId,
        id: StreamId,
        point: Point,
    ) -> Option<StreamFrame<'_>> {
        let source = self.sources.find(id.source)?;
        let stream = self.open.get(&id)?;
        let last = stream.told.chunks.checked_sub(1)?;
        if point.chunks > last {
            return None;
        }
        Some(StreamFrame {
            kind: source.frame,
            project,
            about: &stream.about,
            chunk: last,
            from: (point.chunks < last).then_some(point.chunks),
            text: stream.text.between(point, stream.told)?,
        })
    }

    pub(super) fn has_told_after(&self, id: StreamId, point: Point) -> bool {
        let stream = self.open.get(&id);
        stream.is_some_and(|stream| point.chunks < stream.told.chunks)
    }

    /// What everyone who keeps up has.
    pub(super) fn so_far(&self) -> StreamLists {
        let known = self.open.iter();
        let known = known.filter(|(_, stream)| stream.text.is_begun());
        let so_far = |(_, stream): (&StreamId, &OpenStream)| {
            let text = stream.text.between(Point::default(), stream.told);
            let text = text.unwrap_or_default().to_owned();
            StreamSoFar::new(stream.about.clone(), stream.told.chunks, text)
        };
        let of = |name: &str| {
            let known = known.clone().filter(|(id, _)| id.source == name);
            known.map(so_far).collect()
        };
        let lists = self.sources.iter();
        lists.map(|source| (source.list, of(source.name))).collect()
    }

    /// What somebody has who was told nothing.
    pub(super) fn none(&self) -> StreamLists {
        let lists = self.sources.iter();
        lists.map(|source| (source.list, Vec::new())).collect()
    }

    pub(super) fn ids(&self) -> impl Iterator<Item = StreamId> {
        self.open.keys().copied()
    }
}

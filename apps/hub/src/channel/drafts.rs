//! The answers that are being written in a project, as far as a channel knows them.
//!
//! The bus may lose, repeat and reorder their deltas; the checkpoint in the database is late, but
//! whole. Text is only ever appended to, so that whoever has the first chunks can be told the rest
//! in one piece. Nothing here reads or sends.

mod draft;
#[cfg(test)]
mod tests;

use std::{
    collections::{BTreeMap, HashSet, VecDeque},
    time::{Duration, Instant},
};

use kernel::{GenerationId, NodeId, ProjectId};
use protocol::{
    events::{Event, GenerationEvent},
    frames::{DeltaFrame, GenerationSoFar},
    generations::{GenerationChanged, RunState},
};

pub(super) use draft::Point;
use draft::{Draft, Piece};

/// Generations of which a delta came, but nothing else yet.
const UNKNOWN_MAX: usize = 64;
/// Deltas may come later than the end.
const ENDED_MAX: usize = 256;
/// While something is missing the checkpoint is read so often.
const GAP_EVERY: Duration = Duration::from_millis(250);
/// A last chunk that is lost leaves no gap: the checkpoint of whatever is quiet is read so often.
const QUIET_EVERY: Duration = Duration::from_secs(1);
/// Gaps that open one after the other are no reason to read more often.
const READS_APART: Duration = Duration::from_millis(50);

#[derive(Debug, Default)]
pub(super) struct Drafts {
    running: BTreeMap<GenerationId, Draft>,
    ended: VecDeque<GenerationId>,
    /// Those of which something is to be told.
    grown: Vec<GenerationId>,
    /// How many readings were begun.
    reads: u64,
    is_reading: bool,
    read_at: Option<Instant>,
    due: Option<Instant>,
    /// Anything may have been lost.
    is_lost: bool,
}

impl Drafts {
    /// Follows the log: what begins, and what ends.
    pub(super) fn follow(&mut self, event: &Event, now: Instant) {
        match event {
            Event::Generation(GenerationEvent::Start(changed)) => self.start(changed, now),
            Event::Generation(GenerationEvent::End(changed) | GenerationEvent::Cancel(changed)) => {
                self.end(changed.generation);
            }
            Event::Batch(batch) => batch.ops.iter().for_each(|event| self.follow(event, now)),
            Event::Generation(GenerationEvent::Select(_))
            | Event::Project(_)
            | Event::Member(_)
            | Event::Invitation(_)
            | Event::Node(_)
            | Event::Edge(_)
            | Event::Refresh(_)
            | Event::Instructions(_)
            | Event::Feature(_) => {}
        }
    }

    fn start(&mut self, started: &GenerationChanged, now: Instant) {
        let is_open = matches!(started.state, RunState::Queued | RunState::Running);
        if !is_open || self.ended.contains(&started.generation) {
            return;
        }
        let draft = self.draft(started.generation, started.node_id, now);
        draft.is_known = true;
        if draft.absorb() {
            self.grown.push(started.generation);
        }
        self.want(now + QUIET_EVERY);
    }

    /// From here on the node has the text.
    fn end(&mut self, generation: GenerationId) {
        self.running.remove(&generation);
        self.ended.push_back(generation);
        self.trim_ended();
    }

    /// A reading that is under way may yet name any that ended meanwhile.
    fn trim_ended(&mut self) {
        while !self.is_reading && self.ended.len() > ENDED_MAX {
            self.ended.pop_front();
        }
    }

    fn draft(&mut self, generation: GenerationId, node: NodeId, now: Instant) -> &mut Draft {
        let born = self.reads;
        let new = || Draft::new(node, born, now);
        self.running.entry(generation).or_insert_with(new)
    }

    /// Takes in what came over the bus.
    pub(super) fn hear(&mut self, delta: DeltaFrame, now: Instant) {
        let DeltaFrame {
            project: _,
            node,
            generation,
            chunk,
            from,
            text,
        } = delta;
        let is_new = !self.running.contains_key(&generation);
        if is_new && !self.may_be_new(generation) {
            return;
        }
        let draft = self.draft(generation, node, now);
        draft.heard_at = now;
        let was_whole = is_new || draft.is_whole();
        let end = chunk.saturating_add(1);
        let has_grown = draft.add(from.unwrap_or(chunk), Piece { end, text });
        let has_opened = was_whole && !draft.is_whole();
        if has_grown {
            self.grown.push(generation);
        }
        if has_opened {
            self.want(now);
        }
    }

    fn may_be_new(&self, generation: GenerationId) -> bool {
        let unknown = self.running.values().filter(|draft| !draft.is_known);
        !self.ended.contains(&generation) && unknown.count() < UNKNOWN_MAX
    }

    /// Anything may have been lost. What began is in the log; what was written is not.
    pub(super) fn lose(&mut self, now: Instant) {
        if !self.running.is_empty() {
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
            ..Self::default()
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
        let open = self.running.values().filter(|draft| !draft.is_given_up);
        let heard_at = open.clone().map(|draft| draft.heard_at).min();
        let quiet_at = heard_at.map(|at| at + QUIET_EVERY);
        let is_whole = open.clone().all(Draft::is_whole);
        if is_whole && !self.is_lost && quiet_at.is_none_or(|at| at > now) {
            self.due = quiet_at;
            return None;
        }
        self.reads += 1;
        (self.is_reading, self.is_lost) = (true, false);
        self.read_at = Some(now);
        Some(self.reads)
    }

    /// Takes in what was read: every generation that waits or runs.
    pub(super) fn read(&mut self, number: u64, listed: Vec<GenerationSoFar>, now: Instant) {
        if !self.end_read(number) {
            return;
        }
        let names: HashSet<GenerationId> = listed.iter().map(|found| found.generation).collect();
        for found in listed {
            // The log may be further than what was read.
            if !self.ended.contains(&found.generation) {
                self.restore(found, now);
            }
        }
        // What was there before and is listed no more has ended, whether the log has said so or not.
        let is_over = |id: &GenerationId, draft: &Draft| draft.born < number && !names.contains(id);
        let over = self.running.iter().filter(|(id, draft)| is_over(id, draft));
        let over: Vec<GenerationId> = over.map(|(id, _)| *id).collect();
        for generation in over {
            self.end(generation);
        }
        self.trim_ended();
        self.look_again(now);
    }

    fn restore(&mut self, found: GenerationSoFar, now: Instant) {
        let generation = found.generation;
        let draft = self.draft(generation, found.node, now);
        draft.is_known = true;
        let chunks = found.chunks();
        let is_further = draft.become_at_least(chunks, found.text);
        if draft.absorb() || is_further {
            self.grown.push(generation);
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
        } else if !self.running.values().all(Draft::is_whole) {
            self.want(now + GAP_EVERY);
        } else if !self.running.is_empty() {
            self.want(now + QUIET_EVERY);
        }
    }

    /// What there is to tell: of which generation, and from where on.
    pub(super) fn take_news(&mut self) -> Vec<(GenerationId, Point)> {
        let mut news = Vec::with_capacity(self.grown.len());
        for generation in self.grown.drain(..) {
            if let Some(draft) = self.running.get_mut(&generation)
                && draft.told.chunks < draft.chunks
            {
                news.push((generation, draft.told));
                draft.told = draft.end();
            }
        }
        news
    }

    /// What was told after this point, in one piece.
    pub(super) fn since(
        &self,
        project: ProjectId,
        generation: GenerationId,
        point: Point,
    ) -> Option<DeltaFrame> {
        let draft = self.running.get(&generation)?;
        let last = draft.told.chunks.checked_sub(1)?;
        if point.chunks > last {
            return None;
        }
        Some(DeltaFrame {
            project,
            node: draft.node,
            generation,
            chunk: last,
            from: (point.chunks < last).then_some(point.chunks),
            text: draft.text.get(point.bytes..draft.told.bytes)?.to_owned(),
        })
    }

    pub(super) fn has_told_after(&self, generation: GenerationId, point: Point) -> bool {
        let draft = self.running.get(&generation);
        draft.is_some_and(|draft| point.chunks < draft.told.chunks)
    }

    /// What everyone who keeps up has.
    pub(super) fn so_far(&self) -> Vec<GenerationSoFar> {
        let known = self.running.iter().filter(|(_, draft)| draft.is_known);
        let so_far = |(generation, draft): (&GenerationId, &Draft)| {
            let Point { chunks, bytes } = draft.told;
            let text = draft.text.get(..bytes).unwrap_or_default().to_owned();
            GenerationSoFar::new(draft.node, *generation, chunks, text)
        };
        known.map(so_far).collect()
    }

    pub(super) fn ids(&self) -> impl Iterator<Item = GenerationId> {
        self.running.keys().copied()
    }
}

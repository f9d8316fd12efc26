//! Following one stream from any chunk on: whatever the bus loses is in the next checkpoint, and
//! whoever reads slowly gets fewer and longer pieces.

#[cfg(test)]
mod tests;

use std::{sync::Arc, time::Duration};

use futures::{FutureExt, future::BoxFuture};
use kernel::{Error, ProjectId, Result};
use tokio::{
    sync::{broadcast::error::RecvError, mpsc},
    time::{Instant, sleep_until},
};

use super::{
    Streams,
    chunk::Chunk,
    ends::ChunkEnds,
    point::Point,
    source::{StreamChange, StreamId},
    text::StreamText,
};
use crate::bus::{EphemeralKind, Message, Subscription, Topic};

/// How often the checkpoint is read, and whether the reader still may.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// While something is missing, or the end is known but not read, the checkpoint is read so often.
const GAP_EVERY: Duration = Duration::from_millis(250);
/// What comes while so many pieces wait for the reader goes together.
const PIECES_WAITING_MAX: usize = 16;
/// A reader that takes nothing for so long is let go; it comes back with its last chunk.
const STALLED_MAX: Duration = Duration::from_secs(60);

/// What a reader gets. Chunks follow each other without a gap; one from 0 begins the text anew.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Followed<E> {
    Chunk(Chunk),
    End(E),
}

/// A stream as far as it is kept.
#[derive(Clone, Debug)]
pub struct StoredStream<E> {
    pub chunks: u64,
    pub text: String,
    /// Where those chunks end.
    pub ends: ChunkEnds,
    /// Once nothing more will come.
    pub end: Option<E>,
}

/// Reads what is kept, or refuses a reader that may not see it any more.
type Look<E> = Box<dyn Fn() -> BoxFuture<'static, Result<StoredStream<E>>> + Send + Sync>;

impl Streams {
    /// Follows a stream from after a chunk. Where that cannot be, the text begins anew.
    pub async fn follow<E: Send + 'static>(
        self: &Arc<Self>,
        project: ProjectId,
        stream: StreamId,
        after: Option<u64>,
        look: impl Fn() -> BoxFuture<'static, Result<StoredStream<E>>> + Send + Sync + 'static,
    ) -> Result<mpsc::Receiver<Followed<E>>> {
        // Subscribing before reading means that nothing falls between the two.
        let bus = self.bus.subscribe(Topic::Project(project));
        let kept = look().await?;
        let (sender, receiver) = mpsc::channel(PIECES_WAITING_MAX);
        let mut follower = Follower {
            streams: self.clone(),
            project,
            look: Box::new(look),
            sender,
            place: Place::new(stream, after),
            look_at: Instant::now() + LOOK_EVERY,
            looked_at: Instant::now(),
            is_over: false,
        };
        follower.take_over(kept);
        self.tasks.spawn(follower.run(bus));
        Ok(receiver)
    }
}

/// What a reader has, and what is there for them.
#[derive(Debug)]
struct Place<E> {
    stream: StreamId,
    /// The last chunk that the reader has, until it is found in the text.
    wanted: Option<u64>,
    /// Holds what the reader has not got yet.
    text: StreamText,
    end: Option<E>,
}

impl<E> Place<E> {
    fn new(stream: StreamId, after: Option<u64>) -> Self {
        Self {
            stream,
            wanted: after,
            text: StreamText::after(Point::default()),
            end: None,
        }
    }

    /// Finds where the reader is. One who has more than is kept is waited with, since what they have
    /// will be kept, too; once it cannot be any more, they get the text anew.
    fn find(&mut self, kept: &StoredStream<E>, heard: impl Fn(u64) -> Option<Point>) {
        let Some(after) = self.wanted else {
            return;
        };
        let has = after.checked_add(1);
        let found = has.and_then(|chunks| point(kept, chunks, heard));
        // What is kept is never taken back, but before the first word is kept somebody may begin anew.
        let may_come = after >= kept.chunks && kept.chunks > 0 && kept.end.is_none();
        if found.is_some() || !may_come {
            self.text = StreamText::after(found.unwrap_or_default());
            self.wanted = None;
        }
    }

    fn restore(&mut self, kept: StoredStream<E>) {
        if !self.text.agrees_with(kept.chunks, &kept.text) {
            self.text = StreamText::after(Point::default());
        }
        self.text.restore(kept.chunks, &kept.text);
        self.end = kept.end;
    }

    fn is_found(&self) -> bool {
        self.wanted.is_none()
    }

    fn has_news(&self) -> bool {
        if !self.is_found() {
            return false;
        }
        self.end.is_some() || self.text.held_from().chunks < self.text.end().chunks
    }

    /// All that the reader has not got, in one piece, and then the end.
    fn take(&mut self) -> Option<Followed<E>> {
        let last = self.text.end().chunks.checked_sub(1);
        match last.filter(|last| self.text.held_from().chunks <= *last) {
            Some(number) => {
                let (from, text) = self.text.take();
                Some(Followed::Chunk(Chunk {
                    stream: self.stream,
                    from,
                    number,
                    text,
                }))
            }
            None => self.end.take().map(Followed::End),
        }
    }
}

/// Where so many chunks end: as it is kept or, beyond that, as it was heard of here.
fn point<E>(
    kept: &StoredStream<E>,
    chunks: u64,
    heard: impl Fn(u64) -> Option<Point>,
) -> Option<Point> {
    let bytes = kept.text.len();
    if chunks == kept.chunks {
        return Some(Point { chunks, bytes });
    }
    if chunks < kept.chunks {
        let found = kept.ends.find(chunks)?;
        return kept.text.is_char_boundary(found.bytes).then_some(found);
    }
    // What is over is as it is kept.
    let found = heard(chunks).filter(|_| kept.end.is_none())?;
    (found.bytes >= bytes).then_some(found)
}

/// Nobody reads any more, or nobody may.
struct Gone;

struct Follower<E> {
    streams: Arc<Streams>,
    project: ProjectId,
    look: Look<E>,
    sender: mpsc::Sender<Followed<E>>,
    place: Place<E>,
    look_at: Instant,
    looked_at: Instant,
    /// The log says so; what is kept may not be read yet.
    is_over: bool,
}

impl<E: Send + 'static> Follower<E> {
    async fn run(mut self, mut bus: Subscription) {
        let stopping = self.streams.stopping.clone();
        let mut taken_at = Instant::now();
        loop {
            if !self.place.has_news() {
                taken_at = Instant::now();
            }
            let outcome = tokio::select! {
                () = self.sender.reserve().map(drop), if self.place.has_news() => {
                    taken_at = Instant::now();
                    self.send()
                }
                heard = bus.recv() => self.hear(heard),
                () = sleep_until(self.look_at) => self.look().await,
                () = sleep_until(taken_at + STALLED_MAX) => self.let_go_if_stalled(),
                () = self.sender.closed() => Err(Gone),
                () = stopping.cancelled() => Err(Gone),
            };
            if outcome.is_err() {
                return;
            }
        }
    }

    /// Sends what there is, for which there is room; fails after the end, for that is the last.
    fn send(&mut self) -> Result<(), Gone> {
        let Some(piece) = self.place.take() else {
            return Ok(());
        };
        let is_last = matches!(piece, Followed::End(_));
        let sent = self.sender.try_send(piece).map_err(|_| Gone);
        if is_last { Err(Gone) } else { sent }
    }

    fn let_go_if_stalled(&self) -> Result<(), Gone> {
        if self.place.has_news() {
            return Err(Gone);
        }
        Ok(())
    }

    fn hear(&mut self, heard: Result<Message, RecvError>) -> Result<(), Gone> {
        match heard {
            Ok(Message::Ephemeral(told)) if told.kind == EphemeralKind::Stream => {
                // What cannot be read is in the checkpoint, too.
                let chunks = self.streams.heard(self.project, &told);
                let ours = chunks.unwrap_or_default().into_iter();
                for chunk in ours.filter(|chunk| chunk.stream == self.place.stream) {
                    self.place.text.hear(chunk);
                }
                if !self.place.text.is_whole() || !self.place.is_found() {
                    self.look_by(self.looked_at + GAP_EVERY);
                }
            }
            Ok(Message::Committed(committed)) => {
                let end = StreamChange::End(self.place.stream);
                let sources = &self.streams.sources;
                let mut events = committed.events.iter();
                if events.any(|event| sources.changes(&event.event).any(|change| change == end)) {
                    self.is_over = true;
                    self.look_by(Instant::now());
                }
            }
            Ok(Message::Ephemeral(_)) => {}
            Ok(Message::Head { .. } | Message::Lost) | Err(RecvError::Lagged(_)) => {
                self.look_by(self.looked_at + GAP_EVERY);
            }
            // The platform is gone, and the server with it.
            Err(RecvError::Closed) => return Err(Gone),
        }
        Ok(())
    }

    fn look_by(&mut self, at: Instant) {
        self.look_at = self.look_at.min(at);
    }

    /// Reads the checkpoint, if the reader still may.
    async fn look(&mut self) -> Result<(), Gone> {
        let read = (self.look)().await;
        self.looked_at = Instant::now();
        self.look_at = self.looked_at + LOOK_EVERY;
        match read {
            Ok(kept) => self.take_over(kept),
            // A database that is away comes back.
            Err(Error::Unavailable(_) | Error::Busy) => {}
            Err(_) => return Err(Gone),
        }
        let is_waited_for = self.is_over && self.place.end.is_none();
        if is_waited_for || !self.place.text.is_whole() || !self.place.is_found() {
            self.look_by(self.looked_at + GAP_EVERY);
        }
        Ok(())
    }

    /// Takes over what is kept, and what this process heard beyond it.
    fn take_over(&mut self, kept: StoredStream<E>) {
        let Self {
            streams,
            project,
            place,
            ..
        } = self;
        let stream = place.stream;
        place.find(&kept, |chunks| {
            streams.recent.find(*project, stream, chunks)
        });
        let is_open = kept.end.is_none();
        place.restore(kept);
        if is_open {
            for chunk in streams.recent.chunks(*project, stream) {
                place.text.hear(chunk);
            }
        }
    }
}

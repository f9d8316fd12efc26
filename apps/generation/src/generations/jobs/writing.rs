//! Writing down what a model says: told to all viewers in numbered chunks, and kept every second.

use std::{future::pending, pin::pin, time::Duration};

use chrono::{DateTime, Utc};
use entity::{enums, generation};
use futures::future::BoxFuture;
use kernel::{Result, error::chain};
use platform::{
    Command, Write, db,
    streams::{Chunk, ChunkEnds, Point},
};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use tokio::time::{Instant, sleep_until};

use super::held::{Run, is_running};
use crate::{
    generations::{end::Told, sent::Sent, stream::stream_id},
    providers::{Asking, Failure, FailureKind, Piece, Usage},
};

/// Words that come faster than this go together, at a beat that all answers share: a socket is
/// written to once for all that it hears. The first after a pause goes at once.
const TELL_EVERY: Duration = Duration::from_millis(40);
/// At most this much is lost when a worker is.
const KEEP_EVERY: Duration = Duration::from_secs(1);
const KEEP_BYTES: usize = 4 * 1024;
/// Answers are kept at a beat that they share, too: the database commits once for all of them.
const KEEP_BEAT: Duration = Duration::from_millis(250);
/// How long an answer may go on when the server is to stop.
const STOP_GRACE: Duration = Duration::from_secs(15);

/// What was written, and why that ended.
#[derive(Debug)]
pub(super) struct Written {
    pub(super) told: Told,
    pub(super) usage: Option<Usage>,
    pub(super) first_token_at: Option<DateTime<Utc>>,
    pub(super) over: Over,
}

#[derive(Debug)]
pub(super) enum Over {
    Ended,
    Failed(Failure),
    /// The run is somebody else's now, or was ended.
    Lost,
    /// The server stops.
    Stopped,
}

/// What came of keeping a draft, or of looking whether the run still goes on.
enum Kept {
    Draft,
    Nothing,
    /// The run is no longer this worker's.
    Lost,
}

struct Writing<'r> {
    run: &'r Run,
    sent: &'r Sent,
    text: String,
    /// How much of the text was told, in how many chunks, and where those end.
    told_bytes: usize,
    chunks: u64,
    ends: ChunkEnds,
    /// When more may be told.
    tell_again_at: Instant,
    /// How much of what was told is kept.
    kept_chunks: u64,
    kept_bytes: usize,
    /// What was sent is kept with the first words.
    is_sent_kept: bool,
    keep_again_at: Instant,
    began_at: Instant,
    usage: Option<Usage>,
    first_token_at: Option<DateTime<Utc>>,
}

/// Writes down what the model says that this was sent to.
pub(super) async fn write_down(run: &Run, sent: &Sent, asking: &mut Asking) -> Written {
    let began_at = Instant::now();
    let mut writing = Writing {
        run,
        sent,
        text: String::new(),
        told_bytes: 0,
        chunks: 0,
        ends: ChunkEnds::default(),
        tell_again_at: began_at,
        kept_chunks: 0,
        kept_bytes: 0,
        is_sent_kept: false,
        keep_again_at: began_at + KEEP_EVERY,
        began_at,
        usage: None,
        first_token_at: None,
    };
    let over = writing.go_on(asking).await;
    writing.tell();
    Written {
        told: Told {
            text: writing.text,
            chunks: writing.chunks,
            ends: writing.ends,
        },
        usage: writing.usage,
        first_token_at: writing.first_token_at,
        over,
    }
}

impl Writing<'_> {
    async fn go_on(&mut self, asking: &mut Asking) -> Over {
        let token = self.run.platform.stopping.clone();
        let mut stopping = pin!(token.cancelled());
        let mut stop_at: Option<Instant> = None;
        let mut keeping: Option<BoxFuture<'static, Result<Kept>>> = None;
        // One for all, and set only when something else is due next: words come far more often.
        let mut alarm = pin!(sleep_until(self.keep_again_at));
        loop {
            let due = [self.tell_at(), self.keep_at(keeping.is_some()), stop_at];
            let due = due.into_iter().flatten().min();
            if let Some(due) = due
                && due != alarm.deadline()
            {
                alarm.as_mut().reset(due);
            }
            tokio::select! {
                piece = asking.next() => {
                    if let Some(over) = self.take(piece) {
                        return over;
                    }
                }
                () = &mut alarm, if due.is_some() => {}
                kept = finish(&mut keeping) => {
                    keeping = None;
                    match kept {
                        Ok(Kept::Draft) => self.is_sent_kept = true,
                        Ok(Kept::Nothing) => {}
                        Ok(Kept::Lost) => return Over::Lost,
                        // What is not kept now is kept with the next.
                        Err(error) => tracing::warn!(error = chain(&error), "A draft cannot be kept"),
                    }
                }
                () = &mut stopping, if stop_at.is_none() => {
                    stop_at = Some(Instant::now() + STOP_GRACE);
                }
            }
            let now = Instant::now();
            let is_due = |at: Option<Instant>| at.is_some_and(|at| at <= now);
            if is_due(self.tell_at()) {
                self.tell();
            }
            if is_due(self.keep_at(keeping.is_some())) {
                keeping = Some(self.keep());
            }
            if is_due(stop_at) {
                return Over::Stopped;
            }
        }
    }

    fn take(&mut self, piece: Option<Result<Piece, Failure>>) -> Option<Over> {
        match piece {
            Some(Ok(Piece::Text(words))) => {
                let platform = &self.run.platform;
                self.first_token_at
                    .get_or_insert_with(|| platform.clock.now());
                self.text.push_str(&words);
                None
            }
            Some(Ok(Piece::Usage(usage))) => {
                self.usage = Some(usage);
                None
            }
            Some(Ok(Piece::End(_))) => Some(Over::Ended),
            Some(Err(failure)) => Some(Over::Failed(failure)),
            None => Some(Over::Failed(Failure::new(FailureKind::ProviderProtocol))),
        }
    }

    /// When what was not told yet is to be.
    fn tell_at(&self) -> Option<Instant> {
        (self.told_bytes < self.text.len()).then_some(self.tell_again_at)
    }

    /// Tells everyone, on every instance, what came since the last time.
    fn tell(&mut self) {
        let Some(words) = self.text.get(self.told_bytes..) else {
            return;
        };
        if words.is_empty() {
            return;
        }
        let chunk = Chunk {
            stream: stream_id(self.run.id()),
            from: Point {
                chunks: self.chunks,
                bytes: self.told_bytes,
            },
            number: self.chunks,
            text: words.to_owned(),
        };
        self.run.platform.streams.tell(self.run.project, chunk);
        self.told_bytes = self.text.len();
        self.ends.push(self.told_bytes);
        self.tell_again_at = self.beat(TELL_EVERY / 2, TELL_EVERY);
        self.chunks += 1;
    }

    /// When what was told is kept next, or looked whether the run still goes on.
    fn keep_at(&self, is_keeping: bool) -> Option<Instant> {
        if is_keeping {
            return None;
        }
        // The first words are kept at once: whoever takes over must know that something was said.
        let is_first = self.kept_chunks == 0 && self.chunks > 0;
        if is_first || self.told_bytes - self.kept_bytes >= KEEP_BYTES {
            return Some(self.began_at);
        }
        Some(self.keep_again_at)
    }

    /// Keeps what was told.
    fn keep(&mut self) -> BoxFuture<'static, Result<Kept>> {
        self.keep_again_at = self.beat(KEEP_EVERY - KEEP_BEAT, KEEP_BEAT);
        // First words that could not be kept are tried again, also while the model pauses.
        let is_begun = self.is_sent_kept || self.chunks == 0;
        if self.kept_chunks == self.chunks && is_begun {
            let looking = is_running(self.run);
            return Box::pin(async move {
                Ok(if looking.await? {
                    Kept::Nothing
                } else {
                    Kept::Lost
                })
            });
        }
        self.kept_chunks = self.chunks;
        self.kept_bytes = self.told_bytes;
        let draft = Draft {
            lease: self.run.lease,
            project: self.run.project.uuid(),
            id: self.run.row.id,
            sent: (!self.is_sent_kept).then(|| self.sent.clone()),
            text: self
                .text
                .get(..self.told_bytes)
                .unwrap_or_default()
                .to_owned(),
            chunks: i64::try_from(self.chunks).unwrap_or(i64::MAX),
            ends: self.ends.bytes().to_vec(),
            first_token_at: self.first_token_at,
        };
        let platform = self.run.platform.clone();
        Box::pin(async move { platform.writer.housekeep(draft).await })
    }

    /// The first common moment that is at least `after` from now.
    fn beat(&self, after: Duration, every: Duration) -> Instant {
        let now = self.run.platform.clock.now();
        Instant::now() + until_beat(now, after, every)
    }
}

/// Common moments are whole multiples of `every`.
fn until_beat(now: DateTime<Utc>, after: Duration, every: Duration) -> Duration {
    let now = u128::try_from(now.timestamp_micros()).unwrap_or_default();
    let beyond = (now + after.as_micros()) % every.as_micros();
    let left = (every.as_micros() - beyond) % every.as_micros();
    after + Duration::from_micros(u64::try_from(left).unwrap_or_default())
}

struct Draft {
    lease: platform::jobs::Lease,
    project: uuid::Uuid,
    id: uuid::Uuid,
    /// Unless it is kept already.
    sent: Option<Sent>,
    text: String,
    chunks: i64,
    ends: Vec<u8>,
    first_token_at: Option<DateTime<Utc>>,
}

impl Command for Draft {
    type Output = Kept;

    async fn apply(&self, write: &mut Write) -> Result<Kept> {
        write.unrecorded("a draft");
        if !self.lease.is_held(write).await? {
            return Ok(Kept::Lost);
        }
        let mut row = generation::ActiveModel {
            text: Set(self.text.clone()),
            chunks: Set(self.chunks),
            chunk_ends: Set(Some(self.ends.clone())),
            first_token_at: Set(self.first_token_at),
            ..Default::default()
        };
        if let Some(sent) = &self.sent {
            sent.put_into(&mut row);
        }
        let stored = generation::Entity::update_many()
            .set(row)
            .filter(generation::Column::ProjectId.eq(self.project))
            .filter(generation::Column::Id.eq(self.id))
            .filter(generation::Column::State.eq(enums::RunState::Running))
            .exec(write.conn().await?)
            .await
            .map_err(db)?;
        Ok(match stored.rows_affected {
            1 => Kept::Draft,
            _ => Kept::Lost,
        })
    }
}

async fn finish<T>(running: &mut Option<BoxFuture<'static, T>>) -> T {
    match running {
        Some(running) => running.await,
        None => pending().await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_meet_at_common_moments_and_none_waits_longer_than_a_beat_more() {
        let (after, every) = (Duration::from_millis(20), Duration::from_millis(40));
        for micros in (0..200_000).step_by(313) {
            let now = DateTime::from_timestamp_micros(1_700_000_000_000_000 + micros).unwrap();

            let left = until_beat(now, after, every);

            assert_eq!((now + left).timestamp_micros() % 40_000, 0);
            assert!(left >= after && left < after + every, "{left:?}");
        }
    }
}

//! Writing down what a model says: told to all viewers in numbered chunks, and kept every second.

use std::{future::pending, pin::pin, sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use entity::{enums, generation};
use futures::future::BoxFuture;
use kernel::{NodeId, Result, error::chain};
use platform::{Write, db};
use protocol::frames::DeltaFrame;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use tokio::time::{Instant, sleep_until};

use super::{Run, is_running};
use crate::{
    generations::telling::Telling,
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
    pub(super) text: String,
    pub(super) chunks: u64,
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

struct Writing<'r> {
    run: &'r Run,
    model: &'r str,
    telling: Arc<Telling>,
    text: String,
    /// How much of the text was told, in how many chunks.
    told_bytes: usize,
    chunks: u64,
    /// When more may be told.
    tell_again_at: Instant,
    /// How much of what was told is kept.
    kept_chunks: u64,
    kept_bytes: usize,
    keep_again_at: Instant,
    began_at: Instant,
    usage: Option<Usage>,
    first_token_at: Option<DateTime<Utc>>,
}

/// Writes down what `model` says.
pub(super) async fn write_down(run: &Run, model: &str, asking: &mut Asking) -> Written {
    let began_at = Instant::now();
    let mut writing = Writing {
        run,
        model,
        telling: run.platform.feature(),
        text: String::new(),
        told_bytes: 0,
        chunks: 0,
        tell_again_at: began_at,
        kept_chunks: 0,
        kept_bytes: 0,
        keep_again_at: began_at + KEEP_EVERY,
        began_at,
        usage: None,
        first_token_at: None,
    };
    let over = writing.go_on(asking).await;
    writing.tell();
    Written {
        text: writing.text,
        chunks: writing.chunks,
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
        let mut keeping: Option<BoxFuture<'static, Result<bool>>> = None;
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
                        Ok(true) => {}
                        Ok(false) => return Over::Lost,
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
        let delta = DeltaFrame {
            project: self.run.project,
            node: NodeId::from_uuid(self.run.row.node_id),
            generation: self.run.id(),
            chunk: self.chunks,
            from: None,
            text: words.to_owned(),
        };
        self.telling.tell(&self.run.platform, delta);
        self.told_bytes = self.text.len();
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

    /// Keeps what was told; says whether the run is still this worker's.
    fn keep(&mut self) -> BoxFuture<'static, Result<bool>> {
        self.keep_again_at = self.beat(KEEP_EVERY - KEEP_BEAT, KEEP_BEAT);
        if self.kept_chunks == self.chunks {
            return Box::pin(is_running(self.run));
        }
        self.kept_chunks = self.chunks;
        self.kept_bytes = self.told_bytes;
        let draft = Draft {
            lease: self.run.lease,
            project: self.run.project.uuid(),
            id: self.run.row.id,
            model: self.model.to_owned(),
            text: self
                .text
                .get(..self.told_bytes)
                .unwrap_or_default()
                .to_owned(),
            chunks: i64::try_from(self.chunks).unwrap_or(i64::MAX),
            first_token_at: self.first_token_at,
        };
        let platform = self.run.platform.clone();
        Box::pin(async move {
            platform
                .door
                .housekeep(draft, |write, draft| Box::pin(store(write, draft)))
                .await
        })
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
    model: String,
    text: String,
    chunks: i64,
    first_token_at: Option<DateTime<Utc>>,
}

/// False if the run is no longer this worker's.
async fn store(write: &mut Write, draft: &Draft) -> Result<bool> {
    write.unrecorded("a draft");
    if !draft.lease.is_held(write).await? {
        return Ok(false);
    }
    let stored = generation::Entity::update_many()
        .col_expr(generation::Column::Text, Expr::value(draft.text.as_str()))
        .col_expr(
            generation::Column::AnsweredBy,
            Expr::value(draft.model.as_str()),
        )
        .col_expr(generation::Column::Chunks, Expr::value(draft.chunks))
        .col_expr(
            generation::Column::FirstTokenAt,
            Expr::value(draft.first_token_at),
        )
        .filter(generation::Column::ProjectId.eq(draft.project))
        .filter(generation::Column::Id.eq(draft.id))
        .filter(generation::Column::State.eq(enums::RunState::Running))
        .exec(write.conn().await?)
        .await
        .map_err(db)?;
    Ok(stored.rows_affected == 1)
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

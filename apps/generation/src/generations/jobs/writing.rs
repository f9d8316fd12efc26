//! Writing down what a model says: told to all viewers in numbered chunks, and kept every second.

use std::{future::pending, time::Duration};

use bytes::Bytes;
use chrono::{DateTime, Utc};
use entity::{enums, generation};
use futures::future::BoxFuture;
use kernel::{NodeId, Result, error::chain};
use platform::{
    Write,
    bus::{EphemeralKind, Topic},
    db,
};
use protocol::frames::DeltaFrame;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde::Serialize;
use tokio::time::{Instant, sleep_until};

use super::Run;
use crate::providers::{Asking, Failure, FailureKind, Piece, Usage};

/// Words that come faster than this go together, at a beat that all answers share: a socket is
/// written to once for all that it hears. The first after a pause goes at once.
const TELL_EVERY: Duration = Duration::from_millis(40);
/// At most this much is lost when a worker is.
const KEEP_EVERY: Duration = Duration::from_secs(1);
const KEEP_BYTES: usize = 4 * 1024;
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
    text: String,
    /// How much of the text was told, in how many chunks.
    told_bytes: usize,
    chunks: u64,
    /// When more may be told; at once if nothing was told yet.
    tell_again_at: Option<Instant>,
    /// How much of what was told is kept.
    kept_chunks: u64,
    kept_bytes: usize,
    kept_at: Instant,
    usage: Option<Usage>,
    first_token_at: Option<DateTime<Utc>>,
}

pub(super) async fn write_down(run: &Run, asking: &mut Asking) -> Written {
    let mut writing = Writing {
        run,
        text: String::new(),
        told_bytes: 0,
        chunks: 0,
        tell_again_at: None,
        kept_chunks: 0,
        kept_bytes: 0,
        kept_at: Instant::now(),
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
        let stopping = self.run.platform.stopping.clone();
        let mut stop_at: Option<Instant> = None;
        let mut keeping: Option<BoxFuture<'static, Result<bool>>> = None;
        loop {
            let (tell_at, keep_at) = (self.tell_at(), self.keep_at(keeping.is_some()));
            tokio::select! {
                piece = asking.next() => {
                    if let Some(over) = self.take(piece) {
                        return over;
                    }
                }
                () = until(tell_at) => self.tell(),
                () = until(keep_at) => keeping = Some(self.keep()),
                kept = finish(&mut keeping) => {
                    keeping = None;
                    match kept {
                        Ok(true) => {}
                        Ok(false) => return Over::Lost,
                        // What is not kept now is kept with the next.
                        Err(error) => tracing::warn!(error = chain(&error), "A draft cannot be kept"),
                    }
                }
                () = stopping.cancelled(), if stop_at.is_none() => {
                    stop_at = Some(Instant::now() + STOP_GRACE);
                }
                () = until(stop_at) => return Over::Stopped,
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
                if self.tell_at().is_some_and(|at| at <= Instant::now()) {
                    self.tell();
                }
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
        if self.told_bytes == self.text.len() {
            return None;
        }
        Some(self.tell_again_at.unwrap_or_else(Instant::now))
    }

    /// Tells everyone, on every instance, what came since the last time.
    fn tell(&mut self) {
        let Some(words) = self.text.get(self.told_bytes..) else {
            return;
        };
        if words.is_empty() {
            return;
        }
        let delta = Delta {
            r#type: "delta",
            delta: DeltaFrame {
                project: self.run.project,
                node: NodeId::from_uuid(self.run.row.node_id),
                generation: self.run.id(),
                chunk: self.chunks,
                from: None,
                text: words.to_owned(),
            },
        };
        // Whoever does not hear this finds it in what is kept.
        if let Ok(payload) = serde_json::to_vec(&delta) {
            self.run.platform.bus.tell_everyone(
                Topic::Project(self.run.project),
                EphemeralKind::Delta,
                Bytes::from(payload),
            );
        }
        self.told_bytes = self.text.len();
        self.tell_again_at = Some(Instant::now() + until_beat(self.run.platform.clock.now()));
        self.chunks += 1;
    }

    fn keep_at(&self, is_keeping: bool) -> Option<Instant> {
        if is_keeping || self.kept_chunks == self.chunks {
            return None;
        }
        // The first words are kept at once: whoever takes over must know that something was said.
        if self.kept_chunks == 0 || self.told_bytes - self.kept_bytes >= KEEP_BYTES {
            return Some(Instant::now());
        }
        Some(self.kept_at + KEEP_EVERY)
    }

    /// Keeps what was told, if the run is still this worker's.
    fn keep(&mut self) -> BoxFuture<'static, Result<bool>> {
        self.kept_at = Instant::now();
        self.kept_chunks = self.chunks;
        self.kept_bytes = self.told_bytes;
        let draft = Draft {
            lease: self.run.lease,
            project: self.run.project.uuid(),
            id: self.run.row.id,
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
}

/// How long it is until the next beat that is not too near.
fn until_beat(now: DateTime<Utc>) -> Duration {
    let every = TELL_EVERY.as_micros();
    let now = u128::try_from(now.timestamp_micros()).unwrap_or_default();
    let left = every - now % every;
    let left = if left < every / 2 { left + every } else { left };
    Duration::from_micros(u64::try_from(left).unwrap_or_default())
}

#[derive(Serialize)]
struct Delta {
    r#type: &'static str,
    #[serde(flatten)]
    delta: DeltaFrame,
}

struct Draft {
    lease: platform::jobs::Lease,
    project: uuid::Uuid,
    id: uuid::Uuid,
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

async fn until(at: Option<Instant>) {
    match at {
        Some(at) => sleep_until(at).await,
        None => pending().await,
    }
}

async fn finish<T>(running: &mut Option<BoxFuture<'static, T>>) -> T {
    match running {
        Some(running) => running.await,
        None => pending().await,
    }
}

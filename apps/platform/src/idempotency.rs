//! Requests with an `Idempotency-Key`: the answer is kept for a day, and a resend gets it again.

use std::{
    convert::Infallible,
    pin::pin,
    time::{Duration, Instant as Moment},
};

use chrono::TimeDelta;
use entity::idempotency_key;
use kernel::{Error, OpId, Result, error::chain};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, ExprTrait, PaginatorTrait, QueryFilter,
    sea_query::Expr,
};
use tokio::time::{Instant, sleep};
use uuid::Uuid;

pub use crate::kept_answers::Payer;
use crate::{
    database::db,
    kept_answers::{KEPT, KEY_BYTES},
    keys::token_hash,
    platform::Platform,
    writer::{Command, Write},
};

const BOOKKEEPING: &str = "keys of requests are bookkeeping";
/// A request counts as running for so long after whoever runs it last said so; then they are gone, and a
/// resend takes its place.
const LEASE: TimeDelta = TimeDelta::seconds(5);
const RENEW_EVERY: Duration = Duration::from_secs(1);
/// A resend waits so long for a request that runs: longer than the lease of one who is gone.
const WAIT_MAX: Duration = Duration::from_secs(6);
const LOOK_EVERY: Duration = Duration::from_millis(250);
/// One request: who sends it, under which key, and what it asks.
#[derive(Clone, Debug)]
pub struct Keyed {
    pub scope: Uuid,
    pub payer: Payer,
    pub key_hash: Vec<u8>,
    pub request_hash: Vec<u8>,
}

impl Keyed {
    #[must_use]
    pub fn new(scope: Uuid, payer: Payer, key: &str, request_hash: Vec<u8>) -> Self {
        Self {
            scope,
            payer,
            key_hash: token_hash(key),
            request_hash,
        }
    }
}

/// An answer that was given.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    pub etag: Option<String>,
    pub body: Vec<u8>,
}

#[derive(Debug)]
pub enum Begun {
    /// Carry the request out under this id, then `finish`, `abandon` or `leave`. If somebody did before
    /// and is gone, the id is theirs, and its event says what came of it.
    Fresh(OpId),
    /// It was carried out before.
    Before(Answer),
}

/// Takes the key, or finds the answer of the request that took it. One that still runs is waited for a
/// while.
pub async fn begin(platform: &Platform, keyed: &Keyed) -> Result<Begun> {
    let until = Instant::now() + WAIT_MAX;
    let kept = &platform.kept_answers.0;
    loop {
        let take = Take {
            keyed: keyed.clone(),
            full_for: kept.wait_of(&keyed.payer, Moment::now()),
        };
        match platform.writer.housekeep(take).await {
            Err(Error::IdempotencyRunning) if Instant::now() < until => sleep(LOOK_EVERY).await,
            Ok(Begun::Fresh(op)) => {
                kept.charge(keyed.payer, KEY_BYTES, Moment::now());
                return Ok(Begun::Fresh(op));
            }
            begun => return begun,
        }
    }
}

/// Runs a request, and says all the while that it runs.
pub async fn run<T>(platform: &Platform, keyed: &Keyed, request: impl Future<Output = T>) -> T {
    let mut request = pin!(request);
    tokio::select! {
        done = &mut request => done,
        never = renew(platform, keyed) => match never {},
    }
}

async fn renew(platform: &Platform, keyed: &Keyed) -> Infallible {
    loop {
        sleep(RENEW_EVERY).await;
        let until_in = LEASE;
        let keyed = keyed.clone();
        let renewed = platform.writer.housekeep(Lock { keyed, until_in }).await;
        if let Err(error) = renewed {
            tracing::warn!(error = chain(&error), "A running request is not noted");
        }
    }
}

struct Take {
    keyed: Keyed,
    /// How long nothing more is kept for whoever asks. What is kept already is told all the same.
    full_for: Option<Duration>,
}

impl Command for Take {
    type Output = Begun;

    async fn apply(&self, write: &mut Write) -> Result<Begun> {
        let keyed = &self.keyed;
        write.unrecorded(BOOKKEEPING);
        let now = write.now();
        let row = idempotency_key::Entity::find_by_id((keyed.scope, keyed.key_hash.clone()))
            .one(write.read().await?)
            .await
            .map_err(db)?;
        let mut left = None;
        if let Some(row) = row {
            let is_same = row.request_hash == keyed.request_hash;
            if row.created_at + KEPT > now {
                if !is_same {
                    return Err(Error::IdempotencyReused);
                }
                if let (Some(status), Some(body)) = (row.status, row.body) {
                    let status = u16::try_from(status).map_err(Error::internal)?;
                    return Ok(Begun::Before(Answer {
                        status,
                        etag: row.etag,
                        body,
                    }));
                }
                if row.locked_until > now {
                    return Err(Error::IdempotencyRunning);
                }
            }
            left = row.op_id.filter(|_| is_same).map(OpId::from_uuid);
        } else if let Some(retry_after) = self.full_for {
            return Err(Error::RateLimited { retry_after });
        }
        let op = left.unwrap_or_else(OpId::generate);
        remove(write, keyed).await?;
        let row = idempotency_key::ActiveModel {
            scope: Set(keyed.scope),
            key_hash: Set(keyed.key_hash.clone()),
            request_hash: Set(keyed.request_hash.clone()),
            op_id: Set(Some(op.uuid())),
            status: Set(None),
            etag: Set(None),
            body: Set(None),
            locked_until: Set(now + LEASE),
            created_at: Set(now),
        };
        idempotency_key::Entity::insert(row)
            .exec_without_returning(write.conn().await?)
            .await
            .map_err(db)?;
        Ok(Begun::Fresh(op))
    }
}

fn this(keyed: &Keyed) -> sea_orm::sea_query::SimpleExpr {
    idempotency_key::Column::Scope
        .eq(keyed.scope)
        .and(idempotency_key::Column::KeyHash.eq(keyed.key_hash.clone()))
}

async fn remove(write: &mut Write, keyed: &Keyed) -> Result<()> {
    idempotency_key::Entity::delete_many()
        .filter(this(keyed))
        .exec(write.conn().await?)
        .await
        .map(drop)
        .map_err(db)
}

/// Keeps the answer.
pub async fn finish(platform: &Platform, keyed: Keyed, answer: Answer) -> Result<()> {
    let bytes = u64::try_from(answer.body.len()).unwrap_or(u64::MAX);
    let kept = &platform.kept_answers.0;
    kept.charge(keyed.payer, bytes, Moment::now());
    platform.writer.housekeep(Finish { keyed, answer }).await
}

struct Finish {
    keyed: Keyed,
    answer: Answer,
}

impl Command for Finish {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        let Self { keyed, answer } = self;
        write.unrecorded(BOOKKEEPING);
        idempotency_key::Entity::update_many()
            .col_expr(
                idempotency_key::Column::Status,
                Expr::value(Some(i32::from(answer.status))),
            )
            .col_expr(
                idempotency_key::Column::Etag,
                Expr::value(answer.etag.clone()),
            )
            .col_expr(
                idempotency_key::Column::Body,
                Expr::value(Some(answer.body.clone())),
            )
            .filter(this(keyed))
            .exec(write.conn().await?)
            .await
            .map(drop)
            .map_err(db)
    }
}

/// Leaves the key to a resend at once, with the id of the operation: nobody knows what came of it.
pub async fn leave(platform: &Platform, keyed: Keyed) -> Result<()> {
    let until_in = TimeDelta::zero();
    platform.writer.housekeep(Lock { keyed, until_in }).await
}

/// Says until when the request counts as running.
struct Lock {
    keyed: Keyed,
    until_in: TimeDelta,
}

impl Command for Lock {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        let Self { keyed, until_in } = self;
        write.unrecorded(BOOKKEEPING);
        let until = write.now() + *until_in;
        idempotency_key::Entity::update_many()
            .col_expr(idempotency_key::Column::LockedUntil, Expr::value(until))
            .filter(this(keyed))
            .exec(write.conn().await?)
            .await
            .map(drop)
            .map_err(db)
    }
}

/// Gives the key back: the request was refused in a way that may change, so it may be sent again.
pub async fn abandon(platform: &Platform, keyed: Keyed) -> Result<()> {
    platform.writer.housekeep(Abandon { keyed }).await
}

struct Abandon {
    keyed: Keyed,
}

impl Command for Abandon {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        write.unrecorded(BOOKKEEPING);
        remove(write, &self.keyed).await
    }
}

/// How many answers are kept that are sealed with this key.
pub async fn sealed_with(platform: &Platform, key: &str) -> Result<u64> {
    idempotency_key::Entity::find()
        .filter(
            platform
                .keys
                .is_sealed_with(key, idempotency_key::Column::Body),
        )
        .count(platform.database.reader())
        .await
        .map_err(db)
}

/// Forgets keys whose day is over.
pub async fn sweep(platform: &Platform) -> Result<()> {
    platform.writer.housekeep(Sweep).await
}

struct Sweep;

impl Command for Sweep {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        write.unrecorded(BOOKKEEPING);
        let before = write.now() - KEPT;
        idempotency_key::Entity::delete_many()
            .filter(idempotency_key::Column::CreatedAt.lt(before))
            .exec(write.conn().await?)
            .await
            .map(drop)
            .map_err(db)
    }
}

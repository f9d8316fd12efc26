//! Requests with an `Idempotency-Key`: the answer is kept for a day, and a resend gets it again.

use chrono::TimeDelta;
use entity::idempotency_key;
use kernel::{Error, Result};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, ExprTrait, QueryFilter, sea_query::Expr,
};
use uuid::Uuid;

use crate::{
    database::db,
    keys::token_hash,
    platform::Platform,
    writer::{Command, Write},
};

const KEPT: TimeDelta = TimeDelta::hours(24);
const BOOKKEEPING: &str = "keys of requests are bookkeeping";
/// How long a request counts as running before a resend may take its place.
const RUNNING_MAX: TimeDelta = TimeDelta::seconds(60);

/// One request: who sends it, under which key, and what it asks.
#[derive(Clone, Debug)]
pub struct Keyed {
    pub scope: Uuid,
    pub key_hash: Vec<u8>,
    pub request_hash: Vec<u8>,
}

impl Keyed {
    #[must_use]
    pub fn new(scope: Uuid, key: &str, request_hash: Vec<u8>) -> Self {
        Self {
            scope,
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
    /// Carry the request out, then `finish` or `abandon`.
    Fresh,
    /// It was carried out before.
    Before(Answer),
}

/// Takes the key, or finds the answer of the request that took it.
pub async fn begin(platform: &Platform, keyed: Keyed) -> Result<Begun> {
    platform.writer.housekeep(Take { keyed }).await
}

struct Take {
    keyed: Keyed,
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
        match row {
            Some(row) if row.created_at + KEPT > now => {
                if row.request_hash != keyed.request_hash {
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
            Some(_) | None => {}
        }
        remove(write, keyed).await?;
        let row = idempotency_key::ActiveModel {
            scope: Set(keyed.scope),
            key_hash: Set(keyed.key_hash.clone()),
            request_hash: Set(keyed.request_hash.clone()),
            status: Set(None),
            etag: Set(None),
            body: Set(None),
            locked_until: Set(now + RUNNING_MAX),
            created_at: Set(now),
        };
        idempotency_key::Entity::insert(row)
            .exec_without_returning(write.conn().await?)
            .await
            .map_err(db)?;
        Ok(Begun::Fresh)
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

//! Slowing down guesses: failures are counted for each account and network, and for each account.

use chrono::{DateTime, TimeDelta, Utc};
use entity::{auth_session, login_throttle};
use http::rates::network;
use kernel::{Error, Result, UserId};
use platform::{Command, Ctx, Write, db, keys::token_hash, writer::Record};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, OnConflict},
};
use uuid::Uuid;

const FREE_FAILURES: u32 = 5;
const DELAY_FIRST: TimeDelta = TimeDelta::seconds(30);
const DELAY_MAX: TimeDelta = TimeDelta::hours(1);

/// Far more than anybody mistypes. Guesses from ever new networks are slow from here on, and so is
/// whoever logs in from one where they never did: a network with fewer failures is no proof of anything.
const FREE_FAILURES_EVERYWHERE: u32 = 50;
const DELAY_EVERYWHERE: TimeDelta = TimeDelta::seconds(60);

/// The sessions, the last ones, that tell where somebody logs in from.
const SESSIONS_LOOKED_AT_MAX: u64 = 200;

/// How long to wait after so many failures from anywhere.
fn delay_everywhere(failures: u32) -> Option<TimeDelta> {
    (failures >= FREE_FAILURES_EVERYWHERE).then_some(DELAY_EVERYWHERE)
}

/// How long to wait after so many failures in a row.
fn delay(failures: u32) -> Option<TimeDelta> {
    let doublings = failures.checked_sub(FREE_FAILURES)?;
    // Beyond this many the limit is reached anyway.
    let factor = 1_i32 << Ord::min(doublings, 10);
    Some(Ord::min(DELAY_FIRST * factor, DELAY_MAX))
}

/// What is counted: guesses at one account, from one network and from everywhere.
#[derive(Clone)]
pub(super) struct Key {
    here: Vec<u8>,
    everywhere: Vec<u8>,
    network: u128,
    user: Option<Uuid>,
}

impl Key {
    pub(super) fn new(email: &str, network: u128, user: Option<Uuid>) -> Self {
        Self {
            here: token_hash(&format!("{email}\n{network}")),
            everywhere: token_hash(email),
            network,
            user,
        }
    }

    fn both(&self) -> [Vec<u8>; 2] {
        [self.here.clone(), self.everywhere.clone()]
    }

    /// Where the counting waits its turn: the same account always behind itself.
    fn lane(&self) -> UserId {
        let bytes = self.everywhere.first_chunk().copied().unwrap_or_default();
        UserId::from_uuid(Uuid::from_bytes(bytes))
    }
}

/// Where a request comes from. Those from nowhere count as one.
pub(super) fn network_of(ctx: &Ctx) -> u128 {
    ctx.request.address.map_or(0, network)
}

/// Refuses while there is a delay, whatever else is sent.
pub(super) async fn check(
    conn: &impl ConnectionTrait,
    now: DateTime<Utc>,
    key: &Key,
) -> Result<()> {
    let rows = login_throttle::Entity::find()
        .filter(login_throttle::Column::Key.is_in(key.both()))
        .all(conn)
        .await
        .map_err(db)?;
    let until_of = |name: &[u8]| {
        let row = rows.iter().find(|row| row.key == name);
        row?.locked_until.filter(|until| *until > now)
    };
    let until = match (until_of(&key.here), until_of(&key.everywhere)) {
        (None, Some(_)) if logged_in_here(conn, key).await? => None,
        (here, everywhere) => Ord::max(here, everywhere),
    };
    match until {
        Some(until) => Err(Error::RateLimited {
            retry_after: (until - now).to_std().unwrap_or_default(),
        }),
        None => Ok(()),
    }
}

/// Whether somebody logged in from this network before. Guesses from elsewhere do not keep them out there, where their own
/// failures count as ever: else whoever guesses without end could lock anybody out.
async fn logged_in_here(conn: &impl ConnectionTrait, key: &Key) -> Result<bool> {
    let Some(user) = key.user else {
        return Ok(false);
    };
    let addresses: Vec<Option<String>> = auth_session::Entity::find()
        .select_only()
        .column(auth_session::Column::Address)
        .filter(auth_session::Column::UserId.eq(user))
        .order_by_desc(auth_session::Column::LastUsedAt)
        .limit(SESSIONS_LOOKED_AT_MAX)
        .into_tuple()
        .all(conn)
        .await
        .map_err(db)?;
    let mut addresses = addresses.into_iter().flatten();
    Ok(addresses.any(|address| {
        let address = address.parse().ok();
        address.is_some_and(|address| network(address) == key.network)
    }))
}

/// Counts a failure and leaves it in the audit.
pub(super) async fn count(
    ctx: &Ctx,
    key: &Key,
    user: Option<Uuid>,
    action: &'static str,
) -> Result<()> {
    let record = Record::about(action, "user", user);
    let count = Count {
        key: key.clone(),
        record,
    };
    ctx.write_account(key.lane(), count).await
}

struct Count {
    key: Key,
    record: Record,
}

impl Command for Count {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        let Self { key, record } = self;
        let now = write.now();
        // Of guesses sent at once, only those before the delay hear whether they were wrong.
        check(write.read().await?, now, key).await?;
        count_one(write, &key.here, delay).await?;
        count_one(write, &key.everywhere, delay_everywhere).await?;
        write.record(record.clone());
        Ok(())
    }
}

/// Counts one failure more, and delays the next guess as so many ask for.
async fn count_one(
    write: &mut Write,
    key: &[u8],
    delay: fn(u32) -> Option<TimeDelta>,
) -> Result<()> {
    let now = write.now();
    let fresh = login_throttle::ActiveModel {
        key: Set(key.to_vec()),
        failures: Set(1),
        locked_until: Set(None),
        updated_at: Set(now),
    };
    let again = OnConflict::column(login_throttle::Column::Key)
        .value(
            login_throttle::Column::Failures,
            Expr::col((login_throttle::Entity, login_throttle::Column::Failures)).add(1),
        )
        .update_column(login_throttle::Column::UpdatedAt)
        .to_owned();
    login_throttle::Entity::insert(fresh)
        .on_conflict(again)
        .exec_without_returning(write.conn().await?)
        .await
        .map_err(db)?;
    let failures = login_throttle::Entity::find_by_id(key.to_vec())
        .one(write.read().await?)
        .await
        .map_err(db)?
        .map_or(0, |row| u32::try_from(row.failures).unwrap_or_default());
    let Some(delay) = delay(failures) else {
        return Ok(());
    };
    login_throttle::Entity::update_many()
        .col_expr(
            login_throttle::Column::LockedUntil,
            Expr::value(Some(now + delay)),
        )
        .filter(login_throttle::Column::Key.eq(key.to_vec()))
        .exec(write.conn().await?)
        .await
        .map(drop)
        .map_err(db)
}

/// Forgets the failures of somebody who has proved themselves.
pub(super) async fn clear(write: &mut Write, key: &Key) -> Result<()> {
    login_throttle::Entity::delete_many()
        .filter(login_throttle::Column::Key.is_in(key.both()))
        .exec(write.conn().await?)
        .await
        .map(drop)
        .map_err(db)
}

/// Forgets failures that are older than every delay.
pub(crate) async fn sweep(write: &mut Write, before: DateTime<Utc>) -> Result<()> {
    login_throttle::Entity::delete_many()
        .filter(login_throttle::Column::UpdatedAt.lt(before))
        .exec(write.conn().await?)
        .await
        .map(drop)
        .map_err(db)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fifth_failure_delays_for_half_a_minute_and_each_further_one_twice_as_long() {
        let seconds = |failures| delay(failures).map(|delay| delay.num_seconds());

        assert_eq!(seconds(4), None);
        assert_eq!(seconds(5), Some(30));
        assert_eq!(seconds(6), Some(60));
        assert_eq!(seconds(11), Some(1_920));
        assert_eq!(seconds(12), Some(3_600));
        assert_eq!(seconds(u32::MAX), Some(3_600));
    }

    #[test]
    fn neighbours_in_one_ipv6_network_share_a_count_and_other_accounts_do_not() {
        let key =
            |email, address: &str| Key::new(email, address.parse().map_or(0, network), None).here;

        assert_eq!(key("a@x.org", "2001:db8::1"), key("a@x.org", "2001:db8::2"));
        assert_ne!(
            key("a@x.org", "2001:db8::1"),
            key("a@x.org", "2001:db8:0:1::1")
        );
        assert_ne!(key("a@x.org", "192.0.2.1"), key("a@x.org", "192.0.2.2"));
        assert_ne!(key("a@x.org", "192.0.2.1"), key("b@x.org", "192.0.2.1"));
    }
}

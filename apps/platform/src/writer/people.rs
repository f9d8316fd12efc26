//! Who acts, as far as a queue remembers it.
//!
//! Accounts, sessions and tokens are written by commands about accounts and the server alone, and on SQLite all commands of this
//! process are in one queue. So as long as only commands about projects ran since, and no other program wrote to the database, which it
//! says itself, what was read of them holds. On Postgres other instances write, so there they are read for each group.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entity::user;
use kernel::UserId;
use uuid::Uuid;

use crate::{principal::Principal, users::public_name};

/// More people than write at the same time.
const REMEMBERED_MAX: usize = 1_024;

/// An account, and the credential by which it acts, if that is one that can end.
pub(super) type Key = (UserId, Option<Uuid>);

/// Whose credentials live, and as whom they are seen.
pub(super) type Names = HashMap<Key, Seen>;

/// Under which name somebody acts, and the address of the account.
#[derive(Clone)]
pub(super) struct Seen {
    pub(super) name: String,
    pub(super) email: String,
    /// When the credential ends by itself.
    pub(super) until: Option<DateTime<Utc>>,
}

impl Seen {
    pub(super) fn as_person(user: &user::Model, until: Option<DateTime<Utc>>) -> Self {
        Self {
            name: public_name(user),
            email: user.email.clone(),
            until,
        }
    }
}

#[derive(Default)]
pub(super) struct People {
    pub(super) names: Names,
    /// At which state of the database they were known, if it was asked.
    pub(super) state: Option<DatabaseState>,
}

/// The same just as long as no other program has written to an SQLite database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct DatabaseState {
    /// Which connection says so.
    pub(super) connection: u64,
    /// What `PRAGMA data_version` says on it.
    pub(super) version: i64,
}

impl People {
    /// What still holds, unless the database was changed; that is seen once a project is locked.
    pub(super) fn still_living(self, connection: u64, now: DateTime<Utc>) -> Self {
        let is_same = |state: DatabaseState| state.connection == connection;
        let holds = self.state.is_some_and(is_same) && self.names.len() <= REMEMBERED_MAX;
        if !holds {
            return Self::default();
        }
        let mut people = self;
        let ends = |seen: &Seen| seen.until.is_some_and(|until| until <= now);
        people.names.retain(|_, seen| !ends(seen));
        people
    }

    pub(super) fn know(&self, principal: &Principal) -> bool {
        key(principal).is_none_or(|key| self.names.contains_key(&key))
    }

    pub(super) fn seen(&self, principal: &Principal) -> Option<&Seen> {
        self.names.get(&key(principal)?)
    }
}

/// An agent lives as long as the account of who it acts for.
fn key(principal: &Principal) -> Option<Key> {
    let Principal::User { id, credential, .. } = principal else {
        return None;
    };
    let is_agent = principal.agent_and_task().is_some();
    Some((*id, credential.uuid().filter(|_| !is_agent)))
}

//! What commands cost: how much they look at. A command that looks at too much is refused, a project
//! whose commands look at much waits for the others, and a person who made the server look at much
//! waits before the next change.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use kernel::{Error, Result, UserId};

use crate::{
    principal::{Credential, Principal},
    settings::RateSettings,
};

/// After a group has looked at this much, the commands that it has not come to wait for the next.
pub(super) const GROUP_VISITS_MAX: u64 = 50_000;
/// The same for time: then the database is slow, or somebody else holds a project's lock.
pub(super) const GROUP_TIME_SHARED: Duration = Duration::from_secs(2);
/// A project whose last command looked at more than this is heavy: its commands do not share a group
/// with others.
pub(super) const HEAVY_VISITS: u64 = 20_000;
/// How long one command may take once it is its turn.
pub(super) const COMMAND_TIME_MAX: Duration = Duration::from_secs(5);

const FORGET_EVERY_CHARGES: u32 = 1_024;

/// What people owe for what their changes made the server look at.
#[derive(Debug)]
pub(crate) struct Debts {
    limited: bool,
    each: Duration,
    burst: Duration,
    owed: Mutex<Owed>,
}

#[derive(Debug, Default)]
struct Owed {
    /// When each person's budget would be full again.
    full_at: HashMap<UserId, Instant>,
    charges: u32,
}

impl Debts {
    pub(crate) fn new(settings: &RateSettings) -> Self {
        let each = Duration::from_secs(1) / settings.visits_per_second.max(1);
        Self {
            limited: settings.enabled,
            each,
            burst: each * settings.visits_burst,
            owed: Mutex::default(),
        }
    }

    /// Refuses who owes more than may be owed.
    pub(super) fn check(&self, principal: &Principal, now: Instant) -> Result<()> {
        let Some(person) = person(principal).filter(|_| self.limited) else {
            return Ok(());
        };
        let full_at = self.lock().full_at.get(&person).copied();
        let owed = full_at.unwrap_or(now).saturating_duration_since(now);
        match owed.checked_sub(self.burst) {
            None | Some(Duration::ZERO) => Ok(()),
            Some(retry_after) => Err(Error::RateLimited { retry_after }),
        }
    }

    /// Writes down what a command looked at.
    pub(super) fn charge(&self, principal: &Principal, visits: u64, now: Instant) {
        let Some(person) = person(principal).filter(|_| self.limited) else {
            return;
        };
        let visits = u32::try_from(visits).unwrap_or(u32::MAX);
        let mut owed = self.lock();
        let full_at = owed.full_at.entry(person).or_insert(now);
        *full_at = (*full_at).max(now) + self.each * visits;
        owed.charges += 1;
        if owed.charges >= FORGET_EVERY_CHARGES {
            owed.charges = 0;
            owed.full_at.retain(|_, full_at| *full_at > now);
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Owed> {
        self.owed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Who can be made to wait: what the server does in somebody's name has limits of its own.
fn person(principal: &Principal) -> Option<UserId> {
    match principal {
        Principal::User { id, credential, .. } => match credential {
            Credential::Session(_) | Credential::Token(_) | Credential::Agent { .. } => Some(*id),
            Credential::Internal => None,
        },
        Principal::Anonymous | Principal::System => None,
    }
}

#[cfg(test)]
mod tests {
    use kernel::{Scopes, SessionId};

    use super::*;

    fn somebody(credential: Credential) -> Principal {
        Principal::User {
            id: UserId::generate(),
            credential,
            scopes: Scopes::UNLIMITED,
        }
    }

    fn debts(enabled: bool) -> Debts {
        Debts::new(&RateSettings {
            enabled,
            visits_per_second: 10,
            visits_burst: 100,
            ..crate::settings::Settings::default().rates
        })
    }

    #[test]
    fn whoever_owes_more_than_the_burst_waits_until_it_is_paid() {
        let (debts, now) = (debts(true), Instant::now());
        let session = || somebody(Credential::Session(SessionId::generate()));
        let (one, other) = (session(), session());

        debts.charge(&one, 100, now);
        debts.check(&one, now).unwrap();
        debts.charge(&one, 50, now);

        let refused = debts.check(&one, now).unwrap_err();
        let Error::RateLimited { retry_after } = refused else {
            panic!("{refused}");
        };
        assert_eq!(retry_after, Duration::from_secs(5));
        debts.check(&other, now).unwrap();
        debts.check(&one, now + retry_after).unwrap();
    }

    #[test]
    fn what_the_server_does_in_somebodys_name_is_not_charged() {
        let (limited, unlimited, now) = (debts(true), debts(false), Instant::now());
        let person = somebody(Credential::Session(SessionId::generate()));
        for (debts, principal) in [
            (&limited, somebody(Credential::Internal)),
            (&limited, Principal::System),
            (&unlimited, person),
        ] {
            debts.charge(&principal, u64::MAX, now);
            debts.check(&principal, now).unwrap();
        }
    }

    #[test]
    fn nobody_is_remembered_who_owes_nothing() {
        let (debts, now) = (debts(true), Instant::now());
        for _ in 0..FORGET_EVERY_CHARGES {
            let person = somebody(Credential::Session(SessionId::generate()));
            debts.charge(&person, 1, now);
        }
        let later = now + Duration::from_secs(60);
        for _ in 0..FORGET_EVERY_CHARGES {
            debts.charge(
                &somebody(Credential::Session(SessionId::generate())),
                0,
                later,
            );
        }
        assert_eq!(debts.lock().full_at.len(), 0);
    }
}

//! What commands cost: how much they look at. A command that looks at too much is refused, a project
//! whose commands look at much waits for the others, and a person who made the server look at much
//! waits before the next change.

use std::time::{Duration, Instant};

use kernel::{Result, UserId};

use crate::{
    debts::Debts,
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

/// What people owe for what their changes made the server look at.
#[derive(Debug)]
pub(crate) struct Visits {
    limited: bool,
    debts: Debts<UserId>,
}

impl Visits {
    pub(crate) fn new(settings: &RateSettings) -> Self {
        let each = Duration::from_secs(1) / settings.visits_per_second.max(1);
        Self {
            limited: settings.enabled,
            debts: Debts::new(each, settings.visits_burst),
        }
    }

    /// Refuses who owes more than may be owed.
    pub(super) fn check(&self, principal: &Principal, now: Instant) -> Result<()> {
        match person(principal).filter(|_| self.limited) {
            Some(person) => self.debts.check(&person, now),
            None => Ok(()),
        }
    }

    /// Writes down what a command looked at.
    pub(super) fn charge(&self, principal: &Principal, visits: u64, now: Instant) {
        if let Some(person) = person(principal).filter(|_| self.limited) {
            self.debts.charge(person, visits, now);
        }
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
    use kernel::{Error, Scopes, SessionId};

    use super::*;

    fn somebody(credential: Credential) -> Principal {
        Principal::User {
            id: UserId::generate(),
            credential,
            scopes: Scopes::UNLIMITED,
        }
    }

    fn visits(enabled: bool) -> Visits {
        Visits::new(&RateSettings {
            enabled,
            visits_per_second: 10,
            visits_burst: 100,
            ..crate::settings::Settings::default().rates
        })
    }

    #[test]
    fn whoever_made_the_server_look_at_more_than_the_burst_waits() {
        let (visits, now) = (visits(true), Instant::now());
        let person = somebody(Credential::Session(SessionId::generate()));

        visits.charge(&person, 150, now);

        let refused = visits.check(&person, now).unwrap_err();
        assert!(matches!(refused, Error::RateLimited { .. }), "{refused}");
        visits.check(&person, now + Duration::from_secs(5)).unwrap();
    }

    #[test]
    fn what_the_server_does_in_somebodys_name_is_not_charged() {
        let (limited, unlimited, now) = (visits(true), visits(false), Instant::now());
        let person = somebody(Credential::Session(SessionId::generate()));
        for (visits, principal) in [
            (&limited, somebody(Credential::Internal)),
            (&limited, Principal::System),
            (&unlimited, person),
        ] {
            visits.charge(&principal, u64::MAX, now);
            visits.check(&principal, now).unwrap();
        }
    }
}

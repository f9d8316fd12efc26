//! Passwords: the one place that hashes them.
//!
//! Hashing is slow on purpose, so it is what an attacker would have everybody wait for. Whoever asks
//! is counted, waits behind themselves for their one turn, and then for a place; some places are kept
//! for logging in.

mod asker;
mod lines;

use std::{num::NonZeroU32, sync::Arc, thread, time::Duration};

use governor::{
    DefaultKeyedRateLimiter, Quota, RateLimiter,
    clock::{Clock, DefaultClock},
};
use kernel::{Error, Result};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use self::{asker::Who, lines::Lines};
use crate::{keys::Keys, settings::Settings};

pub use self::asker::Asker;

/// Hashing takes half of the cores at most, and so many at least: one of them for logging in.
const PLACES_MIN: usize = 2;
/// How many people may wait for a place, each of them once; those who log in wait apart.
const WAITING_MAX: usize = 64;
/// After this many rates that are kept, those of people who were quiet are forgotten.
const RATES_TIDY: usize = 4_096;
/// When whoever sent too much at once may try again: their own requests take about that long.
const RETRY_AFTER: Duration = Duration::from_secs(1);
/// What an unknown account's password is compared with, so that it takes the same time. The cost
/// stands before it.
const NOBODYS_HASH: &str = "R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW";

#[derive(Debug)]
pub struct Passwords {
    cost: u32,
    /// Nothing if rates are not limited.
    rates: Option<DefaultKeyedRateLimiter<Who>>,
    lines: Arc<Lines>,
    logins_waiting: Arc<Semaphore>,
    others_waiting: Arc<Semaphore>,
    /// Fewer than all places.
    places_of_others: Arc<Semaphore>,
    places: Arc<Semaphore>,
}

impl Passwords {
    #[must_use]
    pub fn new(settings: &Settings) -> Self {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        let places = PLACES_MIN.max(cores / 2);
        let per_minute =
            NonZeroU32::new(settings.rates.login_per_minute).unwrap_or(NonZeroU32::MIN);
        let rates = settings.rates.enabled;
        let semaphore = |permits| Arc::new(Semaphore::new(permits));
        Self {
            cost: settings.auth.password_cost,
            rates: rates.then(|| RateLimiter::keyed(Quota::per_minute(per_minute))),
            lines: Arc::default(),
            logins_waiting: semaphore(WAITING_MAX),
            others_waiting: semaphore(WAITING_MAX),
            places_of_others: semaphore(places / 2),
            places: semaphore(places),
        }
    }

    pub async fn hash(&self, asker: Asker, keys: &Keys, password: &str) -> Result<String> {
        let (peppered, label) = keys.pepper_new(password);
        let cost = self.cost;
        let hash = self.run(asker, move || bcrypt::non_truncating_hash(peppered, cost));
        Ok(format!("{label}{}", hash.await?))
    }

    /// Hashes a password anew that fits this hash, if that was made with an older pepper and there is
    /// room for it now. The salt stays: by it `is_same_choice` knows that nobody chose another password.
    pub async fn hash_anew(
        &self,
        asker: Asker,
        keys: &Keys,
        password: &str,
        hash: &str,
    ) -> Result<Option<String>> {
        if keys.has_used_pepper(hash) {
            return Ok(None);
        }
        let salt = salt(hash).ok_or_else(|| Error::internal("a hash without a salt"))?;
        let (peppered, label) = keys.pepper_new(password);
        let cost = self.cost;
        let hash = move || bcrypt::non_truncating_hash_with_salt(peppered, cost, salt);
        match self.run(asker, hash).await {
            Ok(hash) => Ok(Some(format!("{label}{hash}"))),
            // The next login does it.
            Err(Error::RateLimited { .. } | Error::Busy) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Whether the password fits the hash. Without a hash, or one whose pepper is no more, it takes
    /// as long and says no.
    pub async fn verify(
        &self,
        asker: Asker,
        keys: &Keys,
        password: &str,
        hash: Option<String>,
    ) -> Result<bool> {
        let known = hash
            .as_deref()
            .and_then(|hash| keys.pepper_of(hash, password));
        let known = known.map(|(peppered, bare)| (peppered, bare.to_owned()));
        let can_fit = known.is_some();
        let (peppered, bare) = known.unwrap_or_else(|| {
            let nobodys = format!("$2b${:02}${NOBODYS_HASH}", self.cost);
            (keys.pepper_new(password).0, nobodys)
        });
        let verify = move || bcrypt::non_truncating_verify(peppered, &bare);
        Ok(self.run(asker, verify).await? && can_fit)
    }

    async fn run<T, F>(&self, asker: Asker, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce() -> Result<T, bcrypt::BcryptError> + Send + 'static,
    {
        self.count(asker.who)?;
        let line = self.lines.enter(asker.who);
        let line = line.ok_or(Error::RateLimited {
            retry_after: RETRY_AFTER,
        })?;
        let turn = line.turn().await?;
        let place = self.place(asker).await?;
        tokio::task::spawn_blocking(move || {
            let result = work().map_err(Error::internal);
            // Held in here, since a caller that goes away does not stop the work.
            drop((place, turn, line));
            result
        })
        .await
        .map_err(Error::internal)?
    }

    fn count(&self, who: Who) -> Result<()> {
        let Some(rates) = &self.rates else {
            return Ok(());
        };
        if rates.len() > RATES_TIDY {
            rates.retain_recent();
        }
        rates.check_key(&who).map_err(|refused| Error::RateLimited {
            retry_after: refused.wait_time_from(DefaultClock::default().now()),
        })
    }

    /// Waits for a place. Those who do not log in are never in all of them.
    async fn place(&self, asker: Asker) -> Result<[Option<OwnedSemaphorePermit>; 2]> {
        let waiting = if asker.logs_in {
            &self.logins_waiting
        } else {
            &self.others_waiting
        };
        let _waits = waiting.try_acquire().map_err(|_| Error::Busy)?;
        let own = if asker.logs_in {
            None
        } else {
            Some(acquire(&self.places_of_others).await?)
        };
        Ok([own, Some(acquire(&self.places).await?)])
    }
}

async fn acquire(semaphore: &Arc<Semaphore>) -> Result<OwnedSemaphorePermit> {
    let acquired = semaphore.clone().acquire_owned().await;
    acquired.map_err(Error::internal)
}

/// Whether two hashes are of one password that was chosen once: each choice has a salt of its own.
#[must_use]
pub fn is_same_choice(one: &str, other: &str) -> bool {
    one == other || salt(one).is_some_and(|it| salt(other) == Some(it))
}

fn salt(hash: &str) -> Option<[u8; 16]> {
    let (label, _) = hash.split_once('$')?;
    let parts: bcrypt::HashParts = hash.strip_prefix(label)?.parse().ok()?;
    Some(parts.get_salt_raw())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn nobodys_password_fits_nothing_and_takes_a_whole_hash_to_find_out() {
        let cost = 4;
        let hash = format!("$2b${cost:02}${NOBODYS_HASH}");

        let verified = bcrypt::non_truncating_verify("nobody's password", &hash);

        assert!(matches!(verified, Ok(false)), "{verified:?}");
    }
}

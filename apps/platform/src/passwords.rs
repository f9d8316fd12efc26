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
        let (peppered, cost) = (keys.peppered(password), self.cost);
        self.run(asker, move || bcrypt::non_truncating_hash(peppered, cost))
            .await
    }

    /// Whether the password fits the hash. Without a hash it takes as long and says no.
    pub async fn verify(
        &self,
        asker: Asker,
        keys: &Keys,
        password: &str,
        hash: Option<String>,
    ) -> Result<bool> {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| format!("$2b${:02}${NOBODYS_HASH}", self.cost));
        let peppered = keys.peppered(password);
        let verify = move || bcrypt::non_truncating_verify(peppered, &hash);
        Ok(self.run(asker, verify).await? && known)
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

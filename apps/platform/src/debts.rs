//! What somebody owes for what the server did for them, and how soon it is paid by waiting.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use kernel::{Error, Result};

const FORGET_EVERY_CHARGES: u32 = 1_024;

/// Everybody may owe so much at once, and each unit is paid by waiting so long.
#[derive(Debug)]
pub(crate) struct Debts<K> {
    each: Duration,
    burst: Duration,
    owed: Mutex<Owed<K>>,
}

#[derive(Debug)]
struct Owed<K> {
    /// When each one's budget would be full again.
    full_at: HashMap<K, Instant>,
    charges: u32,
}

impl<K: Eq + Hash> Debts<K> {
    pub(crate) fn new(each: Duration, burst: u32) -> Self {
        let (full_at, charges) = (HashMap::new(), 0);
        Self {
            each,
            burst: each * burst,
            owed: Mutex::new(Owed { full_at, charges }),
        }
    }

    /// How long whoever owes more than may be owed has to wait.
    pub(crate) fn wait_of(&self, whose: &K, now: Instant) -> Option<Duration> {
        let full_at = self.lock().full_at.get(whose).copied();
        let owed = full_at.unwrap_or(now).saturating_duration_since(now);
        let wait = owed.checked_sub(self.burst)?;
        (wait > Duration::ZERO).then_some(wait)
    }

    /// Refuses who owes more than may be owed.
    pub(crate) fn check(&self, whose: &K, now: Instant) -> Result<()> {
        match self.wait_of(whose, now) {
            None => Ok(()),
            Some(retry_after) => Err(Error::RateLimited { retry_after }),
        }
    }

    pub(crate) fn charge(&self, whose: K, units: u64, now: Instant) {
        let units = u32::try_from(units).unwrap_or(u32::MAX);
        let mut owed = self.lock();
        let full_at = owed.full_at.entry(whose).or_insert(now);
        *full_at = (*full_at).max(now) + self.each * units;
        owed.charges += 1;
        if owed.charges >= FORGET_EVERY_CHARGES {
            owed.charges = 0;
            owed.full_at.retain(|_, full_at| *full_at > now);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Owed<K>> {
        self.owed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn debts() -> Debts<u32> {
        Debts::new(Duration::from_millis(100), 100)
    }

    #[test]
    fn whoever_owes_more_than_the_burst_waits_until_it_is_paid() {
        let (debts, now) = (debts(), Instant::now());

        debts.charge(1, 100, now);
        debts.check(&1, now).unwrap();
        debts.charge(1, 50, now);

        let refused = debts.check(&1, now).unwrap_err();
        let Error::RateLimited { retry_after } = refused else {
            panic!("{refused}");
        };
        assert_eq!(retry_after, Duration::from_secs(5));
        debts.check(&2, now).unwrap();
        debts.check(&1, now + retry_after).unwrap();
    }

    #[test]
    fn nobody_is_remembered_who_owes_nothing() {
        let (debts, now) = (debts(), Instant::now());
        for one in 0..FORGET_EVERY_CHARGES {
            debts.charge(one, 1, now);
        }
        let later = now + Duration::from_secs(60);
        for one in 0..FORGET_EVERY_CHARGES {
            debts.charge(FORGET_EVERY_CHARGES + one, 0, later);
        }
        assert_eq!(debts.lock().full_at.len(), 0);
    }
}

//! Recordings are held in memory while they are heard, so in each process only some are at once.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use kernel::{Error, Result, UserId};
use platform::Ctx;

/// Recordings at once in this process.
const AT_ONCE_MAX: u32 = 8;
const BUSY_WITH_OWN: Duration = Duration::from_secs(2);

#[derive(Debug, Default)]
struct Turns(Mutex<HashMap<UserId, u32>>);

/// A place for one recording, until this is dropped.
#[derive(Debug)]
pub(crate) struct Turn {
    of: UserId,
    turns: Arc<Turns>,
}

/// Whoever finds no place tries again.
pub(crate) fn turn(ctx: &Ctx) -> Result<Turn> {
    let of = ctx.user_id()?;
    let turns = ctx.platform.feature::<Turns>();
    let mut people = turns.0.lock().unwrap_or_else(PoisonError::into_inner);
    if people.values().sum::<u32>() >= AT_ONCE_MAX {
        return Err(Error::Busy);
    }
    let own = people.entry(of).or_default();
    if *own >= ctx.platform.settings.voice.at_once_per_person {
        return Err(Error::RateLimited {
            retry_after: BUSY_WITH_OWN,
        });
    }
    *own += 1;
    drop(people);
    Ok(Turn { of, turns })
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut people = self.turns.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(own) = people.get_mut(&self.of) {
            *own -= 1;
            if *own == 0 {
                people.remove(&self.of);
            }
        }
    }
}

//! Whose turn it is to have something large read: a few at once, and one of each person, so that
//! whoever asks for much waits behind themselves.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, Weak},
};

use kernel::{Error, Result, UserId};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

#[derive(Debug)]
pub(crate) struct Turns {
    at_once: Arc<Semaphore>,
    people: Mutex<HashMap<UserId, Weak<Semaphore>>>,
}

/// It is somebody's turn until this is dropped.
#[derive(Debug)]
pub(crate) struct Turn {
    _own: OwnedSemaphorePermit,
    _shared: OwnedSemaphorePermit,
}

impl Turns {
    pub(crate) fn new(at_once: usize) -> Self {
        Self {
            at_once: Arc::new(Semaphore::new(at_once)),
            people: Mutex::default(),
        }
    }

    pub(crate) async fn take(&self, user: UserId) -> Result<Turn> {
        // One's own turn first: nobody waits for the others more than once at a time.
        let own = self.own(user).acquire_owned();
        let _own = own.await.map_err(Error::internal)?;
        let shared = self.at_once.clone().acquire_owned();
        let _shared = shared.await.map_err(Error::internal)?;
        Ok(Turn { _own, _shared })
    }

    fn own(&self, user: UserId) -> Arc<Semaphore> {
        let mut people = self.people.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(own) = people.get(&user).and_then(Weak::upgrade) {
            return own;
        }
        people.retain(|_, own| own.strong_count() > 0);
        let own = Arc::new(Semaphore::new(1));
        people.insert(user, Arc::downgrade(&own));
        own
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::*;

    #[tokio::test]
    async fn whoever_asks_for_much_waits_behind_themselves() {
        let turns = Turns::new(2);
        let (greedy, other) = (UserId::generate(), UserId::generate());
        let first = turns.take(greedy).await.unwrap();
        let mut waiting: Vec<_> = (0..100).map(|_| Box::pin(turns.take(greedy))).collect();
        for waiting in &mut waiting {
            assert!(waiting.now_or_never().is_none());
        }

        let turn = turns.take(other).now_or_never();
        assert!(turn.is_some(), "a place is left for somebody else");

        drop((first, turn));
        let next = waiting.swap_remove(0).await;
        assert!(next.is_ok(), "the next of the first has its turn");
    }

    #[tokio::test]
    async fn nobody_is_remembered_who_waits_no_more() {
        let turns = Turns::new(1);
        for _ in 0..10 {
            drop(turns.take(UserId::generate()).await.unwrap());
        }
        assert_eq!(turns.people.lock().unwrap().len(), 1);
    }
}

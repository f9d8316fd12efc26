//! Places for connections: so many in all, and so many for those who come from one network.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::rates::network;

const CONNECTIONS_MAX: usize = 20_000;

#[derive(Debug)]
pub(crate) struct Places {
    all: Arc<Semaphore>,
    /// How many each network may have; behind a proxy all connections are the proxy's.
    each_max: Option<u32>,
    taken: Mutex<HashMap<u128, u32>>,
}

/// A connection has its place until this is dropped.
#[derive(Debug)]
pub(crate) struct Place {
    places: Arc<Places>,
    network: u128,
    _one_of_all: OwnedSemaphorePermit,
}

impl Places {
    pub(crate) fn new(each_max: Option<u32>) -> Arc<Self> {
        Arc::new(Self {
            all: Arc::new(Semaphore::new(CONNECTIONS_MAX)),
            each_max,
            taken: Mutex::default(),
        })
    }

    pub(crate) fn take(self: &Arc<Self>, address: IpAddr) -> Option<Place> {
        let one_of_all = self.all.clone().try_acquire_owned().ok()?;
        let network = network(address);
        let mut all_taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = all_taken.entry(network).or_default();
        if self.each_max.is_some_and(|max| *taken >= max) {
            return None;
        }
        *taken += 1;
        Some(Place {
            places: self.clone(),
            network,
            _one_of_all: one_of_all,
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let taken = self.places.taken.lock();
        let mut taken = taken.unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = taken.get_mut(&self.network) {
            *count -= 1;
            if *count == 0 {
                taken.remove(&self.network);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_has_all_places_of_one_network_leaves_those_of_another() {
        let places = Places::new(Some(2));
        let (one, other) = ("192.0.2.1".parse().unwrap(), "192.0.2.2".parse().unwrap());
        let taken = [places.take(one), places.take(one)];
        assert!(taken.iter().all(Option::is_some));
        assert!(places.take(one).is_none());
        let third = places.take(other);
        assert!(third.is_some());

        drop(taken);
        assert!(places.take(one).is_some());
        drop(third);
        assert!(
            places.taken.lock().unwrap().is_empty(),
            "nobody is remembered"
        );
    }
}

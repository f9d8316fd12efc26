//! All sockets and channels of this process.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use kernel::{SessionId, UserId};
use platform::Platform;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::{
    channel::Channels,
    features::Features,
    outbox::{Note, Outbox},
    sessions::{Attendance, Keeper},
    turns::Turns,
};

/// Open sockets of this process, of everybody together.
const SOCKETS_MAX: usize = 50_000;
/// Sockets that have not said who they are.
const UNPROVEN_SOCKETS_MAX: usize = 4_096;
/// Reading and encoding a large project takes memory and a core.
const SNAPSHOTS_AT_ONCE: usize = 4;
/// The lower bits of a socket's number say on which instance it is, so that no two are alike.
const ORIGIN_BITS: u32 = 21;

#[derive(Debug)]
pub struct Hub {
    pub(crate) platform: Arc<Platform>,
    pub(crate) features: Features,
    pub(crate) channels: Channels,
    pub(crate) attendance: Attendance,
    /// Whose turn it is to have a project read whole.
    pub(crate) snapshots: Turns,
    sockets: Mutex<Sockets>,
    unproven: Arc<Semaphore>,
    numbered: AtomicU64,
}

#[derive(Debug, Default)]
struct Sockets {
    open: HashMap<u64, OpenSocket>,
    of_users: HashMap<UserId, Vec<u64>>,
}

#[derive(Debug)]
struct OpenSocket {
    user: UserId,
    session: SessionId,
    outbox: Arc<Outbox>,
}

/// A socket's place among the others, until it is dropped.
#[derive(Debug)]
pub(crate) struct Registered {
    hub: Arc<Hub>,
    pub(crate) number: u64,
}

impl Hub {
    /// With what keeps note of who comes and goes.
    pub(crate) fn new(platform: &Arc<Platform>, features: Features) -> (Arc<Self>, Keeper) {
        let (attendance, keeper) = Attendance::new();
        let hub = Self {
            platform: platform.clone(),
            features,
            channels: Channels::default(),
            attendance,
            snapshots: Turns::new(SNAPSHOTS_AT_ONCE),
            sockets: Mutex::default(),
            unproven: Arc::new(Semaphore::new(UNPROVEN_SOCKETS_MAX)),
            numbered: AtomicU64::new(0),
        };
        (Arc::new(hub), keeper)
    }

    /// A place for a socket that has yet to say who it is.
    pub(crate) fn place(&self) -> Option<OwnedSemaphorePermit> {
        if self.platform.stopping.is_cancelled() {
            return None;
        }
        self.unproven.clone().try_acquire_owned().ok()
    }

    /// Takes a socket in, unless there are too many, of its user or at all.
    pub(crate) fn register(
        self: &Arc<Self>,
        user: UserId,
        session: SessionId,
        outbox: &Arc<Outbox>,
    ) -> Option<Registered> {
        let settings = &self.platform.settings;
        let places = usize::try_from(settings.hub.sockets_per_user).unwrap_or(usize::MAX);
        let mut sockets = self.sockets();
        let is_full = sockets.open.len() >= SOCKETS_MAX;
        let of_user = sockets.of_users.entry(user).or_default();
        if is_full || settings.rates.enabled && of_user.len() >= places {
            return None;
        }
        let count = self.numbered.fetch_add(1, Ordering::Relaxed) + 1;
        let number = count << ORIGIN_BITS | u64::from(self.platform.bus.origin());
        of_user.push(number);
        let socket = OpenSocket {
            user,
            session,
            outbox: outbox.clone(),
        };
        sockets.open.insert(number, socket);
        metrics::gauge!("nonlinear_sockets").increment(1);
        Some(Registered {
            hub: self.clone(),
            number,
        })
    }

    /// Leaves a note for every socket of these sessions.
    pub(crate) fn note_sessions(&self, sessions: &[SessionId], note: impl Fn() -> Note) {
        if sessions.is_empty() {
            return;
        }
        for socket in self.sockets().open.values() {
            if sessions.contains(&socket.session) {
                socket.outbox.note(note());
            }
        }
    }

    pub(crate) fn outboxes_of(&self, user: UserId) -> Vec<Arc<Outbox>> {
        let sockets = self.sockets();
        let numbers = sockets.of_users.get(&user).into_iter().flatten();
        numbers
            .filter_map(|number| sockets.open.get(number))
            .map(|socket| socket.outbox.clone())
            .collect()
    }

    pub(crate) fn outboxes(&self) -> Vec<Arc<Outbox>> {
        let sockets = self.sockets();
        sockets
            .open
            .values()
            .map(|socket| socket.outbox.clone())
            .collect()
    }

    fn sockets(&self) -> MutexGuard<'_, Sockets> {
        self.sockets.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Registered {
    fn drop(&mut self) {
        let mut sockets = self.hub.sockets();
        let Some(socket) = sockets.open.remove(&self.number) else {
            return;
        };
        metrics::gauge!("nonlinear_sockets").decrement(1);
        if let Some(of_user) = sockets.of_users.get_mut(&socket.user) {
            of_user.retain(|number| *number != self.number);
            if of_user.is_empty() {
                sockets.of_users.remove(&socket.user);
            }
        }
    }
}

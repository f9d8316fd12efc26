//! Beginning to serve sockets.

use std::sync::Arc;

use platform::Platform;

use crate::{features::Features, hub::Hub, socket::begin_measurements, watch};

impl Hub {
    pub fn start(platform: &Arc<Platform>, features: Features) -> Arc<Self> {
        begin_measurements();
        let (hub, keeper) = Self::new(platform, features);
        platform.tasks.spawn(watch::heads(hub.clone()));
        platform.tasks.spawn(watch::ended_sessions(hub.clone()));
        platform.tasks.spawn(watch::people(hub.clone()));
        platform.tasks.spawn(watch::stop(hub.clone()));
        let watched = hub.clone();
        let is_empty = move || watched.channels.is_empty();
        platform
            .tasks
            .spawn(keeper.keep(platform.clone(), is_empty));
        hub
    }
}

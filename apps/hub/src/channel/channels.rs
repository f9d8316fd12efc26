//! The channels of this process.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use kernel::ProjectId;
use tokio::sync::mpsc;

use super::message::{ChannelMessage, ChannelSender};

#[derive(Debug, Default)]
pub(crate) struct Channels(Mutex<HashMap<ProjectId, ChannelSender>>);

impl Channels {
    /// The channel of a project, which is opened if need be.
    pub(super) fn enter(
        &self,
        project: ProjectId,
        open: impl FnOnce() -> ChannelSender,
    ) -> ChannelSender {
        let open = || {
            metrics::gauge!("nonlinear_channels").increment(1);
            open()
        };
        self.lock().entry(project).or_insert_with(open).clone()
    }

    pub(super) fn forget(&self, project: ProjectId, channel: &ChannelSender) {
        let mut channels = self.lock();
        if channels
            .get(&project)
            .is_some_and(|known| known.same_channel(channel))
        {
            channels.remove(&project);
        }
    }

    /// Closes a channel unless something was sent to it meanwhile. Those who send hold a sender that
    /// they got under the same lock.
    pub(super) fn retire(
        &self,
        project: ProjectId,
        mailbox: &mut mpsc::Receiver<ChannelMessage>,
    ) -> bool {
        let mut channels = self.lock();
        if !mailbox.is_empty() {
            return false;
        }
        channels.remove(&project);
        mailbox.close();
        metrics::gauge!("nonlinear_channels").decrement(1);
        true
    }

    pub(crate) fn open(&self) -> Vec<(ProjectId, ChannelSender)> {
        let channels = self.lock();
        channels
            .iter()
            .map(|(project, channel)| (*project, channel.clone()))
            .collect()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.lock().is_empty()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<ProjectId, ChannelSender>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

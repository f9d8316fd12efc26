//! The channels of this process.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use kernel::ProjectId;
use tokio::sync::mpsc;

use super::{CHANNEL_MAILBOX_MAX, ChannelMessage, ChannelSender, Join, task};
use crate::Hub;

#[derive(Debug, Default)]
pub(crate) struct Channels(Mutex<HashMap<ProjectId, ChannelSender>>);

impl Channels {
    /// Sends a socket into the channel of a project, which is opened if need be.
    pub(crate) async fn join(&self, hub: &Arc<Hub>, join: Join) -> ChannelSender {
        let project = join.access.project;
        let mut message = ChannelMessage::Join(Box::new(join));
        loop {
            let channel = self.enter(hub, project);
            match channel.send(message).await {
                Ok(()) => return channel,
                // It closed at this very moment; the next one is another.
                Err(mpsc::error::SendError(unsent)) => {
                    message = unsent;
                    self.forget(project, &channel);
                }
            }
        }
    }

    fn enter(&self, hub: &Arc<Hub>, project: ProjectId) -> ChannelSender {
        let mut channels = self.lock();
        let open = || {
            let (sender, mailbox) = mpsc::channel(CHANNEL_MAILBOX_MAX);
            let channel = task::run(hub.clone(), project, sender.downgrade(), mailbox);
            hub.platform.tasks.spawn(channel);
            metrics::gauge!("nonlinear_channels").increment(1);
            sender
        };
        channels.entry(project).or_insert_with(open).clone()
    }

    fn forget(&self, project: ProjectId, channel: &ChannelSender) {
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

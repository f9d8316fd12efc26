//! The way into a channel.

use std::sync::Arc;

use kernel::ProjectId;
use tokio::sync::mpsc;

use super::{
    message::{CHANNEL_MAILBOX_MAX, ChannelMessage, ChannelSender, Join},
    task,
};
use crate::hub::Hub;

/// Sends a socket into the channel of a project, which is opened if need be.
pub(crate) async fn join(hub: &Arc<Hub>, join: Join) -> ChannelSender {
    let project = join.access.project;
    let mut message = ChannelMessage::Join(Box::new(join));
    loop {
        let channel = hub.channels.enter(project, || open(hub, project));
        match channel.send(message).await {
            Ok(()) => return channel,
            // It closed at this very moment; the next one is another.
            Err(mpsc::error::SendError(unsent)) => {
                message = unsent;
                hub.channels.forget(project, &channel);
            }
        }
    }
}

fn open(hub: &Arc<Hub>, project: ProjectId) -> ChannelSender {
    let (sender, mailbox) = mpsc::channel(CHANNEL_MAILBOX_MAX);
    let channel = task::run(hub.clone(), project, sender.downgrade(), mailbox);
    hub.platform.tasks.spawn(channel);
    sender
}

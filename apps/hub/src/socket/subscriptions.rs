//! Which projects a socket hears of.

use kernel::{Error, Permission, ProjectId};
use protocol::frames::{Closing, PresenceUpdate, ServerFrame};
use tokio::sync::mpsc::error::TrySendError;
use uuid::Uuid;

use super::{
    limits::SUBSCRIPTIONS_MAX,
    link::{Link, say},
    live::Live,
    nack::refusal,
};
use crate::{
    channel::{ChannelMessage, Join, join},
    outbox::PutOut,
};

impl Live {
    pub(super) async fn subscribe(
        &mut self,
        link: &mut Link,
        project: ProjectId,
        since: Option<(Uuid, i64)>,
    ) {
        if let Err(error) = self.enter(link, project, since).await {
            say(
                link,
                &ServerFrame::Nack(refusal(None, Some(project), &error)),
            );
        }
    }

    async fn enter(
        &mut self,
        link: &mut Link,
        project: ProjectId,
        since: Option<(Uuid, i64)>,
    ) -> kernel::Result<()> {
        // It costs as much as an operation, and more for a large project.
        self.admit()?;
        if self.channels.len() >= SUBSCRIPTIONS_MAX && !self.channels.contains_key(&project) {
            return Err(Error::LimitReached {
                what: "projects of a socket",
                max: SUBSCRIPTIONS_MAX,
            });
        }
        let access = self
            .person
            .ctx
            .project(project, Permission::GRAPH_READ)
            .await?;
        let wish = Join {
            socket: self.person.registered.number,
            user: self.person.user,
            name: self.person.name.clone(),
            ctx: self.person.ctx.clone(),
            access,
            outbox: link.outbox.clone(),
            since,
        };
        let channel = join(&self.hub, wish).await;
        self.channels.insert(project, channel);
        Ok(())
    }

    pub(super) async fn unsubscribe(&mut self, link: &mut Link, project: ProjectId) {
        if let Some(channel) = self.channels.remove(&project) {
            // A channel that closed has forgotten it already.
            let _ = channel
                .send(ChannelMessage::Leave(self.person.registered.number))
                .await;
        }
        say_unsubscribed(link, project, None);
    }

    pub(super) fn update_presence(
        &mut self,
        link: &mut Link,
        project: ProjectId,
        update: PresenceUpdate,
    ) {
        let Some(channel) = self.channels.get(&project) else {
            let error = Error::BadRequest("subscribe to the project first".to_owned());
            say(
                link,
                &ServerFrame::Nack(refusal(None, Some(project), &error)),
            );
            return;
        };
        let message = ChannelMessage::Presence(self.person.registered.number, Box::new(update));
        match channel.try_send(message) {
            Ok(()) | Err(TrySendError::Closed(_)) => {}
            Err(TrySendError::Full(_)) => {
                metrics::counter!("nonlinear_presence_left_out_total").increment(1);
            }
        }
    }

    /// The project is no longer for this user. A socket that has others goes on with them.
    pub(super) fn put_out(&mut self, link: &mut Link, put_out: PutOut) {
        let PutOut {
            project,
            code,
            reason,
        } = put_out;
        if self.channels.remove(&project).is_none() {
            return;
        }
        if !self.channels.is_empty() {
            say_unsubscribed(link, project, Some((code, reason)));
            return;
        }
        let closing = Closing {
            code,
            reason: reason.to_owned(),
            project: Some(project),
            retry_after_ms: None,
        };
        self.leave_soon(link, closing);
    }
}

fn say_unsubscribed(link: &mut Link, project: ProjectId, why: Option<(u16, &str)>) {
    let frame = ServerFrame::Unsubscribed {
        project,
        code: why.map(|(code, _)| code),
        reason: why.map(|(_, reason)| reason),
    };
    say(link, &frame);
}

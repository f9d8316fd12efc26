//! Which projects a socket hears of.

use kernel::{Error, Need, ProjectId};
use protocol::frames::{Closing, PresenceUpdate, ServerFrame};
use tokio::sync::mpsc::error::TrySendError;
use uuid::Uuid;

use super::{
    link::Link,
    live::{Live, say},
    ops::refusal,
};
use crate::room::{Join, PutOut, RoomMessage};

pub(crate) const SUBSCRIPTIONS_MAX: usize = 50;

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
        if self.rooms.len() >= SUBSCRIPTIONS_MAX && !self.rooms.contains_key(&project) {
            return Err(Error::LimitReached {
                what: "projects of a socket",
                max: SUBSCRIPTIONS_MAX,
            });
        }
        let access = self.person.ctx.project(project, Need::GRAPH_READ).await?;
        let join = Join {
            socket: self.person.registered.number,
            user: self.person.user,
            name: self.person.name.clone(),
            ctx: self.person.ctx.clone(),
            access,
            outbox: link.outbox.clone(),
            since,
        };
        let room = self.hub.rooms.join(&self.hub, join).await;
        self.rooms.insert(project, room);
        Ok(())
    }

    pub(super) async fn unsubscribe(&mut self, link: &mut Link, project: ProjectId) {
        if let Some(room) = self.rooms.remove(&project) {
            // A room that closed has forgotten it already.
            let _ = room
                .send(RoomMessage::Leave(self.person.registered.number))
                .await;
        }
        say_unsubscribed(link, project, None);
    }

    pub(super) fn move_about(
        &mut self,
        link: &mut Link,
        project: ProjectId,
        update: PresenceUpdate,
    ) {
        let Some(room) = self.rooms.get(&project) else {
            let error = Error::BadRequest("subscribe to the project first".to_owned());
            say(
                link,
                &ServerFrame::Nack(refusal(None, Some(project), &error)),
            );
            return;
        };
        let message = RoomMessage::Presence(self.person.registered.number, update);
        match room.try_send(message) {
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
        if self.rooms.remove(&project).is_none() {
            return;
        }
        if !self.rooms.is_empty() {
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

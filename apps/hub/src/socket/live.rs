//! A socket whose user is known, until it ends.

use std::{
    collections::HashMap,
    pin::Pin,
    sync::Arc,
    time::{Duration, Instant},
};

use chrono::{DateTime, Utc};
use futures::{FutureExt, StreamExt, stream::FuturesUnordered};
use kernel::{Error, ProjectId, SessionId, UserId};
use platform::{Ctx, access};
use protocol::frames::{
    ClientFrame, Closing, FRAME_BYTES_MAX, FrameFault, Limits, Nack, Ready, ServerFrame,
};
use tokio::time::Sleep;

use super::{
    budget::Budget,
    codes::TOO_MANY_MESSAGES,
    limits::{OPS_IN_FLIGHT_MAX, SUBSCRIPTIONS_MAX},
    link::{End, Heard, Link, closing, say},
    nack::refusal,
    running::Running,
};
use crate::{
    channel::{ChannelMessage, ChannelSender},
    hub::{Hub, Registered},
    outbox::{Note, Outbox},
    watch::session_ended,
    wire::Frame,
};

/// Who has proven to be at the other end.
pub(super) struct Person {
    pub(super) registered: Registered,
    pub(super) user: UserId,
    pub(super) session: SessionId,
    pub(super) name: Arc<str>,
    pub(super) ctx: Ctx,
    pub(super) expires_at: DateTime<Utc>,
}

pub(super) struct Live {
    pub(super) hub: Arc<Hub>,
    pub(super) person: Person,
    pub(super) channels: HashMap<ProjectId, ChannelSender>,
    pub(super) running: FuturesUnordered<Running>,
    pub(super) ops: Option<Budget>,
    messages: Option<Budget>,
    pub(super) heard_at: Instant,
    outbox: Arc<Outbox>,
    pinged_at: Instant,
    clock: Pin<Box<Sleep>>,
    /// It is told that it will be closed, and may still hear what becomes of its operations.
    leaving: Option<Closing>,
}

impl Live {
    pub(super) fn open(hub: Arc<Hub>, person: Person, link: &mut Link) -> Self {
        let now = Instant::now();
        let settings = &hub.platform.settings;
        let limited = settings.rates.enabled;
        let limits = &settings.hub;
        let budget = |per_second, burst| limited.then(|| Budget::new(per_second, burst, now));
        let ready = Ready {
            user_id: person.user,
            session_id: person.session,
            s: person.registered.number,
            server_time: person.ctx.now().into(),
            limits: Limits {
                frame_bytes: FRAME_BYTES_MAX,
                subscriptions: SUBSCRIPTIONS_MAX,
                ops_in_flight: OPS_IN_FLIGHT_MAX,
                ops_per_second: limited.then_some(limits.ops_per_second),
                ops_burst: limited.then_some(limits.ops_burst),
                messages_per_second: limited.then_some(limits.messages_per_second),
                messages_burst: limited.then_some(limits.messages_burst),
                ping_ms: limits.ping_ms,
                silence_ms: limits.silence_ms,
            },
        };
        let live = Self {
            ops: budget(limits.ops_per_second, limits.ops_burst),
            messages: budget(limits.messages_per_second, limits.messages_burst),
            clock: Box::pin(tokio::time::sleep(Duration::from_millis(limits.ping_ms))),
            hub,
            person,
            channels: HashMap::new(),
            running: FuturesUnordered::new(),
            heard_at: now,
            outbox: link.outbox.clone(),
            pinged_at: now,
            leaving: None,
        };
        say(link, &ServerFrame::Ready(ready));
        live
    }

    pub(super) async fn run(mut self: Box<Self>, link: &mut Link) -> End {
        let end = loop {
            if let Err(end) = self.step(link).await {
                break end;
            }
        };
        self.leave_rooms().await;
        end
    }

    async fn step(&mut self, link: &mut Link) -> Result<(), End> {
        self.write_all(link).await?;
        let may_hear = self.running.len() < OPS_IN_FLIGHT_MAX;
        // Most sockets mostly listen: asking for what is not running costs a tenth of a delivery.
        let is_working = !self.running.is_empty();
        tokio::select! {
            heard = link.hear(), if may_hear => {
                self.heard_at = Instant::now();
                let heard = heard?;
                self.count_message()?;
                if let Heard::Text(text) = heard {
                    self.handle_frame(link, &text).await;
                }
            }
            Some(done) = self.running.next(), if is_working => self.answer(link, done),
            () = self.outbox.rung() => {}
            () = self.clock.as_mut() => self.look_at_clock(link).await?,
        }
        // Operations of one group end together: their answers go out together.
        while !self.running.is_empty()
            && let Some(Some(done)) = self.running.next().now_or_never()
        {
            self.answer(link, done);
        }
        Ok(())
    }

    /// Writes everything that waits, and does what was noted.
    async fn write_all(&mut self, link: &mut Link) -> Result<(), End> {
        loop {
            for note in link.collect()? {
                self.handle_note(link, note)?;
            }
            link.flush().await?;
            if !link.has_rung() {
                return Ok(());
            }
        }
    }

    /// Pings and pongs count, too: each costs as much as a small frame.
    fn count_message(&mut self) -> Result<(), End> {
        let budget = self.messages.as_mut();
        match budget.map(|budget| budget.take(self.heard_at)) {
            None | Some(Ok(())) => Ok(()),
            Some(Err(_)) => Err(closing(
                TOO_MANY_MESSAGES,
                "you send too many messages; come back and send fewer",
            )),
        }
    }

    async fn handle_frame(&mut self, link: &mut Link, text: &str) {
        match ClientFrame::parse(text) {
            Err(fault) => refuse(link, fault),
            Ok(ClientFrame::Auth { .. }) => {
                let error = Error::BadRequest("this socket is authenticated already".to_owned());
                say(link, &ServerFrame::Nack(refusal(None, None, &error)));
            }
            Ok(ClientFrame::Ping) => say(link, &ServerFrame::Pong),
            Ok(ClientFrame::Op(op)) => self.run_op(link, &op),
            Ok(ClientFrame::Presence { project, update }) => {
                self.update_presence(link, project, update);
            }
            // Boxed for the memory of idle sockets.
            Ok(ClientFrame::Subscribe {
                project,
                epoch,
                since,
            }) => Box::pin(self.subscribe(link, project, epoch.zip(since))).await,
            Ok(ClientFrame::Unsubscribe { project }) => {
                self.unsubscribe(link, project).await;
            }
        }
    }

    fn handle_note(&mut self, link: &mut Link, note: Note) -> Result<(), End> {
        match note {
            Note::Close(closing) => Err(End::Closing(closing)),
            Note::PutOut(put_out) => {
                self.put_out(link, put_out);
                Ok(())
            }
        }
    }

    /// Says that the socket will be closed in a moment. Until then its operations are answered.
    pub(super) fn leave_soon(&mut self, link: &mut Link, closing: Closing) {
        if self.leaving.is_none() {
            say(link, &ServerFrame::Closing(closing.clone()));
            self.leaving = Some(closing);
            self.clock.as_mut().reset((Instant::now() + LEAVING).into());
        }
    }

    async fn look_at_clock(&mut self, link: &mut Link) -> Result<(), End> {
        if let Some(closing) = self.leaving.take() {
            return Err(End::Said(closing));
        }
        let now = Instant::now();
        let settings = &self.hub.platform.settings.hub;
        let silence = self.heard_at + Duration::from_millis(settings.silence_ms);
        if silence <= now {
            return Err(End::Gone);
        }
        let ping_every = Duration::from_millis(settings.ping_ms);
        if now >= self.pinged_at + ping_every {
            self.pinged_at = now;
            link.queue(Frame::ping());
            Box::pin(self.look_at_session()).await?;
        }
        let next = silence.min(self.pinged_at + ping_every);
        self.clock.as_mut().reset(next.into());
        Ok(())
    }

    /// A session ends by its own time, unless it was prolonged.
    async fn look_at_session(&mut self) -> Result<(), End> {
        if self.person.ctx.now() < self.person.expires_at {
            return Ok(());
        }
        let Person { user, session, .. } = self.person;
        match access::session(&self.hub.platform, user, session).await {
            Ok(live) => self.person.expires_at = live.expires_at,
            Err(Error::Unauthenticated) => return Err(End::Closing(session_ended())),
            // The next ping asks again.
            Err(_) => {}
        }
        Ok(())
    }

    async fn leave_rooms(&mut self) {
        for (_, channel) in self.channels.drain() {
            // A channel that closed has forgotten it already.
            let _ = channel
                .send(ChannelMessage::Leave(self.person.registered.number))
                .await;
        }
    }
}

/// How long somebody who was put out may still hear what became of their operations.
const LEAVING: Duration = Duration::from_millis(500);

fn refuse(link: &mut Link, fault: FrameFault) {
    let error = if fault.is_json {
        Error::invalid("", fault.detail)
    } else {
        Error::BadJson(fault.detail)
    };
    let nack: Nack = refusal(fault.id, fault.project, &error);
    say(link, &ServerFrame::Nack(nack));
}

//! What the hub looks after by the clock: heads of logs, sessions that ended, the end itself.

use std::{sync::Arc, time::Duration};

use chrono::TimeDelta;
use kernel::{Result, UserId, error::chain};
use platform::{
    access,
    bus::{EphemeralKind, Health, Message, Topic},
    log,
};
use protocol::{
    frames::{Closing, ServerFrame},
    notifications::UnreadCount,
};
use serde::Deserialize;
use serde_json::value::RawValue;
use tokio::sync::broadcast::error::RecvError;

use crate::{
    channel::ChannelMessage,
    hub::Hub,
    outbox::Note,
    socket::{NOT_AUTHENTICATED, RESTARTING},
    wire::Frame,
};

const HEADS_EVERY: Duration = Duration::from_secs(1);
/// While other instances cannot be heard, the log is all there is.
const HEADS_EVERY_ALONE: Duration = Duration::from_millis(250);
const SESSIONS_EVERY: Duration = Duration::from_secs(1);
/// Longer than any transaction takes from reading the clock to its commit.
const ENDED_OVERLAP: TimeDelta = TimeDelta::seconds(15);
/// When the server stops, its sockets are closed one after the other, so that they do not all
/// come back at the same moment.
const CLOSING_SPREAD_MAX: Duration = Duration::from_secs(10);
const CLOSING_EACH: Duration = Duration::from_millis(5);

/// Tells every channel where its log ends, in case a message about it was lost.
pub(crate) async fn heads(hub: Arc<Hub>) {
    let mut is_reachable = true;
    while pause(&hub, heads_every(&hub)).await {
        let read = tell_heads(&hub).await;
        note_failure("heads of logs", &read, &mut is_reachable);
    }
}

fn heads_every(hub: &Hub) -> Duration {
    match hub.platform.bus.health() {
        Health::InProcess | Health::Connected => HEADS_EVERY,
        Health::Down => HEADS_EVERY_ALONE,
    }
}

async fn tell_heads(hub: &Hub) -> Result<()> {
    let channels = hub.channels.open();
    if channels.is_empty() {
        return Ok(());
    }
    let projects: Vec<_> = channels.iter().map(|(project, _)| *project).collect();
    let heads = log::heads(hub.platform.database.reader(), &projects).await?;
    for (project, channel) in channels {
        if let Some(head) = heads.get(&project) {
            // A channel with a full mailbox is told a second later.
            let _ = channel.try_send(ChannelMessage::Head(*head));
        }
    }
    Ok(())
}

/// Closes the sockets of sessions that were ended on any instance.
pub(crate) async fn ended_sessions(hub: Arc<Hub>) {
    let mut since = hub.platform.clock.now();
    let mut is_reachable = true;
    while pause(&hub, SESSIONS_EVERY).await {
        let now = hub.platform.clock.now();
        let ended = access::sessions_ended_since(&hub.platform, since - ENDED_OVERLAP).await;
        if let Ok(sessions) = &ended {
            hub.note_sessions(sessions, || Note::Close(session_ended()));
            since = now;
        }
        note_failure("ended sessions", &ended.map(drop), &mut is_reachable);
    }
}

pub(crate) fn session_ended() -> Closing {
    Closing {
        code: NOT_AUTHENTICATED,
        reason: "this session has ended; log in again".to_owned(),
        project: None,
        retry_after_ms: None,
    }
}

/// Says once that something cannot be read, and once that it can again.
fn note_failure(what: &'static str, outcome: &Result<()>, is_reachable: &mut bool) {
    match outcome {
        Ok(()) if !*is_reachable => tracing::info!(what, "ReadProjection again"),
        Err(error) if *is_reachable => {
            tracing::warn!(what, error = chain(error), "Cannot be read for now");
        }
        Ok(()) | Err(_) => {}
    }
    *is_reachable = outcome.is_ok();
}

/// What came over the bus: something for one person, or for several.
#[derive(Deserialize)]
struct ForPeople<'a> {
    #[serde(borrow)]
    people: Vec<ForPerson<'a>>,
}

#[derive(Deserialize)]
struct ForPerson<'a> {
    user: UserId,
    #[serde(borrow, default)]
    notification: Option<&'a RawValue>,
    /// Whether it may be shown at once.
    #[serde(default)]
    browser: bool,
    /// Whether devices are told by push.
    #[serde(default)]
    pushed: bool,
    #[serde(default)]
    count: Option<UnreadCount>,
}

/// Hands notifications to the sockets of those whom they are for.
pub(crate) async fn people(hub: Arc<Hub>) {
    let mut heard = hub.platform.bus.subscribe(Topic::People);
    let stopping = hub.platform.stopping.clone();
    while let Some(message) = stopping.run_until_cancelled(heard.recv()).await {
        match message {
            Ok(Message::Ephemeral(told)) if told.kind == EphemeralKind::Notification => {
                if let Err(error) = notify(&hub, &told.payload) {
                    tracing::warn!(error = chain(&error), "A notification cannot be read");
                }
            }
            // Notifications are kept: whoever missed one finds it in the list.
            Ok(Message::Lost) | Err(RecvError::Lagged(_)) => recount(&hub),
            Ok(_) => {}
            Err(RecvError::Closed) => return,
        }
    }
}

fn notify(hub: &Hub, payload: &[u8]) -> Result<()> {
    if let Ok(told) = serde_json::from_slice::<ForPeople<'_>>(payload) {
        return told.people.iter().try_for_each(|told| tell(hub, told));
    }
    tell(
        hub,
        &serde_json::from_slice(payload).map_err(kernel::Error::internal)?,
    )
}

fn tell(hub: &Hub, told: &ForPerson<'_>) -> Result<()> {
    let outboxes = hub.outboxes_of(told.user);
    if outboxes.is_empty() {
        return Ok(());
    }
    if let Some(notification) = told.notification {
        let (browser, pushed) = (told.browser, told.pushed);
        let frame = Frame::of(&ServerFrame::Notification {
            notification,
            browser,
            pushed,
        })?;
        for outbox in &outboxes {
            // Nobody is closed for it, since it is kept.
            outbox.push_if_calm(&frame);
        }
    }
    if let Some(count) = told.count {
        let frame = count_frame(Some(count))?;
        for outbox in &outboxes {
            outbox.push(frame.clone());
        }
    }
    Ok(())
}

fn count_frame(count: Option<UnreadCount>) -> Result<Frame> {
    Frame::of(&ServerFrame::NotificationsCount {
        unread: count.map(|count| count.unread),
        version: count.map(|count| count.version),
    })
}

/// Has everybody here ask again how much they have not read.
fn recount(hub: &Hub) {
    let Ok(frame) = count_frame(None) else { return };
    for outbox in hub.outboxes() {
        outbox.push_if_calm(&frame);
    }
}

/// Waits for the end of the server and then closes every socket.
pub(crate) async fn stop(hub: Arc<Hub>) {
    hub.platform.stopping.cancelled().await;
    let outboxes = hub.outboxes();
    let count = u32::try_from(outboxes.len()).unwrap_or(u32::MAX).max(1);
    let spread = CLOSING_SPREAD_MAX.min(CLOSING_EACH * count);
    for outbox in outboxes {
        outbox.note(Note::Close(Closing {
            code: RESTARTING,
            reason: "this server restarts; come back, another one may be there".to_owned(),
            project: None,
            retry_after_ms: None,
        }));
        tokio::time::sleep(spread / count).await;
    }
}

/// Waits; `false` when the server stops.
async fn pause(hub: &Hub, time: Duration) -> bool {
    let stopping = &hub.platform.stopping;
    let slept = stopping.run_until_cancelled(tokio::time::sleep(time)).await;
    slept.is_some()
}

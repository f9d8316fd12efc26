//! The task of a channel: everything about it happens here, one thing after the other.

use std::{
    collections::HashMap,
    sync::Arc,
    time::{Duration, Instant},
};

use kernel::{Permission, ProjectId, Result, UserId, error::chain};
use platform::{
    bus::{Committed, Ephemeral, EphemeralKind, Message, Subscription, Topic},
    log::{self, Head},
};
use protocol::frames::Closing;
use tokio::{
    sync::{
        broadcast::error::{RecvError, TryRecvError},
        mpsc,
    },
    time::sleep_until,
};

use super::{
    chunks::streams_at_opening,
    lag::Lag,
    message::{ChannelMessage, Join},
    peers::Peers,
    recent::Recent,
    state::{Channel, Member, MemberState},
};
use crate::{
    hub::Hub,
    outbox::Note,
    socket::{PROTOCOL_RESTART, TRY_LATER},
};

/// A channel that everyone left stays for a while, with the last events, for those who come back.
const IDLE: Duration = Duration::from_secs(30);
const MESSAGES_AT_ONCE: usize = 128;

pub(super) async fn run(
    hub: Arc<Hub>,
    project: ProjectId,
    door: mpsc::WeakSender<ChannelMessage>,
    mut mailbox: mpsc::Receiver<ChannelMessage>,
) {
    // Subscribing before reading the head means that no event can fall between the two.
    let bus = hub.platform.bus.subscribe(Topic::Project(project));
    match head(&hub, project).await {
        Ok(head) => {
            let channel = Channel {
                peers: Peers::new(project),
                // After the head, so that whatever ends from now on does so above it.
                streams: streams_at_opening(&hub, project).await,
                streams_are_readable: true,
                help_lagging_at: None,
                hub,
                project,
                door,
                head,
                members: HashMap::new(),
                recent: Recent::default(),
                reads: 0,
                told_others_at: Instant::now(),
                somebody_lost_track: false,
                empty_since: Some(Instant::now()),
            };
            channel.serve(bus, mailbox).await;
        }
        Err(error) => {
            tracing::warn!(project.id = %project, error = chain(&error), "A channel cannot open");
            turn_away(&hub, project, &mut mailbox);
        }
    }
}

async fn head(hub: &Hub, project: ProjectId) -> Result<Head> {
    let heads = log::heads(hub.platform.database.reader(), &[project]).await?;
    heads
        .get(&project)
        .copied()
        .ok_or(kernel::Error::NotFound("project"))
}

/// Sends those who came away until later.
fn turn_away(hub: &Hub, project: ProjectId, mailbox: &mut mpsc::Receiver<ChannelMessage>) {
    loop {
        while let Ok(message) = mailbox.try_recv() {
            if let ChannelMessage::Join(join) = message {
                join.outbox.note(try_later(project));
            }
        }
        if hub.channels.retire(project, mailbox) {
            return;
        }
    }
}

impl Channel {
    async fn serve(mut self, mut bus: Subscription, mut mailbox: mpsc::Receiver<ChannelMessage>) {
        self.ask_others();
        let mut messages = Vec::new();
        let stopping = self.hub.platform.stopping.clone();
        loop {
            let wake = self.wake();
            tokio::select! {
                count = mailbox.recv_many(&mut messages, MESSAGES_AT_ONCE) => {
                    // All senders are gone with the hub.
                    if count == 0 {
                        return;
                    }
                    for message in messages.drain(..) {
                        self.handle(message).await;
                    }
                }
                heard = bus.recv() => self.hear(heard, &mut bus).await,
                () = sleep_until(wake.into()) => {}
                () = stopping.cancelled(), if self.members.is_empty() => {}
            }
            let now = Instant::now();
            self.tell_presence_if_due(now);
            self.keep_in_touch(now);
            self.help_lagging(now);
            self.read_streams_if_due(now);
            if self.may_retire(now) && self.hub.channels.retire(self.project, &mut mailbox) {
                return;
            }
        }
    }

    /// When something is to be done by the clock next.
    fn wake(&self) -> Instant {
        let idle_until = self.empty_since.map(|since| since + IDLE);
        [
            self.presence_due(Instant::now()),
            self.in_touch_until(),
            self.help_lagging_at,
            self.streams_due(),
            idle_until,
        ]
        .into_iter()
        .flatten()
        .min()
        .unwrap_or_else(|| Instant::now() + IDLE)
    }

    fn may_retire(&mut self, now: Instant) -> bool {
        if !self.members.is_empty() {
            self.empty_since = None;
            return false;
        }
        let since = *self.empty_since.get_or_insert(now);
        now.duration_since(since) >= IDLE || self.hub.platform.stopping.is_cancelled()
    }

    async fn handle(&mut self, message: ChannelMessage) {
        match message {
            ChannelMessage::Join(join) => self.join(*join),
            ChannelMessage::Read(read) => self.welcome(*read),
            ChannelMessage::Streams(read) => self.take_streams(*read),
            ChannelMessage::Leave(socket) => self.leave(socket),
            ChannelMessage::Presence(socket, update) => {
                let member = self.members.get(&socket);
                let member =
                    member.filter(|member| member.access.allows(Permission::PRESENCE_WRITE));
                if let (Some(member), Some(cursor)) = (member, update.cursor) {
                    let attendance = &self.hub.attendance;
                    attendance.points(self.project, member.user, cursor);
                }
                self.peers.update(socket, *update);
            }
            ChannelMessage::Head(head) => self.compare(head).await,
            ChannelMessage::CheckAccess => self.check_access_later().await,
        }
    }

    /// Hears what the bus says, and all that it says by now.
    async fn hear(&mut self, first: Result<Message, RecvError>, bus: &mut Subscription) {
        let mut next = Some(first);
        let (mut events, mut chunks) = (Vec::new(), Vec::new());
        let mut lost = false;
        while let Some(heard) = next {
            match heard {
                Ok(Message::Committed(committed)) => events.push(committed),
                Ok(Message::Head { epoch, seq }) => {
                    lost |= epoch != self.head.epoch || seq > self.head.seq;
                }
                Ok(Message::Ephemeral(told)) if told.kind == EphemeralKind::Stream => {
                    chunks.push(told);
                }
                Ok(Message::Ephemeral(told)) => self.hear_ephemeral(&told),
                Ok(Message::Lost) | Err(RecvError::Lagged(_)) => {
                    lost = true;
                    self.ask_others();
                    self.streams.lose(Instant::now());
                }
                // The platform is gone, and the server with it.
                Err(RecvError::Closed) => break,
            }
            next = at_once(bus);
        }
        if self.follow(events).await.is_err() || lost {
            self.catch_up().await;
        }
        // Later than events: what has begun is known by then, and what has ended needs no more.
        self.hear_chunks(&chunks);
    }

    /// Tells what was committed, if nothing is missing before it.
    async fn follow(&mut self, committed: Vec<Arc<Committed>>) -> Result<(), Missing> {
        let mut events = Vec::new();
        let mut seq = self.head.seq;
        for commit in &committed {
            if commit.epoch != self.head.epoch {
                return Err(Missing);
            }
            for event in commit
                .events
                .iter()
                .filter(|event| event.seq > self.head.seq)
            {
                if event.seq == seq + 1 {
                    seq += 1;
                    events.push(event.clone());
                } else if event.seq > seq {
                    return Err(Missing);
                }
            }
        }
        self.tell(events).await.map_err(|_| Missing)
    }

    async fn compare(&mut self, head: Head) {
        if head.epoch != self.head.epoch || head.seq > self.head.seq {
            self.catch_up().await;
        }
    }

    /// Reads what the bus did not say from the log.
    async fn catch_up(&mut self) {
        // The next look at the head, a second later, is the next try.
        if let Err(error) = self.read_log().await {
            tracing::warn!(project.id = %self.project, error = chain(&error), "The log cannot be read");
        }
    }

    async fn read_log(&mut self) -> Result<()> {
        let now = head(&self.hub, self.project).await?;
        if now.epoch != self.head.epoch {
            self.begin_anew(now);
            return Ok(());
        }
        loop {
            let reader = self.hub.platform.database.reader();
            let events = log::after(reader, self.project, self.head.seq, LOG_EVENTS).await?;
            if events.is_empty() {
                return Ok(());
            }
            self.tell(events).await?;
        }
    }

    /// The log is another one: nothing that was told holds any more.
    fn begin_anew(&mut self, head: Head) {
        self.head = head;
        self.recent.clear();
        self.streams.clear();
        self.streams.read_anew(Instant::now());
        for member in self.members.values() {
            member.outbox.note(self.protocol_restart());
        }
    }

    pub(super) fn protocol_restart(&self) -> Note {
        Note::Close(Closing {
            code: PROTOCOL_RESTART,
            reason: "the project was restored; read it again".to_owned(),
            project: Some(self.project),
            retry_after_ms: None,
        })
    }

    pub(super) fn leave(&mut self, socket: u64) {
        let Some(member) = self.members.remove(&socket) else {
            return;
        };
        self.leave_peers(socket, member.user);
    }

    pub(super) fn leave_peers(&mut self, socket: u64, user: UserId) {
        if let Some(gone) = self.peers.leave(socket)
            && !self.peers.is_user_here(user)
        {
            let cursor = gone.cursor.flatten();
            self.hub.attendance.left(self.project, user, cursor);
        }
    }

    fn join(&mut self, join: Join) {
        let Join {
            socket,
            user,
            name,
            ctx,
            access,
            outbox,
            since,
        } = join;
        let member = Member {
            user,
            name,
            ctx,
            visibility: access.visibility(),
            sees_peers: access.allows(Permission::PRESENCE_READ),
            access,
            outbox,
            state: MemberState::Joining { read: 0 },
            reading: None,
            lost_track: false,
            lag: Lag::default(),
        };
        // Subscribing again begins again.
        self.leave(socket);
        self.members.insert(socket, member);
        self.begin(socket, since);
    }

    fn hear_ephemeral(&mut self, told: &Ephemeral) {
        match told.kind {
            EphemeralKind::Presence | EphemeralKind::PresenceAll | EphemeralKind::PresenceAsk => {
                self.hear_presence(told);
            }
            EphemeralKind::Stream | EphemeralKind::Notification => {}
        }
    }
}

/// What the bus says without waiting.
fn at_once(bus: &mut Subscription) -> Option<Result<Message, RecvError>> {
    match bus.try_recv() {
        Ok(message) => Some(Ok(message)),
        Err(TryRecvError::Lagged(count)) => Some(Err(RecvError::Lagged(count))),
        Err(TryRecvError::Empty | TryRecvError::Closed) => None,
    }
}

impl Drop for Channel {
    /// A channel only ends with members in it when it fails: they find another one.
    fn drop(&mut self) {
        for member in self.members.values() {
            member.outbox.note(try_later(self.project));
        }
    }
}

fn try_later(project: ProjectId) -> Note {
    Note::Close(Closing {
        code: TRY_LATER,
        reason: "the project cannot be read right now; come back".to_owned(),
        project: Some(project),
        retry_after_ms: None,
    })
}

const LOG_EVENTS: u64 = 500;

/// Something is missing between what was told and what was heard.
struct Missing;

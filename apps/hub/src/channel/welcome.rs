//! What a socket gets first: everything it missed, or the project whole. Never a part of it.

use kernel::{Error, Permission, Result, UserId};
use platform::log;
use protocol::{
    events::ShownEvent,
    frames::{Nack, Peer, ServerFrame, SnapshotFrame, StreamLists, TailFrame},
};
use tokio_util::task::AbortOnDropHandle;
use uuid::Uuid;

use super::{
    lag::Lag,
    message::{Beginning, ChannelMessage, Read},
    recent::TAIL_EVENTS_MAX,
    state::{Channel, MemberState},
    telling::events_frame,
};
use crate::{
    hub::Hub,
    socket::nack,
    wire::{Frame, encode},
};

impl Channel {
    /// Begins to tell a socket of the project, from what it has on, or from nothing.
    pub(super) fn begin(&mut self, socket: u64, since: Option<(Uuid, i64)>) {
        let Some(member) = self.members.get(&socket) else {
            return;
        };
        // Who names a place before the history that is theirs gets the project whole.
        let theirs = member.access.log_after..=self.head.seq;
        let from = since
            .filter(|(epoch, seq)| *epoch == self.head.epoch && theirs.contains(seq))
            .map(|(_, seq)| seq);
        if let Some(from) = from
            && let Some(events) = self.recent.after(from, self.head.seq)
        {
            self.go_live(socket, &Beginning::Tail { from, events });
            return;
        }
        self.read_beginning(socket, from);
    }

    /// Reads in a task of its own: the channel goes on meanwhile.
    fn read_beginning(&mut self, socket: u64, from: Option<i64>) {
        self.reads += 1;
        let number = self.reads;
        let Some(member) = self.members.get_mut(&socket) else {
            return;
        };
        member.state = MemberState::Joining { read: number };
        let (hub, ctx, project) = (self.hub.clone(), member.ctx.clone(), self.project);
        let user = member.user;
        let (head, door) = (self.head.seq, self.door.clone());
        let gap = from.map(|from| head - from);
        let is_near =
            gap.is_some_and(|gap| usize::try_from(gap).is_ok_and(|gap| gap <= TAIL_EVENTS_MAX));
        let reading = self.hub.platform.tasks.spawn(async move {
            let outcome = match from.filter(|_| is_near) {
                Some(from) => read_tail(&hub, project, from).await,
                None => read_whole(&hub, ctx, user, project).await,
            };
            let read = Read {
                socket,
                number,
                outcome,
            };
            // A channel that closed meanwhile has no members.
            if let Some(door) = door.upgrade() {
                let _ = door.send(ChannelMessage::Read(Box::new(read))).await;
            }
        });
        // One read for a socket: the one before it, if it is not done, ends.
        member.reading = Some(AbortOnDropHandle::new(reading));
    }

    /// Gives a socket what was read for it.
    pub(super) fn welcome(&mut self, read: Read) {
        let Read {
            socket,
            number,
            outcome,
        } = read;
        let is_awaited = self
            .members
            .get(&socket)
            .is_some_and(|member| member.state == MemberState::Joining { read: number });
        if !is_awaited {
            return;
        }
        match outcome {
            Ok(beginning) => self.go_live(socket, &beginning),
            Err(error) => self.refuse(socket, &error),
        }
    }

    fn refuse(&mut self, socket: u64, error: &Error) {
        if let Some(member) = self.members.get(&socket) {
            let nack = Nack {
                project: Some(self.project),
                ..nack(None, error)
            };
            if let Some(frame) = encode(&ServerFrame::Nack(nack)) {
                member.outbox.answer(frame);
            }
        }
        self.leave(socket);
    }

    /// Sends the beginning, then what happened since it was read, and from now on everything.
    fn go_live(&mut self, socket: u64, beginning: &Beginning) {
        let seq = beginning.seq();
        let Some(member) = self.members.get(&socket) else {
            return;
        };
        if !beginning.is_of(self.head.epoch) {
            member.outbox.note(self.protocol_restart());
            return;
        }
        // More may have happened meanwhile than is remembered here: then read again.
        let Some(since) = self.recent.after(seq.min(self.head.seq), self.head.seq) else {
            self.read_beginning(socket, None);
            return;
        };
        let presence = if member.sees_peers {
            self.peers.all()
        } else {
            Vec::new()
        };
        let (streams, lag) = self.streams_for(seq > self.head.seq);
        let (visibility, rights) = (member.visibility, member.access.rights());
        let since = since.iter().map(|event| event.shown_to(visibility));
        let since: Vec<_> = since.collect();
        let first = match beginning {
            Beginning::Tail { from, events } => {
                let events = events.iter().map(|event| event.shown_to(visibility));
                let events: Vec<_> = events.collect();
                self.tail(*from, &events, &rights, (&presence, &streams))
            }
            Beginning::Whole { epoch, seq, graph } => {
                encode(&ServerFrame::Snapshot(SnapshotFrame {
                    project: self.project,
                    epoch: *epoch,
                    seq: *seq,
                    graph,
                    presence: &presence,
                    streams: &streams,
                }))
            }
        };
        let rest = events_frame(self.project, &since);
        self.let_in(
            socket,
            first.into_iter().chain(rest),
            seq.max(self.head.seq),
            lag,
        );
    }

    fn tail(
        &self,
        from: i64,
        events: &[ShownEvent<'_>],
        rights: &[Permission],
        (presence, streams): (&[Peer], &StreamLists),
    ) -> Option<Frame> {
        encode(&ServerFrame::Tail(TailFrame {
            project: self.project,
            epoch: self.head.epoch,
            from,
            events,
            rights,
            presence,
            streams,
        }))
    }

    fn let_in(&mut self, socket: u64, frames: impl Iterator<Item = Frame>, seq: i64, lag: Lag) {
        let Some(member) = self.members.get_mut(&socket) else {
            return;
        };
        for frame in frames {
            member.outbox.answer(frame);
        }
        member.state = MemberState::Live { seq };
        let is_lagging = !lag.is_none();
        member.lag = lag;
        if member.access.allows(Permission::PRESENCE_WRITE) {
            self.peers.join(socket, member.user, &member.name);
            self.hub.attendance.came(self.project, member.user);
        }
        if is_lagging {
            self.help_lagging_later();
        }
    }
}

async fn read_tail(hub: &Hub, project: kernel::ProjectId, from: i64) -> Result<Beginning> {
    // What is committed meanwhile comes, too; there is no gap either way.
    let limit = u64::try_from(TAIL_EVENTS_MAX * 2).unwrap_or(u64::MAX);
    let events = log::after(hub.platform.database.reader(), project, from, limit).await?;
    Ok(Beginning::Tail { from, events })
}

async fn read_whole(
    hub: &Hub,
    ctx: platform::Ctx,
    user: UserId,
    project: kernel::ProjectId,
) -> Result<Beginning> {
    let _turn = hub.snapshots.take(user).await?;
    let graph = (hub.features.snapshot)(ctx, project).await?;
    let (epoch, seq) = (graph.epoch, graph.seq);
    let encoding = tokio::task::spawn_blocking(move || serde_json::value::to_raw_value(&graph));
    let graph = encoding
        .await
        .map_err(Error::internal)?
        .map_err(Error::internal)?;
    Ok(Beginning::Whole { epoch, seq, graph })
}

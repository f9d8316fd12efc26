//! One person's socket: the way in, and what is said and heard there.

use std::{
    collections::{BTreeMap, VecDeque},
    io::{ErrorKind, Read, Write},
    mem,
    net::TcpStream,
};

use anyhow::{Context, Result, bail, ensure};
use memchr::memmem;
use rustix::{
    io::Errno,
    net::{AddressFamily, SocketFlags, SocketType, connect, ipproto, socket_with, sockopt},
};
use uuid::Uuid;

use super::{guests::Guest, records::Records};
use crate::{
    frames::{self, Kind},
    websocket::{CLOSE, PING, PONG, TEXT, append_masked, first_frame},
};

/// Masking keeps proxies from being misled, and there are none here.
const MASK: [u8; 4] = [0x5a, 0x17, 0xc3, 0x2e];
const ANSWER_BYTES_MAX: usize = 64 * 1024;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    Away,
    Connecting,
    AwaitingTicket,
    AwaitingUpgrade,
    AwaitingReady,
    Joining,
    Live,
}

pub(super) struct Person {
    at: usize,
    guest: Guest,
    pub(super) stage: Stage,
    pub(super) stream: Option<TcpStream>,
    received: Vec<u8>,
    unsent: Vec<u8>,
    /// Whether epoll was asked to say when more can be written.
    pub(super) awaits_room: bool,
    ticket: String,
    epoch: String,
    seq: Option<u64>,
    /// When the way in began.
    begun: u64,
    pub(super) sender: Option<usize>,
    pub(super) editor: Option<Editor>,
}

pub(super) struct Editor {
    number: usize,
    /// Whether an acknowledgement is answered by the next operation.
    pub(super) at_once: bool,
    in_flight: VecDeque<(String, u64)>,
}

impl Person {
    pub(super) fn new(at: usize, guest: Guest) -> Self {
        Self {
            at,
            guest,
            stage: Stage::Away,
            stream: None,
            received: Vec::new(),
            unsent: Vec::new(),
            awaits_room: true,
            ticket: String::new(),
            epoch: String::new(),
            seq: None,
            begun: 0,
            sender: None,
            editor: None,
        }
    }

    pub(super) fn edit_as(&mut self, number: usize) {
        self.editor = Some(Editor {
            number,
            at_once: false,
            in_flight: VecDeque::new(),
        });
    }

    /// Begins to connect; the stream is writable when that is done.
    pub(super) fn connect(&mut self, now: u64, is_retry: bool) -> Result<&TcpStream> {
        let flags = SocketFlags::NONBLOCK | SocketFlags::CLOEXEC;
        let family = if self.guest.address.is_ipv4() {
            AddressFamily::INET
        } else {
            AddressFamily::INET6
        };
        let socket = socket_with(family, SocketType::STREAM, flags, Some(ipproto::TCP))?;
        sockopt::set_tcp_nodelay(&socket, true)?;
        match connect(&socket, &self.guest.address) {
            Ok(()) | Err(Errno::INPROGRESS) => {}
            Err(error) => return Err(error.into()),
        }
        self.stage = Stage::Connecting;
        self.awaits_room = true;
        if !is_retry {
            self.begun = now;
        }
        Ok(self.stream.insert(TcpStream::from(socket)))
    }

    /// Forgets the connection, and keeps what was learned by it.
    pub(super) fn leave(&mut self) {
        self.stage = Stage::Away;
        self.stream = None;
        self.received.clear();
        self.unsent.clear();
        if let Some(editor) = &mut self.editor {
            editor.in_flight.clear();
        }
    }

    pub(super) fn is_behind(&self, heads: &BTreeMap<usize, u64>) -> bool {
        heads
            .get(&self.guest.room)
            .is_some_and(|head| self.seq < Some(*head))
    }

    pub(super) fn has_unsent(&self) -> bool {
        !self.unsent.is_empty()
    }

    /// The stream takes more.
    pub(super) fn writable(&mut self) -> Result<()> {
        if self.stage == Stage::Connecting {
            let stream = self.stream.as_ref().context("no stream")?;
            if let Some(error) = stream.take_error()? {
                return Err(error.into());
            }
            return self.ask();
        }
        let unsent = mem::take(&mut self.unsent);
        self.write(&unsent)
    }

    /// Asks for a ticket, and then for the socket on the same connection.
    fn ask(&mut self) -> Result<()> {
        match self.guest.token.clone() {
            Some(token) if self.stage == Stage::Connecting => {
                self.stage = Stage::AwaitingTicket;
                self.write(
                    format!(
                        "POST /api/v1/auth/ws-ticket HTTP/1.1\r\nHost: load\r\n\
                         Authorization: Bearer {token}\r\nContent-Length: 0\r\n\r\n"
                    )
                    .as_bytes(),
                )
            }
            _ => {
                self.stage = Stage::AwaitingUpgrade;
                self.write(
                    b"GET /api/v1/ws HTTP/1.1\r\nHost: load\r\nConnection: Upgrade\r\n\
                      Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
                      Sec-WebSocket-Key: bWVhc3VyZWQgYnkgbG9hZA==\r\n\
                      Sec-WebSocket-Protocol: nonlinear.v1\r\n\r\n",
                )
            }
        }
    }

    pub(super) fn move_cursor(&mut self, records: &mut Records) -> Result<()> {
        let now = records.now();
        let place = self.sender.and_then(|it| records.cursors.send(it, now));
        let (x, y) = place.context("too many positions")?;
        self.send(&frames::cursor(&self.guest.project, x, y))
    }

    pub(super) fn edit(&mut self, records: &mut Records) -> Result<()> {
        let now = records.now();
        let editor = self.editor.as_mut().context("not an editor")?;
        let node = self.guest.node.as_ref().context("no node to move")?;
        let place = records.ops.send(editor.number, self.at, now);
        let (x, y) = place.context("too many operations")?;
        let id = Uuid::now_v7().to_string();
        let frame = frames::move_node(&id, &self.guest.project, node, x, y);
        editor.in_flight.push_back((id, now));
        self.send(&frame)
    }

    fn send(&mut self, text: &str) -> Result<()> {
        self.send_frame(TEXT, text.as_bytes())
    }

    fn send_frame(&mut self, opcode: u8, payload: &[u8]) -> Result<()> {
        let mut frame = Vec::with_capacity(payload.len() + 16);
        append_masked(&mut frame, opcode, payload, MASK);
        self.write(&frame)
    }

    fn write(&mut self, bytes: &[u8]) -> Result<()> {
        let mut written = 0;
        if self.unsent.is_empty() {
            let stream = self.stream.as_mut().context("not connected")?;
            written = match stream.write(bytes) {
                Ok(written) => written,
                Err(error) if error.kind() == ErrorKind::WouldBlock => 0,
                Err(error) => return Err(error.into()),
            };
        }
        self.unsent
            .extend_from_slice(bytes.get(written..).unwrap_or_default());
        Ok(())
    }

    /// Reads once what is there; epoll tells when there is more.
    pub(super) fn readable(&mut self, scratch: &mut [u8], records: &mut Records) -> Result<()> {
        let stream = self.stream.as_mut().context("not connected")?;
        let read = match stream.read(scratch) {
            Ok(0) => bail!("the server closed the connection"),
            Ok(read) => read,
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
            Err(error) => return Err(error.into()),
        };
        let fresh = scratch.get(..read).unwrap_or_default();
        let mut received = mem::take(&mut self.received);
        if received.is_empty() {
            let used = self.take_all(fresh, records)?;
            received.extend_from_slice(fresh.get(used..).unwrap_or_default());
        } else {
            received.extend_from_slice(fresh);
            let used = self.take_all(&received, records)?;
            received.drain(..used);
        }
        self.received = received;
        Ok(())
    }

    fn take_all(&mut self, bytes: &[u8], records: &mut Records) -> Result<usize> {
        let mut used = 0;
        while let Some(length) = self.take_one(bytes.get(used..).unwrap_or_default(), records)? {
            used += length;
        }
        Ok(used)
    }

    /// How long what the bytes begin with is, once it is whole.
    fn take_one(&mut self, bytes: &[u8], records: &mut Records) -> Result<Option<usize>> {
        match self.stage {
            Stage::AwaitingTicket | Stage::AwaitingUpgrade => self.take_answer(bytes),
            Stage::Away | Stage::Connecting => Ok(None),
            Stage::AwaitingReady | Stage::Joining | Stage::Live => {
                let Some(frame) = first_frame(bytes)? else {
                    return Ok(None);
                };
                ensure!(frame.mask.is_none(), "a server does not mask");
                let payload = bytes.get(frame.start..frame.end).unwrap_or_default();
                match frame.opcode {
                    TEXT => self.hear(payload, records)?,
                    PING => self.send_frame(PONG, payload)?,
                    CLOSE => bail!("closed: {}", close_code(payload)),
                    _ => {}
                }
                Ok(Some(frame.end))
            }
        }
    }

    fn take_answer(&mut self, bytes: &[u8]) -> Result<Option<usize>> {
        ensure!(bytes.len() < ANSWER_BYTES_MAX, "a long answer");
        let Some(head_end) = memmem::find(bytes, b"\r\n\r\n").map(|end| end + 4) else {
            return Ok(None);
        };
        let head = String::from_utf8_lossy(bytes.get(..head_end).unwrap_or_default());
        let head = head.to_ascii_lowercase();
        let status = head.get(9..12).unwrap_or_default();
        if self.stage == Stage::AwaitingUpgrade {
            ensure!(status == "101", "the upgrade is answered with {status}");
            self.stage = Stage::AwaitingReady;
            self.send(&frames::auth(&self.ticket.clone()))?;
            return Ok(Some(head_end));
        }
        let length = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "));
        let end = head_end + length.context("no length")?.trim().parse::<usize>()?;
        let Some(body) = bytes.get(head_end..end) else {
            return Ok(None);
        };
        ensure!(status == "201", "the ticket is answered with {status}");
        self.ticket = frames::string(body, "ticket").context("no ticket")?;
        self.ask()?;
        Ok(Some(end))
    }

    fn hear(&mut self, text: &[u8], records: &mut Records) -> Result<()> {
        let now = records.now();
        match Kind::of(text) {
            Kind::Presence => records.cursors.hear(self.at, text, now),
            Kind::Delta => records.answers.hear(self.at, text),
            Kind::Events => {
                records.answers.hear_events(text);
                let seq = self.seq.context("events before the snapshot")?;
                self.seq = Some(records.ops.hear(text, seq, now));
            }
            Kind::Ack => self.acknowledged(text, now, records)?,
            Kind::Nack if self.stage == Stage::Live => records.ops.refused(text),
            Kind::Nack => bail!("refused: {}", String::from_utf8_lossy(text)),
            Kind::Ready => {
                self.stage = Stage::Joining;
                let since = self.seq.and_then(|seq| i64::try_from(seq).ok());
                self.send(&frames::subscribe(&self.guest.project, &self.epoch, since))?;
            }
            Kind::Snapshot => {
                let epoch = frames::between(text, br#""epoch":""#, b'"').context("no epoch")?;
                self.epoch = String::from_utf8_lossy(epoch).into_owned();
                self.seq = Some(frames::numbers(text).next().context("no seq")?);
                records.snapshots += 1;
                self.joined(now, records);
            }
            Kind::Tail => {
                let seq = self.seq.context("a tail before any snapshot")?;
                self.seq = Some(records.ops.hear(text, seq, now));
                records.tails += 1;
                self.joined(now, records);
            }
            Kind::Closing => records.farewell = Some(String::from_utf8_lossy(text).into_owned()),
            Kind::Auth | Kind::Subscribe | Kind::Other => {}
        }
        Ok(())
    }

    fn joined(&mut self, now: u64, records: &mut Records) {
        if self.stage == Stage::Joining {
            self.stage = Stage::Live;
            records.live += 1;
            records.joining.record(now - self.begun);
        }
    }

    fn acknowledged(&mut self, text: &[u8], now: u64, records: &mut Records) -> Result<()> {
        let id = frames::between(text, br#""id":""#, b'"').context("an ack without an id")?;
        let editor = self.editor.as_mut().context("an ack of nothing")?;
        let mut in_flight = editor.in_flight.iter();
        let place = in_flight.position(|(sent, _)| sent.as_bytes() == id);
        let place = place.context("an ack of something else, or a second one")?;
        if let Some((_, sent_at)) = editor.in_flight.remove(place) {
            records.ops.acknowledged(sent_at, now);
        }
        if editor.at_once {
            self.edit(records)?;
        }
        Ok(())
    }
}

fn close_code(payload: &[u8]) -> String {
    match payload {
        [a, b, reason @ ..] => format!(
            "{} {}",
            u16::from_be_bytes([*a, *b]),
            String::from_utf8_lossy(reason)
        ),
        _ => "no code".to_owned(),
    }
}

//! The connection itself: reading messages, writing what is queued in as few calls as there can be,
//! closing in an orderly way.

use std::{
    collections::VecDeque,
    io::{self, ErrorKind, IoSlice},
    sync::Arc,
    time::Duration,
};

use futures::{SinkExt, StreamExt};
use protocol::frames::{Closing, FRAME_BYTES_MAX, ServerFrame};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_tungstenite::tungstenite::{
    Error as WsError, Message, Utf8Bytes,
    error::{CapacityError, ProtocolError},
};

use super::codes::{FRAME_TOO_LARGE, NOT_TEXT, NOT_UTF8, PROTOCOL_ERROR, TOO_SLOW};
use crate::{
    handshake::Stream,
    outbox::{Load, Note, Outbox, Queued},
    wire::Frame,
};

/// How long the other side may take to close after we did.
const GOODBYE_MAX: Duration = Duration::from_secs(2);
const SLICES_MAX: usize = 64;
const DISCARD_BYTES: usize = 4 * 1024;

pub(super) struct Link {
    stream: Stream,
    pub(super) outbox: Arc<Outbox>,
    queue: VecDeque<Queued>,
    /// How much of the first frame is written.
    written: usize,
    /// tungstenite has a pong that may be half written.
    is_answering: bool,
    /// The outbox rang while this waited to write.
    rang: bool,
    /// A reader that takes nothing for this long has stopped.
    stall_max: Duration,
}

/// What came in.
pub(super) enum Heard {
    Text(Utf8Bytes),
    /// Only a sign of life.
    Alive,
}

/// Why a socket ends.
#[derive(Debug)]
pub(super) enum End {
    /// The other side is gone.
    Gone,
    /// The other side closed it.
    Closed,
    /// What it sent is no WebSocket, or not ours.
    Violation { code: u16, reason: &'static str },
    /// We close it, and say why.
    Closing(Closing),
    /// We close it, and have said why.
    Said(Closing),
}

impl Link {
    pub(super) fn new(stream: Stream, outbox: Arc<Outbox>, stall_max: Duration) -> Self {
        Self {
            stream,
            outbox,
            queue: VecDeque::new(),
            written: 0,
            is_answering: false,
            rang: false,
            stall_max,
        }
    }

    pub(super) async fn hear(&mut self) -> Result<Heard, End> {
        let message = match self.stream.next().await {
            None => return Err(End::Gone),
            Some(Err(error)) => return Err(violation(&error)),
            Some(Ok(message)) => message,
        };
        match message {
            Message::Text(text) => Ok(Heard::Text(text)),
            Message::Pong(_) => Ok(Heard::Alive),
            Message::Ping(_) => {
                self.is_answering = true;
                self.let_answer().await?;
                Ok(Heard::Alive)
            }
            Message::Close(_) => Err(End::Closed),
            Message::Binary(_) | Message::Frame(_) => Err(End::Violation {
                code: NOT_TEXT,
                reason: "only text frames are understood",
            }),
        }
    }

    /// Lets tungstenite send its pong whole. Whoever stops waiting for that must wait for it again
    /// before anything else is written.
    async fn let_answer(&mut self) -> Result<(), End> {
        if !self.is_answering {
            return Ok(());
        }
        match tokio::time::timeout(self.stall_max, self.stream.flush()).await {
            Ok(Ok(())) => {
                self.is_answering = false;
                Ok(())
            }
            Ok(Err(_)) => Err(End::Gone),
            Err(_) => Err(too_slow()),
        }
    }

    pub(super) fn queue(&mut self, frame: Frame) {
        self.queue.push_back(Queued::answer(frame));
    }

    /// Takes what channels have put into the outbox.
    pub(super) fn collect(&mut self) -> Result<Vec<Note>, End> {
        self.rang = false;
        self.outbox.take(&mut self.queue).ok_or_else(too_slow)
    }

    /// Whether something was put into the outbox while this wrote.
    pub(super) fn has_rung(&self) -> bool {
        self.rang
    }

    /// Writes everything that is queued.
    pub(super) async fn flush(&mut self) -> Result<(), End> {
        self.let_answer().await?;
        while !self.queue.is_empty() {
            match self.write_some() {
                Ok(()) => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => self.wait_to_write().await?,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => return Err(End::Gone),
            }
        }
        Ok(())
    }

    fn write_some(&mut self) -> io::Result<()> {
        let stream = self.stream.get_ref();
        let unwritten = |queued: &Queued, from: usize| queued.frame.bytes().slice(from..);
        let bytes = match self.queue.make_contiguous() {
            [] => return Ok(()),
            // Mostly one frame waits.
            [only] => stream.try_write(&unwritten(only, self.written))?,
            [first, rest @ ..] => {
                let first = unwritten(first, self.written);
                let rest = rest.iter().map(|queued| queued.frame.bytes());
                let slices: Vec<IoSlice<'_>> = std::iter::once(&first)
                    .chain(rest)
                    .take(SLICES_MAX)
                    .map(|bytes| IoSlice::new(bytes))
                    .collect();
                stream.try_write_vectored(&slices)?
            }
        };
        if bytes == 0 {
            return Err(ErrorKind::WriteZero.into());
        }
        self.advance(bytes);
        Ok(())
    }

    fn advance(&mut self, bytes: usize) {
        let mut sent = Load::default();
        self.written += bytes;
        while let Some(first) = self.queue.front() {
            let length = first.frame.bytes().len();
            if self.written < length {
                break;
            }
            self.written -= length;
            sent.add(first);
            self.queue.pop_front();
        }
        self.outbox.sent(sent);
    }

    async fn wait_to_write(&mut self) -> Result<(), End> {
        let stalled = tokio::time::sleep(self.stall_max);
        tokio::pin!(stalled);
        loop {
            tokio::select! {
                ready = self.stream.get_ref().writable() => {
                    return ready.map_err(|_| End::Gone);
                }
                () = &mut stalled => return Err(too_slow()),
                () = self.outbox.rung() => {
                    self.rang = true;
                    if self.outbox.has_overflowed() {
                        return Err(too_slow());
                    }
                }
            }
        }
    }

    /// Ends the connection in the way that fits.
    pub(super) async fn end(mut self, end: End) {
        let (code, reason) = match end {
            End::Gone => return,
            End::Closed => {
                let _ = tokio::time::timeout(GOODBYE_MAX, self.hang_up()).await;
                return;
            }
            End::Violation { code, reason } => (code, reason.to_owned()),
            End::Closing(closing) => {
                let (code, reason) = (closing.code, closing.reason.clone());
                metrics::counter!("nonlinear_sockets_closed_total", "code" => code.to_string())
                    .increment(1);
                self.say_closing(closing);
                (code, reason)
            }
            End::Said(Closing { code, reason, .. }) => (code, reason),
        };
        self.queue(Frame::close(code, &reason));
        // A reader that has stopped does not read why.
        let _ = tokio::time::timeout(GOODBYE_MAX, self.say_goodbye()).await;
    }

    fn say_closing(&mut self, closing: Closing) {
        // Of what overflowed only the frame that is half written must be finished.
        if self.outbox.has_overflowed() {
            self.queue.truncate(usize::from(self.written > 0));
        }
        if let Ok(frame) = Frame::of(&ServerFrame::Closing(closing)) {
            self.queue(frame);
        }
    }

    async fn say_goodbye(&mut self) -> io::Result<()> {
        if self.let_answer().await.is_err() {
            return Ok(());
        }
        while !self.queue.is_empty() {
            match self.write_some() {
                Ok(()) => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    self.stream.get_ref().writable().await?;
                }
                Err(error) => return Err(error),
            }
        }
        self.hang_up().await
    }

    async fn hang_up(&mut self) -> io::Result<()> {
        // After its answer to a close tungstenite reports the end, as expected.
        let _ = self.stream.flush().await;
        let stream = self.stream.get_mut();
        stream.shutdown().await?;
        // What still comes is read, for an unread byte would turn our goodbye into a reset.
        let mut discarded = [0; DISCARD_BYTES];
        while stream.read(&mut discarded).await? > 0 {}
        Ok(())
    }
}

pub(super) fn closing(code: u16, reason: &str) -> End {
    End::Closing(Closing {
        code,
        reason: reason.to_owned(),
        project: None,
        retry_after_ms: None,
    })
}

pub(super) fn say(link: &mut Link, frame: &ServerFrame<'_>) {
    match Frame::of(frame) {
        Ok(frame) => link.queue(frame),
        Err(error) => tracing::error!(%error, "A frame cannot be encoded"),
    }
}

fn too_slow() -> End {
    End::Closing(Closing {
        code: TOO_SLOW,
        reason: "you read too slowly; come back and go on from where you were".to_owned(),
        project: None,
        retry_after_ms: None,
    })
}

fn violation(error: &WsError) -> End {
    match error {
        WsError::Capacity(CapacityError::MessageTooLong { .. }) => End::Violation {
            code: FRAME_TOO_LARGE,
            reason: FRAME_LIMIT,
        },
        WsError::Utf8(_) => End::Violation {
            code: NOT_UTF8,
            reason: "the text is not UTF-8",
        },
        WsError::Protocol(ProtocolError::ResetWithoutClosingHandshake) => End::Gone,
        WsError::Protocol(_) | WsError::AttackAttempt => End::Violation {
            code: PROTOCOL_ERROR,
            reason: "the frame breaks the WebSocket protocol",
        },
        WsError::ConnectionClosed
        | WsError::AlreadyClosed
        | WsError::Io(_)
        | WsError::Tls(_)
        | WsError::Capacity(CapacityError::TooManyHeaders)
        | WsError::WriteBufferFull(_)
        | WsError::Url(_)
        | WsError::Http(_)
        | WsError::HttpFormat(_) => End::Gone,
    }
}

const FRAME_LIMIT: &str = "a frame has at most 64 KiB";
const _: () = assert!(FRAME_BYTES_MAX == 64 * 1024, "the sentence says so");

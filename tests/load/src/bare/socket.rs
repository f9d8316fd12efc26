//! One connection: the handshake, then frames in both directions.

use std::{cell::RefCell, rc::Rc};

use anyhow::{Context, Result, bail, ensure};
use base64::{Engine, engine::general_purpose::STANDARD};
use memchr::memmem;
use sha1::{Digest, Sha1};
use tokio::{io::Interest, net::TcpStream, sync::Notify};

use super::hub::Hub;
use crate::{
    frames::{self, Kind},
    websocket::{CLOSE, PING, PONG, TEXT, append, first_frame, toggle_mask},
};

/// What RFC 6455 appends to the client's key.
const HANDSHAKE_SUFFIX: &str = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
const HANDSHAKE_BYTES_MAX: usize = 16 * 1024;
const READ_BYTES: usize = 4 * 1024;
/// Whoever has this much to read is gone.
const UNSENT_BYTES_MAX: usize = 4 * 1024 * 1024;

#[derive(Debug)]
pub(super) struct Socket {
    pub(super) number: u64,
    stream: TcpStream,
    unsent: RefCell<Vec<u8>>,
    has_unsent: Notify,
}

pub(super) async fn serve(stream: TcpStream, hub: Rc<Hub>) {
    let number = hub.number();
    let socket = Rc::new(Socket {
        number,
        stream,
        unsent: RefCell::default(),
        has_unsent: Notify::new(),
    });
    // However it ended, the person is gone.
    let _ = socket.clone().talk(&hub).await;
    hub.leave(number);
}

impl Socket {
    /// Writes at once what the kernel takes, and keeps the rest.
    pub(super) fn send(&self, bytes: &[u8]) {
        let mut unsent = self.unsent.borrow_mut();
        let written = if unsent.is_empty() {
            self.stream.try_write(bytes).unwrap_or_default()
        } else {
            0
        };
        if let Some(rest) = bytes.get(written..)
            && !rest.is_empty()
        {
            unsent.extend_from_slice(rest);
            self.has_unsent.notify_one();
        }
    }

    fn send_text(&self, text: &str) {
        let mut frame = Vec::new();
        append(&mut frame, TEXT, text.as_bytes());
        self.send(&frame);
    }

    async fn talk(self: Rc<Self>, hub: &Rc<Hub>) -> Result<()> {
        let mut received = self.shake_hands().await?;
        loop {
            while let Some(frame) = first_frame(&received)? {
                let payload = received.get_mut(frame.start..frame.end);
                let payload = payload.unwrap_or_default();
                toggle_mask(payload, frame.mask.context("a frame without a mask")?);
                self.hear(hub, frame.opcode, payload)?;
                received.drain(..frame.end);
            }
            self.read(&mut received).await?;
        }
    }

    fn hear(self: &Rc<Self>, hub: &Rc<Hub>, opcode: u8, payload: &[u8]) -> Result<()> {
        match opcode {
            TEXT => {}
            PING => {
                let mut pong = Vec::new();
                append(&mut pong, PONG, payload);
                self.send(&pong);
                return Ok(());
            }
            CLOSE => bail!("closed"),
            _ => return Ok(()),
        }
        match Kind::of(payload) {
            Kind::Auth => self.send_text(&format!(r#"{{"type":"ready","s":{}}}"#, self.number)),
            Kind::Subscribe => {
                let project = frames::string(payload, "project").context("which project?")?;
                hub.join(&project, self.clone());
                self.send_text(&format!(
                    r#"{{"type":"snapshot","project":"{project}","epoch":"bare","seq":0,"graph":null,"presence":[],"generations":[]}}"#
                ));
            }
            Kind::Presence => {
                let project = frames::between(payload, br#""project":""#, b'"');
                let project = std::str::from_utf8(project.context("which project?")?)?;
                let cursor = frames::between(payload, br#""cursor":{"#, b'}');
                let cursor = [b"{", cursor.context("no cursor")?, b"}"].concat();
                hub.moved(project, self.number, &cursor);
            }
            Kind::Ready
            | Kind::Snapshot
            | Kind::Tail
            | Kind::Ack
            | Kind::Nack
            | Kind::Events
            | Kind::Delta
            | Kind::Closing
            | Kind::Other => bail!("a bare server does not know this"),
        }
        Ok(())
    }

    /// Reads more, and writes meanwhile what was kept.
    async fn read(&self, received: &mut Vec<u8>) -> Result<()> {
        loop {
            let unsent = self.unsent.borrow().len();
            ensure!(unsent < UNSENT_BYTES_MAX, "too slow");
            let interest = if unsent == 0 {
                Interest::READABLE
            } else {
                Interest::READABLE | Interest::WRITABLE
            };
            let ready = tokio::select! {
                ready = self.stream.ready(interest) => ready?,
                () = self.has_unsent.notified() => continue,
            };
            if unsent > 0 && ready.is_writable() {
                let mut unsent = self.unsent.borrow_mut();
                if let Ok(written) = self.stream.try_write(&unsent) {
                    unsent.drain(..written);
                }
            }
            if ready.is_readable() {
                let mut bytes = [0; READ_BYTES];
                if let Ok(read) = self.stream.try_read(&mut bytes) {
                    ensure!(read > 0, "closed");
                    received.extend_from_slice(bytes.get(..read).unwrap_or_default());
                    return Ok(());
                }
            }
        }
    }

    /// Answers the upgrade and returns what came after it.
    async fn shake_hands(&self) -> Result<Vec<u8>> {
        let mut received = Vec::new();
        let end = loop {
            if let Some(end) = memmem::find(&received, b"\r\n\r\n") {
                break end + 4;
            }
            ensure!(received.len() < HANDSHAKE_BYTES_MAX, "a long handshake");
            self.read(&mut received).await?;
        };
        let head = String::from_utf8_lossy(received.get(..end).unwrap_or_default()).into_owned();
        let key = head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            let named = name.eq_ignore_ascii_case("sec-websocket-key");
            named.then(|| value.trim().to_owned())
        });
        let Some(key) = key else {
            self.send(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
            bail!("no upgrade");
        };
        let accept = STANDARD.encode(Sha1::digest(format!("{key}{HANDSHAKE_SUFFIX}")));
        let answer = format!(
            "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Protocol: nonlinear.v1\r\nSec-WebSocket-Accept: {accept}\r\n\r\n"
        );
        self.send(answer.as_bytes());
        received.drain(..end);
        Ok(received)
    }
}

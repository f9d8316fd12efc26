//! A socket that is spoken to frame by frame (RFC 6455), so that every rule can be broken.

use std::{io, net::SocketAddr, time::Duration};

use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
};

use super::{client::Client, patiently};

pub(crate) const CONTINUATION: u8 = 0x0;
pub(crate) const TEXT: u8 = 0x1;
pub(crate) const BINARY: u8 = 0x2;
pub(crate) const CLOSE: u8 = 0x8;
pub(crate) const PING: u8 = 0x9;
pub(crate) const PONG: u8 = 0xA;

const LAST_FRAGMENT: u8 = 0x80;
const MASKED: u8 = 0x80;
const MASK: [u8; 4] = [0x5a, 0x00, 0xff, 0x13];
const READ_BYTES: usize = 4 * 1024;
const NARROW_BYTES: u32 = 4 * 1024;
/// When a connection has taken nothing for this long, it is full.
const STUCK: Duration = Duration::from_millis(300);

/// A frame of a client, as it goes over the wire.
#[derive(Clone, Debug)]
pub(crate) struct WireFrame {
    first: u8,
    mask: Option<[u8; 4]>,
    length: Length,
    payload: Vec<u8>,
}

/// How a length is written.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Length {
    AsShortAsCanBe,
    In16Bits,
    In64Bits,
    /// A length that is not that of the payload.
    Said(u64),
}

impl WireFrame {
    pub(crate) fn new(opcode: u8, payload: impl AsRef<[u8]>) -> Self {
        Self {
            first: LAST_FRAGMENT | opcode,
            mask: Some(MASK),
            length: Length::AsShortAsCanBe,
            payload: payload.as_ref().to_vec(),
        }
    }

    pub(crate) fn text(payload: impl AsRef<[u8]>) -> Self {
        Self::new(TEXT, payload)
    }

    /// A fragment that is not the last.
    pub(crate) fn with_more_to_come(mut self) -> Self {
        self.first &= !LAST_FRAGMENT;
        self
    }

    /// Sets bits of the first byte that nobody has agreed on.
    pub(crate) fn with_reserved(mut self, bits: u8) -> Self {
        self.first |= bits;
        self
    }

    pub(crate) fn masked_with(mut self, mask: [u8; 4]) -> Self {
        self.mask = Some(mask);
        self
    }

    pub(crate) fn unmasked(mut self) -> Self {
        self.mask = None;
        self
    }

    pub(crate) fn with_length(mut self, length: Length) -> Self {
        self.length = length;
        self
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        let length = u64::try_from(self.payload.len()).expect("a length");
        let mut bytes = vec![self.first];
        match (self.length, length) {
            (Length::AsShortAsCanBe, 0..126) => {
                bytes.push(u8::try_from(length).expect("it is short"));
            }
            (Length::AsShortAsCanBe, 126..65_536) | (Length::In16Bits, _) => {
                bytes.push(126);
                let length = u16::try_from(length).expect("it fits");
                bytes.extend(length.to_be_bytes());
            }
            (Length::AsShortAsCanBe | Length::In64Bits, _) => {
                bytes.push(127);
                bytes.extend(length.to_be_bytes());
            }
            (Length::Said(length), _) => {
                bytes.push(127);
                bytes.extend(length.to_be_bytes());
            }
        }
        match self.mask {
            None => bytes.extend(&self.payload),
            Some(mask) => {
                bytes[1] |= MASKED;
                bytes.extend(mask);
                let key = mask.iter().cycle();
                bytes.extend(self.payload.iter().zip(key).map(|(byte, key)| byte ^ key));
            }
        }
        bytes
    }
}

/// What the server said.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Said {
    Text(Value),
    Ping,
    Pong(Vec<u8>),
    Close(Option<u16>),
    /// The connection ended in the way it should.
    End,
    /// The connection broke.
    Reset,
    /// A frame that no server sends.
    Nonsense(u8),
}

pub(crate) struct RawSocket {
    stream: TcpStream,
    /// What was read and is not yet a whole frame.
    unread: Vec<u8>,
}

impl RawSocket {
    /// Sends a request; gives the head of the answer.
    pub(crate) async fn request(address: SocketAddr, request: &[u8]) -> (String, Self) {
        let stream = TcpStream::connect(address)
            .await
            .expect("it takes connections");
        Self::request_over(stream, request).await
    }

    async fn request_over(stream: TcpStream, request: &[u8]) -> (String, Self) {
        // So that what is sent in pieces arrives in pieces.
        stream.set_nodelay(true).expect("TCP can do that");
        let mut socket = Self {
            stream,
            unread: Vec::new(),
        };
        socket.send(request).await;
        let head = patiently("the head of an answer", socket.head()).await;
        (head, socket)
    }

    async fn head(&mut self) -> String {
        const END: &[u8] = b"\r\n\r\n";
        loop {
            let end = self
                .unread
                .windows(END.len())
                .position(|bytes| bytes == END);
            if let Some(end) = end {
                let head: Vec<u8> = self.unread.drain(..end + END.len()).collect();
                return String::from_utf8(head).expect("a head is text");
            }
            assert!(
                self.read_some().await.is_ok_and(|count| count > 0),
                "the answer ended within its head: {:?}",
                String::from_utf8_lossy(&self.unread)
            );
        }
    }

    /// Opens a socket that has said nothing yet.
    pub(crate) async fn open(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await;
        Self::open_over(stream.expect("it takes connections"), address).await
    }

    /// Opens a socket into which little fits that is not read.
    pub(crate) async fn open_narrow(address: SocketAddr) -> Self {
        let socket = TcpSocket::new_v4().expect("a socket");
        let narrow = socket.set_recv_buffer_size(NARROW_BYTES);
        narrow.expect("TCP can do that");
        let stream = socket.connect(address).await;
        Self::open_over(stream.expect("it takes connections"), address).await
    }

    async fn open_over(stream: TcpStream, address: SocketAddr) -> Self {
        let request = format!(
            "GET /api/v1/ws HTTP/1.1\r\nHost: {address}\r\nConnection: Upgrade\r\n\
             Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
             Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
             Sec-WebSocket-Protocol: nonlinear.v1\r\n\r\n"
        );
        let (head, socket) = Self::request_over(stream, request.as_bytes()).await;
        assert!(head.starts_with("HTTP/1.1 101"), "{head}");
        socket
    }

    /// Says whose socket it is; gives the answer.
    pub(crate) async fn prove(&mut self, person: &Client) -> Said {
        let auth = json!({"type": "auth", "ticket": person.ticket().await});
        self.send(&WireFrame::text(auth.to_string()).bytes()).await;
        self.next().await
    }

    /// Sends bytes; a server that has closed meanwhile need not take them.
    pub(crate) async fn send(&mut self, bytes: &[u8]) {
        let _ = self.stream.write_all(bytes).await;
    }

    /// Says that no more will be sent.
    pub(crate) async fn finish(&mut self) {
        // It may have ended already.
        let _ = self.stream.shutdown().await;
    }

    /// Sends as much as the connection takes, and says how much that was.
    pub(crate) async fn send_until_stuck(&mut self, bytes: &[u8]) -> usize {
        let mut sent = 0;
        while sent < bytes.len() {
            let writable = self.stream.writable();
            if tokio::time::timeout(STUCK, writable).await.is_err() {
                break;
            }
            sent += self.stream.try_write(&bytes[sent..]).unwrap_or_default();
        }
        sent
    }

    pub(crate) async fn next(&mut self) -> Said {
        patiently("a frame", self.read_frame()).await
    }

    async fn read_frame(&mut self) -> Said {
        loop {
            if let Some(said) = self.take_frame() {
                return said;
            }
            match self.read_some().await {
                Ok(0) => return Said::End,
                Ok(_) => {}
                Err(_) => return Said::Reset,
            }
        }
    }

    async fn read_some(&mut self) -> io::Result<usize> {
        let mut bytes = [0; READ_BYTES];
        let count = self.stream.read(&mut bytes).await?;
        self.unread.extend(&bytes[..count]);
        Ok(count)
    }

    /// Takes the first frame off what was read, if it is whole.
    fn take_frame(&mut self) -> Option<Said> {
        let (first, second) = (*self.unread.first()?, *self.unread.get(1)?);
        let (length, start) = match second {
            126 => (number(self.unread.get(2..4)?), 4),
            127 => (number(self.unread.get(2..10)?), 10),
            length @ ..126 => (usize::from(length), 2),
            // A server does not mask.
            _ => return Some(Said::Nonsense(first)),
        };
        let payload = self.unread.get(start..start + length)?.to_vec();
        self.unread.drain(..start + length);
        Some(match (first ^ LAST_FRAGMENT, payload.as_slice()) {
            (TEXT, text) => match serde_json::from_slice(text) {
                Ok(frame) => Said::Text(frame),
                Err(_) => Said::Nonsense(first),
            },
            (PING, _) => Said::Ping,
            (PONG, _) => Said::Pong(payload),
            (CLOSE, []) => Said::Close(None),
            (CLOSE, [high, low, reason @ ..]) if std::str::from_utf8(reason).is_ok() => {
                Said::Close(Some(u16::from_be_bytes([*high, *low])))
            }
            _ => Said::Nonsense(first),
        })
    }
}

fn number(bytes: &[u8]) -> usize {
    bytes
        .iter()
        .fold(0, |number, byte| number << 8 | usize::from(*byte))
}

//! Another bare server, heard through Redis: what a tick gathered goes to one channel, and what
//! comes from there is sent on at once.

use std::rc::Rc;

use anyhow::{Context, Result, ensure};
use memchr::memmem;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::mpsc::{Receiver, Sender, channel},
};
use uuid::Uuid;

use super::hub::Hub;

const CHANNEL: &str = "load_bare";
/// Ticks that Redis may be behind.
const QUEUE: usize = 64;
const READ_BYTES: usize = 64 * 1024;
/// A name, as simple text of a UUID, precedes what is published.
const NAME_BYTES: usize = 32;
const PROJECT_BYTES: usize = 36;

/// Where a hub puts what others should hear.
#[derive(Debug)]
pub(super) struct Outlet {
    name: String,
    queue: Sender<Vec<u8>>,
}

impl Outlet {
    /// Appends one room's frame to what a tick publishes.
    pub(super) fn append(&self, out: &mut Vec<u8>, project: &str, frame: &[u8]) {
        let length = self.name.len() + project.len() + frame.len();
        let channel = CHANNEL.len();
        let head = format!("*3\r\n$7\r\nPUBLISH\r\n${channel}\r\n{CHANNEL}\r\n${length}\r\n");
        for part in [
            head.as_bytes(),
            self.name.as_bytes(),
            project.as_bytes(),
            frame,
            b"\r\n",
        ] {
            out.extend_from_slice(part);
        }
    }

    pub(super) fn publish(&self, commands: Vec<u8>) {
        // Positions are soon replaced by newer ones.
        let _ = self.queue.try_send(commands);
    }
}

/// Connects both ways; `address` is `redis://HOST:PORT/` or `HOST:PORT`.
pub(super) async fn join(address: &str) -> Result<(Outlet, Inlet)> {
    let address = address.trim_start_matches("redis://").trim_end_matches('/');
    let publisher = TcpStream::connect(address).await.context("Redis")?;
    let mut subscriber = TcpStream::connect(address).await.context("Redis")?;
    publisher.set_nodelay(true)?;
    subscriber
        .write_all(format!("SUBSCRIBE {CHANNEL}\r\n").as_bytes())
        .await?;
    let (queue, queued) = channel(QUEUE);
    tokio::task::spawn_local(write_all(publisher, queued));
    let name = Uuid::new_v4().simple().to_string();
    let inlet = Inlet {
        name: name.clone(),
        subscriber,
    };
    Ok((Outlet { name, queue }, inlet))
}

/// Reads the answers only to be rid of them.
async fn write_all(mut publisher: TcpStream, mut queued: Receiver<Vec<u8>>) -> Result<()> {
    let mut answers = vec![0; READ_BYTES];
    loop {
        tokio::select! {
            commands = queued.recv() => match commands {
                Some(commands) => publisher.write_all(&commands).await?,
                None => return Ok(()),
            },
            read = publisher.read(&mut answers) => ensure!(read? > 0, "Redis is gone"),
        }
    }
}

/// Where the others are heard.
pub(super) struct Inlet {
    name: String,
    subscriber: TcpStream,
}

impl Inlet {
    pub(super) async fn listen(mut self, hub: Rc<Hub>) -> Result<()> {
        let mut received = Vec::with_capacity(READ_BYTES);
        loop {
            let mut used = 0;
            while let Some((payload, length)) = message(received.get(used..).unwrap_or_default())? {
                used += length;
                let (name, rest) = payload.split_at_checked(NAME_BYTES).unwrap_or_default();
                let (project, frame) = rest.split_at_checked(PROJECT_BYTES).unwrap_or_default();
                if name != self.name.as_bytes() {
                    hub.tell(std::str::from_utf8(project)?, frame);
                }
            }
            received.drain(..used);
            let read = self.subscriber.read_buf(&mut received).await?;
            ensure!(read > 0, "Redis is gone");
        }
    }
}

/// What was published, and the length of the whole message; nothing while it is not whole. The
/// answer to SUBSCRIBE has a number where a message has its payload, and is passed over.
fn message(bytes: &[u8]) -> Result<Option<(&[u8], usize)>> {
    let Some(kind) = memmem::find(bytes, b"message\r\n") else {
        return Ok(None);
    };
    let channel_line = kind + "message\r\n".len();
    let Some(line) = memmem::find(bytes.get(channel_line..).unwrap_or_default(), b"\r\n") else {
        return Ok(None);
    };
    let length_line = channel_line + line + 2 + CHANNEL.len() + 2;
    let rest = bytes.get(length_line..).unwrap_or_default();
    let Some(line) = memmem::find(rest, b"\r\n") else {
        return Ok(None);
    };
    let digits = rest.get(1..line).context("no length")?;
    let length: usize = std::str::from_utf8(digits)?.parse()?;
    let start = length_line + line + 2;
    let payload = bytes.get(start..start + length);
    Ok(payload
        .filter(|_| bytes.len() >= start + length + 2)
        .map(|payload| (payload, start + length + 2)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_read_once_whole_even_after_the_answer_to_subscribing() {
        let mut bytes = b"*3\r\n$9\r\nsubscribe\r\n$9\r\nload_bare\r\n:1\r\n".to_vec();
        bytes.extend_from_slice(b"*3\r\n$7\r\nmessage\r\n$9\r\nload_bare\r\n$4\r\nwhat\r\n");

        assert_eq!(message(&bytes).unwrap(), Some((&b"what"[..], bytes.len())));
        for shorter in 0..bytes.len() {
            assert_eq!(message(&bytes[..shorter]).unwrap(), None);
        }
    }
}

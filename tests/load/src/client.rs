//! The smallest HTTP/1.1 client that keeps a connection: measuring must cost less than what is
//! measured.

use std::net::SocketAddr;

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

pub(crate) struct Client {
    stream: TcpStream,
    token: String,
    buffer: Vec<u8>,
}

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn json(&self) -> Result<Value> {
        ensure!(
            self.status < 300,
            "{}: {}",
            self.status,
            String::from_utf8_lossy(&self.body)
        );
        Ok(serde_json::from_slice(&self.body)?)
    }
}

impl Client {
    pub(crate) async fn connect(address: SocketAddr, token: &str) -> Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            token: token.to_owned(),
            buffer: Vec::with_capacity(64 * 1024),
        })
    }

    pub(crate) async fn post(&mut self, path: &str, body: &Value) -> Result<Answer> {
        self.send("POST", path, "", &serde_json::to_vec(body)?)
            .await
    }

    pub(crate) async fn get(&mut self, path: &str, headers: &str) -> Result<Answer> {
        self.send("GET", path, headers, b"").await
    }

    async fn send(&mut self, method: &str, path: &str, extra: &str, body: &[u8]) -> Result<Answer> {
        let authorization = if self.token.is_empty() {
            String::new()
        } else {
            format!("Authorization: Bearer {}\r\n", self.token)
        };
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: load\r\n{authorization}{extra}\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        let mut request = head.into_bytes();
        request.extend_from_slice(body);
        self.stream.write_all(&request).await?;
        self.read().await
    }

    async fn read(&mut self) -> Result<Answer> {
        let head_end = loop {
            if let Some(at) = find(&self.buffer, b"\r\n\r\n") {
                break at + 4;
            }
            self.fill().await?;
        };
        let head = String::from_utf8_lossy(self.buffer.get(..head_end).unwrap_or_default())
            .to_ascii_lowercase();
        let status = head.get(9..12).context("no status")?.parse()?;
        self.buffer.drain(..head_end);
        let length = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "));
        let body = match length {
            Some(length) => self.take(length.trim().parse()?).await?,
            None if head.contains("transfer-encoding: chunked") => self.chunks().await?,
            None => Vec::new(),
        };
        Ok(Answer { status, body })
    }

    async fn chunks(&mut self) -> Result<Vec<u8>> {
        let mut body = Vec::new();
        loop {
            let line_end = loop {
                if let Some(at) = find(&self.buffer, b"\r\n") {
                    break at;
                }
                self.fill().await?;
            };
            let line = self.take(line_end + 2).await?;
            let size = usize::from_str_radix(String::from_utf8_lossy(&line).trim(), 16)?;
            let mut chunk = self.take(size + 2).await?;
            chunk.truncate(size);
            if size == 0 {
                return Ok(body);
            }
            body.append(&mut chunk);
        }
    }

    async fn take(&mut self, length: usize) -> Result<Vec<u8>> {
        self.buffer
            .reserve(length.saturating_sub(self.buffer.len()));
        while self.buffer.len() < length {
            self.fill().await?;
        }
        Ok(self.buffer.drain(..length).collect())
    }

    async fn fill(&mut self) -> Result<()> {
        let read = self.stream.read_buf(&mut self.buffer).await?;
        ensure!(read > 0, "the server closed the connection");
        Ok(())
    }
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack
        .windows(needle.len())
        .position(|window| window == needle)
}

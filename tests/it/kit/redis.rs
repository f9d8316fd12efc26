//! A Redis for one test, which may be taken away from it.

use std::{
    net::{Ipv4Addr, SocketAddr},
    process::{Child, Command, Stdio},
};

use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpSocket, TcpStream},
};

use super::until;

/// What it says, in its folder.
const LOG: &str = "log";

/// When it is dropped it is killed.
pub(crate) struct RedisServer {
    address: SocketAddr,
    /// Keeps the port while Redis is not up: of the many that other tests open, one would take it.
    _reserved: TcpSocket,
    folder: TempDir,
    /// What it is told besides.
    arguments: Vec<String>,
    /// Nothing while it is down.
    child: Option<Child>,
}

impl RedisServer {
    /// Nothing, and a word about it, where Redis is not installed.
    pub(crate) async fn start() -> Option<Self> {
        Self::start_with(&[]).await
    }

    pub(crate) async fn start_with(arguments: &[&str]) -> Option<Self> {
        let installed = Command::new("redis-server").arg("--version").output();
        if installed.is_err() {
            eprintln!("not run: redis-server is not installed");
            return None;
        }
        let reserved = reserved_port();
        let mut server = Self {
            address: reserved.local_addr().expect("an address"),
            _reserved: reserved,
            folder: tempfile::tempdir().expect("a folder for Redis"),
            arguments: arguments.iter().map(ToString::to_string).collect(),
            child: None,
        };
        server.up().await;
        Some(server)
    }

    pub(crate) fn url(&self) -> String {
        format!("redis://{}/", self.address)
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Starts it again, empty.
    pub(crate) async fn up(&mut self) {
        assert!(self.child.is_none(), "it is up already");
        let child = Command::new("redis-server")
            .args(["--port", &self.address.port().to_string()])
            .args(["--bind", "127.0.0.1", "--save", "", "--appendonly", "no"])
            .args(["--enable-debug-command", "local", "--logfile", LOG])
            .args(&self.arguments)
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn();
        self.child = Some(child.expect("redis-server starts"));
        until("Redis answers", async || {
            let child = self.child.as_mut().expect("it was started");
            if let Ok(Some(status)) = child.try_wait() {
                let log = std::fs::read_to_string(self.folder.path().join(LOG));
                panic!("Redis ended, {status}: {}", log.unwrap_or_default());
            }
            self.try_ask("PING").await.is_ok_and(|said| said == "+PONG")
        })
        .await;
    }

    /// Kills it.
    pub(crate) fn down(&mut self) {
        if let Some(mut child) = self.child.take() {
            // One that has ended needs no killing.
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// Lets it hang: connections stay open, and nothing is answered.
    pub(crate) fn freeze(&self) {
        self.signal("-STOP");
    }

    pub(crate) fn thaw(&self) {
        self.signal("-CONT");
    }

    /// The first line of its answer to a command.
    pub(crate) async fn ask(&self, command: &str) -> String {
        let answer = self.try_ask(command).await;
        answer.unwrap_or_else(|error| panic!("{command}: {error}"))
    }

    /// How many connections listen to a sharded channel.
    pub(crate) async fn listeners(&self, channel: &str) -> usize {
        let ask = format!("PUBSUB SHARDNUMSUB {channel}");
        let lines = self.lines(&ask, 4).await.expect("Redis answers");
        let count = lines.last().and_then(|line| line.strip_prefix(':'));
        let count = count.and_then(|count| count.parse().ok());
        count.unwrap_or_else(|| panic!("{lines:?}"))
    }

    async fn try_ask(&self, command: &str) -> std::io::Result<String> {
        let lines = self.lines(command, 1).await?;
        Ok(lines.concat())
    }

    async fn lines(&self, command: &str, count: usize) -> std::io::Result<Vec<String>> {
        let mut stream = BufReader::new(TcpStream::connect(self.address).await?);
        stream
            .write_all(format!("{command}\r\n").as_bytes())
            .await?;
        let mut lines = Vec::new();
        while lines.len() < count {
            let mut line = String::new();
            if stream.read_line(&mut line).await? == 0 {
                return Err(std::io::ErrorKind::UnexpectedEof.into());
            }
            lines.push(line.trim_end().to_owned());
        }
        Ok(lines)
    }

    fn signal(&self, signal: &str) {
        let child = self.child.as_ref().expect("it is up");
        let id = child.id().to_string();
        let sent = Command::new("kill").args([signal, &id]).status();
        assert!(sent.expect("kill is there").success());
    }
}

/// A port that Redis may listen on, since both say that they share it, and that the system gives to nobody else.
fn reserved_port() -> TcpSocket {
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.set_reuseaddr(true).expect("a port is shared");
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    socket.bind(address).expect("a free port");
    socket
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        self.down();
    }
}

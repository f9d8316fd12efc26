//! Somebody's socket.

use std::{collections::BTreeSet, net::SocketAddr, time::Duration};

use futures::{SinkExt, StreamExt};
use kernel::ProjectId;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::{io::AsyncWriteExt, net::TcpStream};
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{Message, client::IntoClientRequest, http::HeaderValue},
};
use uuid::Uuid;

use super::{
    app::PATIENCE,
    asyncapi::{self, Way},
    client::Client,
    client::text,
};

pub(crate) struct Socket {
    stream: WebSocketStream<TcpStream>,
    /// What the server said when it knew who this is.
    pub(crate) ready: Value,
    /// Frames that came while another was waited for.
    aside: Vec<Value>,
    /// The messages of the document that went either way.
    pub(crate) seen: BTreeSet<String>,
}

/// How a socket ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Closed {
    pub(crate) code: u16,
    pub(crate) reason: String,
}

impl Client {
    /// Opens a socket and proves whose it is.
    pub(crate) async fn socket(&self) -> Socket {
        let ticket = self.ticket().await;
        let mut socket = Socket::open(self.address()).await;
        socket.send(json!({"type": "auth", "ticket": ticket})).await;
        socket.ready = socket.next_of("ready").await;
        socket
    }

    /// Opens a socket, if the server lives long enough for it.
    pub(crate) async fn try_socket(&self) -> Option<Socket> {
        let request = self.request(&Method::POST, "/api/v1/auth/ws-ticket", &[]);
        let issued: Value = request.send().await.ok()?.json().await.ok()?;
        let ticket = issued["ticket"].as_str()?;
        let stream = TcpStream::connect(self.address()).await.ok()?;
        let mut socket = Socket::try_over(stream, self.address()).await?;
        let auth = json!({"type": "auth", "ticket": ticket}).to_string();
        socket.send_message(Message::text(auth)).await.ok()?;
        socket.ready = socket.next().await.ok()?;
        (socket.ready["type"] == "ready").then_some(socket)
    }

    pub(crate) async fn ticket(&self) -> String {
        let answer = self.post("/auth/ws-ticket", Value::Null).await.expect(201);
        text(&answer["ticket"]).to_owned()
    }

    /// A socket that listens to a project, and what it got first.
    pub(crate) async fn listen(&self, project: ProjectId) -> (Socket, Value) {
        let mut socket = self.socket().await;
        let first = socket.subscribe(project).await;
        (socket, first)
    }
}

impl Socket {
    /// Opens a socket that has said nothing yet.
    pub(crate) async fn open(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address)
            .await
            .expect("it takes connections");
        Self::over(stream, address).await
    }

    pub(crate) async fn over(stream: TcpStream, address: SocketAddr) -> Self {
        let opened = Self::try_over(stream, address).await;
        opened.expect("it becomes a socket")
    }

    async fn try_over(stream: TcpStream, address: SocketAddr) -> Option<Self> {
        let mut request = format!("ws://{address}/api/v1/ws")
            .into_client_request()
            .expect("an address of a socket");
        let protocol = HeaderValue::from_static("nonlinear.v1");
        request
            .headers_mut()
            .insert("sec-websocket-protocol", protocol);
        let (stream, _) = client_async(request, stream).await.ok()?;
        Some(Self {
            stream,
            ready: Value::Null,
            aside: Vec::new(),
            seen: BTreeSet::new(),
        })
    }

    /// Ends the connection without a word.
    pub(crate) async fn break_off(&mut self) {
        // It may have ended already.
        let _ = self.stream.get_mut().shutdown().await;
    }

    /// Sends a frame that is as the document says.
    pub(crate) async fn send(&mut self, frame: Value) {
        self.check(Way::FromClient, &frame);
        self.send_text(&frame.to_string()).await;
    }

    fn check(&mut self, way: Way, frame: &Value) {
        match asyncapi::message(way, frame) {
            Ok(message) => drop(self.seen.insert(message)),
            Err(why) => panic!("the document of the socket says otherwise: {why}"),
        }
    }

    /// Sends a text that need not be a frame.
    pub(crate) async fn send_text(&mut self, text: &str) {
        self.send_message(Message::text(text))
            .await
            .expect("the socket is open");
    }

    pub(crate) async fn send_message(
        &mut self,
        message: Message,
    ) -> Result<(), tokio_tungstenite::tungstenite::Error> {
        self.stream.send(message).await
    }

    /// The next frame, or how the socket ended instead.
    pub(crate) async fn next(&mut self) -> Result<Value, Closed> {
        if !self.aside.is_empty() {
            return Ok(self.aside.remove(0));
        }
        self.read().await
    }

    async fn read(&mut self) -> Result<Value, Closed> {
        let reading = tokio::time::timeout(PATIENCE, self.read_message());
        reading.await.expect("a frame comes in time")
    }

    async fn read_message(&mut self) -> Result<Value, Closed> {
        loop {
            match self.stream.next().await {
                Some(Ok(Message::Text(text))) => {
                    let frame = serde_json::from_str(&text).expect("frames are JSON");
                    self.check(Way::FromServer, &frame);
                    return Ok(frame);
                }
                Some(Ok(Message::Close(close))) => {
                    let close = close.expect("a close has its reason");
                    return Err(Closed {
                        code: close.code.into(),
                        reason: close.reason.to_string(),
                    });
                }
                Some(Ok(_)) => {}
                Some(Err(error)) => {
                    return Err(Closed {
                        code: 1006,
                        reason: error.to_string(),
                    });
                }
                None => {
                    return Err(Closed {
                        code: 1006,
                        reason: "the connection ended".to_owned(),
                    });
                }
            }
        }
    }

    /// The next frame of this type; what comes before it is kept aside.
    pub(crate) async fn next_of(&mut self, kind: &str) -> Value {
        self.next_where(kind, |_| true).await
    }

    /// The next frame of this type that is the right one.
    pub(crate) async fn next_where(
        &mut self,
        kind: &str,
        wanted: impl Fn(&Value) -> bool,
    ) -> Value {
        let fits = |frame: &Value| frame["type"] == kind && wanted(frame);
        if let Some(place) = self.aside.iter().position(fits) {
            return self.aside.remove(place);
        }
        loop {
            match self.read().await {
                Ok(frame) if fits(&frame) => return frame,
                Ok(frame) => self.aside.push(frame),
                Err(closed) => panic!("no {kind} came before {closed:?}; aside: {:?}", self.aside),
            }
        }
    }

    /// Whatever comes within this time.
    pub(crate) async fn within(&mut self, time: Duration) -> Vec<Value> {
        let mut frames = std::mem::take(&mut self.aside);
        let until = tokio::time::Instant::now() + time;
        while let Ok(Ok(frame)) = tokio::time::timeout_at(until, self.read_message()).await {
            frames.push(frame);
        }
        frames
    }

    /// Reads to the end; gives the last frames and how it was closed.
    pub(crate) async fn closed(&mut self) -> (Vec<Value>, Closed) {
        let mut frames = std::mem::take(&mut self.aside);
        loop {
            match self.read().await {
                Ok(frame) => frames.push(frame),
                Err(closed) => return (frames, closed),
            }
        }
    }

    pub(crate) async fn subscribe(&mut self, project: ProjectId) -> Value {
        self.send(json!({"type": "subscribe", "project": project}))
            .await;
        self.next_where("snapshot", |frame| frame["project"] == json!(project))
            .await
    }

    /// Subscribes from a place on; gives the tail or snapshot.
    pub(crate) async fn resume(&mut self, project: ProjectId, epoch: &Value, since: i64) -> Value {
        let frame = json!({
            "type": "subscribe", "project": project, "epoch": epoch, "since": since,
        });
        self.send(frame).await;
        loop {
            match self.read().await.expect("the socket stays open") {
                frame if frame["type"] == "snapshot" || frame["type"] == "tail" => return frame,
                frame if frame["type"] == "nack" => return frame,
                frame => self.aside.push(frame),
            }
        }
    }

    /// Sends an operation and gives its id.
    pub(crate) async fn ask(&mut self, project: ProjectId, op: &str, data: Value) -> Uuid {
        let id = Uuid::now_v7();
        self.ask_as(id, project, op, data).await;
        id
    }

    pub(crate) async fn ask_as(&mut self, id: Uuid, project: ProjectId, op: &str, data: Value) {
        self.send(json!({"type": "op", "id": id, "project": project, "op": op, "data": data}))
            .await;
    }

    /// Sends an operation and waits until it is committed.
    pub(crate) async fn done(&mut self, project: ProjectId, op: &str, data: Value) -> Value {
        let id = self.ask(project, op, data).await;
        self.answer(id).await.expect("it is acknowledged")
    }

    /// Sends an operation and waits until it is refused.
    pub(crate) async fn refused(&mut self, project: ProjectId, op: &str, data: Value) -> Value {
        let id = self.ask(project, op, data).await;
        self.answer(id).await.expect_err("it is refused")
    }

    /// The ack, or the nack, of an operation.
    pub(crate) async fn answer(&mut self, id: Uuid) -> Result<Value, Value> {
        let id = json!(id);
        let is_answer = |frame: &Value| {
            (frame["type"] == "ack" || frame["type"] == "nack") && frame["id"] == id
        };
        if let Some(place) = self.aside.iter().position(is_answer) {
            let frame = self.aside.remove(place);
            return if frame["type"] == "ack" {
                Ok(frame)
            } else {
                Err(frame)
            };
        }
        loop {
            match self.read().await {
                Ok(frame) if is_answer(&frame) => {
                    return if frame["type"] == "ack" {
                        Ok(frame)
                    } else {
                        Err(frame)
                    };
                }
                Ok(frame) => self.aside.push(frame),
                Err(closed) => panic!("no answer came before {closed:?}"),
            }
        }
    }

    /// The events up to this number, whatever comes in between.
    pub(crate) async fn events_until(&mut self, project: ProjectId, seq: i64) -> Vec<Value> {
        let mut events = Vec::new();
        while events
            .last()
            .is_none_or(|event: &Value| event["seq"].as_i64() < Some(seq))
        {
            let frame = self
                .next_where("events", |frame| frame["project"] == json!(project))
                .await;
            let more = frame["events"].as_array().expect("events are a list");
            events.extend(more.iter().cloned());
        }
        events
    }
}

//! T13: whatever frame arrives, it is answered, or the socket is closed with a code that is known; and
//! nobody else notices.

use kernel::{ProjectId, UserId};
use proptest::{collection::vec, prelude::*, sample::Index, test_runner::TestCaseError};
use serde_json::{Value, json};
use tokio::runtime::Runtime;
use tokio_tungstenite::tungstenite::Message;
use uuid::Uuid;

use crate::kit::{
    Client, Paths, RawSocket, Said, Socket, TestApp, WireFrame,
    asyncapi::{Way, message},
    corrupt::{apply, break_with, change, damage, run},
    parsed, text,
};

const FRAME_BYTES_MAX: usize = 65_536;
const TOO_LARGE: u16 = 1009;
/// With which the server may close whoever sends something bad.
const CLOSE_CODES: [u16; 5] = [1002, 1003, 1007, TOO_LARGE, 4001];
/// A project is left before what was made in it is too much to read again and again.
const CASES_PER_PROJECT: usize = 50;

#[test]
fn no_json_ends_the_server_or_confuses_a_socket() {
    let (runtime, mut desk) = set();
    let strategy = (any::<Index>(), vec(change(), 1..6));

    run_all(strategy, |(frame, changes)| {
        runtime.block_on(async {
            let frame = desk.frame(frame).await;
            let frame = changes.into_iter().fold(frame, apply);
            desk.send(&frame.to_string()).await
        })
    });
}

#[test]
fn no_text_ends_the_server_or_confuses_a_socket() {
    let (runtime, mut desk) = set();
    let strategy = (any::<Index>(), vec(damage(), 1..5));

    run_all(strategy, |(frame, damages)| {
        runtime.block_on(async {
            let bytes = desk.frame(frame).await.to_string().into_bytes();
            let bytes = damages.into_iter().fold(bytes, break_with);
            desk.send(&String::from_utf8_lossy(&bytes)).await
        })
    });
}

#[test]
fn no_bytes_end_the_server_or_an_unknown_way() {
    let (runtime, mut desk) = set();
    let strategy = (any::<Index>(), any::<bool>(), vec(damage(), 1..5));

    run_all(strategy, |(frame, is_proven, damages)| {
        runtime.block_on(async {
            let frame = desk.frame(frame).await.to_string();
            let bytes = WireFrame::text(frame).bytes();
            let bytes = damages.into_iter().fold(bytes, break_with);
            desk.send_bytes(&bytes, is_proven).await
        })
    });
}

fn set() -> (Runtime, Desk) {
    let runtime = Runtime::new().expect("a runtime");
    let desk = runtime.block_on(Desk::set());
    (runtime, desk)
}

/// Lets the test change what it works with: inputs come one after the other.
fn run_all<S: Strategy>(strategy: S, test: impl FnMut(S::Value) -> Result<(), TestCaseError>) {
    let test = std::cell::RefCell::new(test);
    run(strategy, |input| (test.borrow_mut())(input));
}

/// Somebody with a project, and somebody else who looks on.
struct Desk {
    app: TestApp,
    owner: Client,
    place: Place,
    cases: usize,
    /// None after it was closed.
    socket: Option<Socket>,
    bystander: Bystander,
}

/// What frames are about.
struct Place {
    project: ProjectId,
    epoch: Value,
    nodes: [String; 2],
    edge: String,
}

/// A socket that must hear everything, whatever others do.
struct Bystander {
    socket: Socket,
    project: ProjectId,
    seq: i64,
}

impl Desk {
    async fn set() -> Self {
        let app = TestApp::start().await;
        let owner = app.register("owner").await;
        let place = Place::make(&owner).await;
        let bystander = Bystander::of(&owner, place.project).await;
        let mut desk = Self {
            app,
            owner,
            place,
            cases: 0,
            socket: None,
            bystander,
        };
        desk.takes_good_frames().await;
        desk
    }

    /// The frames are good before they are spoilt.
    async fn takes_good_frames(&mut self) {
        for frame in self.place.good_frames() {
            let mut socket = self.owner.socket().await;
            socket.subscribe(self.place.project).await;
            socket.send(frame.clone()).await;
            socket.send(json!({"type": "ping"})).await;
            socket.next_of("pong").await;
            if frame["type"] == "op" {
                let id = parsed(&frame["id"]);
                socket.answer(id).await.expect("it is carried out");
            }
        }
    }

    /// One of all frames, in a project that is not too full.
    async fn frame(&mut self, which: Index) -> Value {
        self.cases += 1;
        if self.cases.is_multiple_of(CASES_PER_PROJECT) {
            self.place = Place::make(&self.owner).await;
            self.bystander = Bystander::of(&self.owner, self.place.project).await;
        }
        let mut frames = self.place.good_frames();
        frames.extend(self.place.refused_frames());
        which.get(&frames).clone()
    }

    /// Sends a text, and hears what comes of it.
    async fn send(&mut self, text: &str) -> Result<(), TestCaseError> {
        let mut socket = match self.socket.take() {
            Some(socket) => socket,
            None => self.owner.listen(self.place.project).await.0,
        };
        let marker = json!(ProjectId::generate());
        let unsubscribe = json!({"type": "unsubscribe", "project": marker});
        for text in [text, &unsubscribe.to_string()] {
            // It may be closed by now.
            let _ = socket.send_message(Message::text(text)).await;
        }
        let frame: Value = serde_json::from_str(text).unwrap_or_default();
        let mut is_answered = frame["type"] == "presence";
        let mut is_marked = false;
        while !is_answered || !is_marked {
            match socket.next().await {
                Ok(heard) if heard["type"] == "unsubscribed" && heard["project"] == marker => {
                    is_marked = true;
                }
                Ok(heard) => is_answered |= is_answer(&heard),
                Err(closed) => {
                    let is_too_large = text.len() > FRAME_BYTES_MAX;
                    prop_assert!(
                        is_too_large && closed.code == TOO_LARGE,
                        "{closed:?}: {text}"
                    );
                    return self.bystander.goes_on().await;
                }
            }
        }
        self.socket = Some(socket);
        self.bystander.goes_on().await
    }

    /// Sends bytes over a socket of their own, and hears how it ends.
    async fn send_bytes(&mut self, bytes: &[u8], is_proven: bool) -> Result<(), TestCaseError> {
        let mut socket = RawSocket::open(self.app.address).await;
        if is_proven {
            socket.prove(&self.owner).await;
        }
        socket.send(bytes).await;
        socket.finish().await;
        loop {
            match socket.next().await {
                Said::End => break,
                Said::Text(frame) => {
                    let known = message(Way::FromServer, &frame);
                    prop_assert!(known.is_ok(), "{known:?}");
                }
                Said::Close(Some(code)) => {
                    prop_assert!(CLOSE_CODES.contains(&code), "{code} after {bytes:02x?}");
                }
                // A close that happens to be one may have any code, or none.
                Said::Close(None) | Said::Ping | Said::Pong(_) => {}
                said @ (Said::Reset | Said::Nonsense(_)) => {
                    prop_assert!(false, "{said:?} after {bytes:02x?}");
                }
            }
        }
        self.bystander.goes_on().await
    }
}

fn is_answer(frame: &Value) -> bool {
    const ANSWERS: [&str; 6] = ["ack", "nack", "pong", "snapshot", "tail", "unsubscribed"];
    ANSWERS.contains(&frame["type"].as_str().unwrap_or_default())
}

impl Place {
    async fn make(owner: &Client) -> Self {
        let project = owner.create_project("Project").await;
        let one = owner.create_node(project, "a node").await;
        let other = owner.create_node(project, "another").await;
        let edge = owner.connect(project, one, other).await;
        let graph = owner.get(&project.graph()).await.ok();
        Self {
            project,
            epoch: graph["epoch"].clone(),
            nodes: [one.to_string(), other.to_string()],
            edge: edge.to_string(),
        }
    }

    fn op(&self, op: &str, data: Value) -> Value {
        let (id, project) = (Uuid::now_v7(), self.project);
        json!({"type": "op", "id": id, "project": project, "op": op, "data": data})
    }

    fn good_frames(&self) -> Vec<Value> {
        let (project, [one, other]) = (self.project, &self.nodes);
        let node = json!({
            "prompt": "a prompt", "position": {"x": 1.5, "y": -2}, "parentIds": [one],
            "metadata": {"color": "red", "list": [1, {"deep": null}]}, "response": "an answer",
        });
        let edge = json!({"sourceId": one, "targetId": other, "policy": "SUMMARY"});
        let moved =
            json!({"positions": [{"id": one, "x": 1, "y": 2}, {"id": other, "x": 3, "y": 4}]});
        let batch = json!({"ops": [
            {"id": Uuid::now_v7(), "op": "node.create", "data": node},
            {"op": "node.move", "data": moved},
            {"op": "edge.create", "data": edge},
            {"op": "project.update", "data": {"name": "Renamed"}},
        ]});
        let update = json!({"id": one, "metadata": null, "position": {"x": 3, "y": 4}});
        vec![
            json!({"type": "ping"}),
            json!({"type": "subscribe", "project": project}),
            json!({"type": "subscribe", "project": project, "epoch": self.epoch, "since": 2}),
            json!({"type": "presence", "project": project, "cursor": {"x": 1, "y": 2, "nodeId": one},
                "selection": [one, other], "editing": null}),
            json!({"type": "unsubscribe", "project": project}),
            self.op("node.create", node),
            self.op("node.move", moved),
            self.op("node.delete", json!({"id": other})),
            self.op("node.restore", json!({"id": other})),
            self.op("edge.create", edge),
            self.op("edge.update", json!({"id": self.edge, "policy": "EXCLUDE"})),
            self.op("edge.delete", json!({"id": self.edge})),
            self.op(
                "project.update",
                json!({"viewport": {"x": 0, "y": 0, "zoom": 1}}),
            ),
            self.op("batch", batch),
            self.op("node.update", update),
        ]
    }

    /// Frames that are refused for another reason than their form.
    fn refused_frames(&self) -> Vec<Value> {
        let one = &self.nodes[0];
        let update = json!({"id": one, "baseVersion": 99, "prompt": "newer", "summary": null});
        let member = json!({"userId": UserId::generate(), "role": "VIEWER"});
        vec![
            json!({"type": "auth", "ticket": "a ticket"}),
            self.op("node.update", update),
            self.op("member.update", member.clone()),
            self.op("member.add", member),
        ]
    }
}

impl Bystander {
    async fn of(person: &Client, project: ProjectId) -> Self {
        let (socket, first) = person.listen(project).await;
        Self {
            socket,
            project,
            seq: parsed(&first["seq"]),
        }
    }

    /// It is answered, and has heard every event once and in order.
    async fn goes_on(&mut self) -> Result<(), TestCaseError> {
        self.socket.send(json!({"type": "ping"})).await;
        loop {
            let frame = self.socket.next().await;
            let frame = frame.map_err(|closed| TestCaseError::fail(format!("{closed:?}")))?;
            match text(&frame["type"]) {
                "pong" => return Ok(()),
                "events" => {
                    prop_assert_eq!(&frame["project"], &json!(self.project));
                    for event in frame["events"].as_array().into_iter().flatten() {
                        self.seq += 1;
                        prop_assert_eq!(&event["seq"], self.seq);
                    }
                }
                "presence" => {}
                other => prop_assert!(false, "a bystander heard {}", other),
            }
        }
    }
}

//! Somebody who listens to a project and keeps a copy of it, over however many sockets.

use kernel::ProjectId;
use protocol::{events::EventView, graph::GraphView};
use serde_json::{Value, json};

use super::{client::Client, client::parsed, paths::Paths, replica::Replica, socket::Socket};

pub(crate) struct Listener {
    pub(crate) project: ProjectId,
    pub(crate) socket: Socket,
    pub(crate) copy: Replica,
    epoch: Value,
}

impl Listener {
    pub(crate) async fn begin(client: &Client, project: ProjectId) -> Self {
        let (socket, snapshot) = client.listen(project).await;
        Self {
            project,
            socket,
            copy: Replica::of(parsed::<GraphView>(&snapshot["graph"])),
            epoch: snapshot["epoch"].clone(),
        }
    }

    /// Goes on over another socket from where the copy is.
    pub(crate) async fn go_on(&mut self, socket: Socket) {
        self.socket = socket;
        let since = self.copy.seq;
        let first = self.socket.resume(self.project, &self.epoch, since).await;
        self.take(&first);
    }

    /// Takes a frame in. A gap or a repetition is a failure.
    pub(crate) fn take(&mut self, frame: &Value) {
        match frame["type"].as_str() {
            Some("tail" | "events") => {
                for event in frame["events"].as_array().expect("a list") {
                    self.copy.follow(&parsed::<EventView>(event));
                }
            }
            Some("snapshot") => {
                self.copy = Replica::of(parsed::<GraphView>(&frame["graph"]));
                self.epoch = frame["epoch"].clone();
            }
            _ => {}
        }
    }

    pub(crate) async fn follow_until(&mut self, seq: i64) {
        while self.copy.seq < seq {
            let frame = self.socket.next().await.expect("the socket stays open");
            self.take(&frame);
        }
    }
}

impl Client {
    /// The number and the fingerprint of a project's state.
    pub(crate) async fn state(&self, project: ProjectId) -> (i64, String) {
        let path = project.state_hash();
        let state = self.get(&path).await.expect(200);
        (parsed(&state["seq"]), parsed(&state["hash"]))
    }
}

/// The data of a node that stands somewhere.
pub(crate) fn node_data(prompt: &str) -> Value {
    json!({"prompt": prompt, "position": {"x": 1, "y": 2}})
}

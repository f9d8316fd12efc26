//! State and events are one: what the log says, applied in order, is what the database holds (T5),
//! and a refused change leaves no trace.

use kernel::{NodeId, ProjectId};
use proptest::{
    prelude::{Strategy, any, prop, prop_oneof},
    strategy::ValueTree,
    test_runner::TestRunner,
};
use protocol::{edges::EdgeView, graph::GraphView, state};
use serde_json::{Value, json};

use crate::kit::{Client, Listener, Paths, Socket, TestApp, long, parsed};

/// A step of a random history; places name nodes and edges made before.
#[derive(Clone, Debug)]
enum Step {
    Create {
        parents: Vec<usize>,
    },
    Write {
        place: usize,
        text: String,
    },
    Answer {
        place: usize,
        text: Option<String>,
    },
    Move {
        places: Vec<usize>,
        x: i32,
    },
    Delete {
        place: usize,
    },
    Restore {
        place: usize,
    },
    Connect {
        from: usize,
        to: usize,
    },
    Weigh {
        from: usize,
        policy: &'static str,
    },
    Disconnect {
        from: usize,
    },
    Rename {
        name: String,
    },
    Batch {
        from: usize,
        to: usize,
        spoiled: bool,
    },
}

fn step() -> impl Strategy<Value = Step> {
    let place = || 0..40_usize;
    prop_oneof![
        4 => prop::collection::vec(place(), 0..3).prop_map(|parents| Step::Create { parents }),
        2 => (place(), "[a-zé ]{0,12}").prop_map(|(place, text)| Step::Write { place, text }),
        1 => (place(), prop::option::of("[a-z]{1,8}"))
            .prop_map(|(place, text)| Step::Answer { place, text }),
        2 => (prop::collection::vec(place(), 1..4), -500..500)
            .prop_map(|(places, x)| Step::Move { places, x }),
        2 => place().prop_map(|place| Step::Delete { place }),
        2 => place().prop_map(|place| Step::Restore { place }),
        4 => (place(), place()).prop_map(|(from, to)| Step::Connect { from, to }),
        1 => (place(), prop_oneof!["FULL", "SUMMARY", "EXCLUDE"].prop_map(|word| {
            if word.starts_with('F') { "FULL" } else if word.starts_with('S') { "SUMMARY" } else { "EXCLUDE" }
        })).prop_map(|(from, policy)| Step::Weigh { from, policy }),
        1 => place().prop_map(|from| Step::Disconnect { from }),
        1 => "[A-Z][a-z]{1,8}".prop_map(|name| Step::Rename { name }),
        2 => (place(), place(), any::<bool>())
            .prop_map(|(from, to, spoiled)| Step::Batch { from, to, spoiled }),
    ]
}

/// Nobody may own more than a thousand projects.
const HISTORIES_PER_OWNER: usize = 900;

#[tokio::test]
async fn t5_the_log_applied_to_nothing_is_the_state() {
    let app = TestApp::start().await;
    let mut owner = app.register("owner").await;
    let (histories, steps) = if long() { (10_000, 30) } else { (12, 60) };
    let mut runner = TestRunner::deterministic();
    for history in 1..=histories {
        if history % HISTORIES_PER_OWNER == 0 {
            owner = app.register(&format!("owner-{history}")).await;
        }
        let steps = prop::collection::vec(step(), steps)
            .new_tree(&mut runner)
            .expect("a history")
            .current();
        let project = owner.create_project("History").await;
        let mut listener = Listener::begin(&owner, project).await;
        let mut history = History {
            client: &owner,
            socket: owner.socket().await,
            project,
            nodes: Vec::new(),
            edges: Vec::new(),
        };
        for step in &steps {
            history.take(step).await;
        }

        let (seq, hash) = owner.state(project).await;
        let theirs = state::hash(&graph(&owner, project).await).expect("a hash");
        assert_eq!(hash, theirs, "the snapshot and the hash disagree");
        listener.follow_until(seq).await;
        assert_eq!(hash, listener.copy.hash(), "after {steps:#?}");
    }
    println!("{histories} histories, equal hashes");
}

async fn graph(client: &Client, project: ProjectId) -> GraphView {
    parsed(&client.get(&project.graph()).await.expect(200))
}

/// Somebody who works on a project, over REST and a socket, and meets refusals on the way.
struct History<'a> {
    client: &'a Client,
    socket: Socket,
    project: ProjectId,
    nodes: Vec<NodeId>,
    edges: Vec<String>,
}

impl History<'_> {
    fn node(&self, place: usize) -> Option<NodeId> {
        (!self.nodes.is_empty()).then(|| self.nodes[place % self.nodes.len()])
    }

    fn edge(&self, place: usize) -> Option<&str> {
        (!self.edges.is_empty()).then(|| self.edges[place % self.edges.len()].as_str())
    }

    async fn op(&mut self, op: &str, data: Value) -> Option<Value> {
        let id = self.socket.ask(self.project, op, data).await;
        match self.socket.answer(id).await {
            Ok(ack) => ack.get("data").cloned(),
            Err(nack) => {
                assert_eq!(nack["retryable"], false, "{nack}");
                None
            }
        }
    }

    /// Refusals are part of life, failures are not.
    async fn ops(&self, ops: Value) -> Option<Value> {
        let path = self.project.ops();
        let answer = self.client.post(&path, json!({ "ops": ops })).await;
        assert!(answer.status.as_u16() < 500, "{answer:?}");
        answer.status.is_success().then_some(answer.body)
    }

    async fn take(&mut self, step: &Step) {
        match step {
            Step::Create { parents } => {
                let mut parents: Vec<NodeId> = parents
                    .iter()
                    .filter_map(|place| self.node(*place))
                    .collect();
                parents.sort_unstable();
                parents.dedup();
                let position = json!({ "x": parents.len(), "y": 0.25 });
                let data = json!({ "prompt": "?", "position": position, "parentIds": parents });
                if let Some(created) = self.op("node.create", data).await {
                    self.nodes.push(parsed(&created["id"]));
                    let edges: Vec<EdgeView> = parsed(&created["edges"]);
                    self.edges
                        .extend(edges.iter().map(|edge| edge.id.to_string()));
                }
            }
            Step::Write { place, text } => self.write(*place, json!({ "prompt": text })).await,
            Step::Answer { place, text } => self.write(*place, json!({ "response": text })).await,
            Step::Move { places, x } => {
                let positions: Vec<Value> = places
                    .iter()
                    .filter_map(|place| self.node(*place))
                    .map(|id| json!({ "id": id, "x": x, "y": 7 }))
                    .collect();
                if !positions.is_empty() {
                    self.op("node.move", json!({ "positions": positions }))
                        .await;
                }
            }
            Step::Delete { place } => self.on_node("node.delete", *place).await,
            Step::Restore { place } => self.on_node("node.restore", *place).await,
            Step::Connect { from, to } => {
                if let (Some(source), Some(target)) = (self.node(*from), self.node(*to)) {
                    let data = json!({ "sourceId": source, "targetId": target });
                    if let Some(edge) = self.op("edge.create", data).await {
                        self.edges.push(parsed(&edge["id"]));
                    }
                }
            }
            Step::Weigh { from, policy } => {
                if let Some(edge) = self.edge(*from) {
                    let data = json!({ "id": edge, "policy": policy });
                    self.op("edge.update", data).await;
                }
            }
            Step::Disconnect { from } => {
                if let Some(edge) = self.edge(*from) {
                    let data = json!({ "id": edge });
                    self.op("edge.delete", data).await;
                }
            }
            Step::Rename { name } => {
                self.op("project.update", json!({ "name": name })).await;
            }
            Step::Batch { from, to, spoiled } => self.batch(*from, *to, *spoiled).await,
        }
    }

    async fn write(&self, place: usize, fields: Value) {
        if let Some(id) = self.node(place) {
            let path = self.project.node(id);
            let headers = [("if-match", "*")];
            let answer = self
                .client
                .send(reqwest::Method::PATCH, &path, &headers, fields)
                .await;
            assert!(answer.status.as_u16() < 500, "{answer:?}");
        }
    }

    async fn on_node(&mut self, op: &str, place: usize) {
        if let Some(id) = self.node(place) {
            self.op(op, json!({ "id": id })).await;
        }
    }

    /// A new node between two others, in one batch; a spoiled one ends with what cannot be.
    async fn batch(&mut self, from: usize, to: usize, spoiled: bool) {
        let (Some(from), Some(to)) = (self.node(from), self.node(to)) else {
            return;
        };
        let id = NodeId::generate();
        let last = if spoiled { id } else { to };
        let done = self
            .ops(json!([
                { "id": id, "op": "node.create",
                  "data": { "prompt": "between", "position": { "x": 0, "y": 0 }, "parentIds": [from] } },
                { "op": "node.move", "data": { "positions": [{ "id": id, "x": 3, "y": 4 }] } },
                { "op": "edge.create", "data": { "sourceId": id, "targetId": last } },
            ]))
            .await;
        assert!(
            !(spoiled && done.is_some()),
            "a batch with an edge to itself was accepted"
        );
        if done.is_some() {
            self.nodes.push(id);
        }
    }
}

//! What happens to a project, at random.

use kernel::{NodeId, ProjectId};
use proptest::prelude::*;
use protocol::{graph::GraphView, nodes::NodeStatus};
use serde_json::{Value, json};

use crate::kit::{
    Client, Paths,
    files::{pdf, pixel, read_file},
    generated, parsed, text,
};

pub(crate) async fn graph(client: &Client, project: ProjectId) -> GraphView {
    parsed(&client.get(&project.graph()).await.expect(200))
}

/// One thing that happens to a project.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    Create {
        parents: Vec<usize>,
    },
    Ask {
        place: usize,
    },
    Write {
        place: usize,
        text: &'static str,
    },
    Correct {
        place: usize,
        text: &'static str,
    },
    Summarise {
        place: usize,
        text: &'static str,
    },
    Pin {
        place: usize,
        pinned: bool,
    },
    Connect {
        from: usize,
        to: usize,
    },
    Weigh {
        edge: usize,
        policy: &'static str,
    },
    Disconnect {
        edge: usize,
    },
    Delete {
        place: usize,
    },
    Restore {
        place: usize,
    },
    Instruct {
        text: &'static str,
    },
    Select {
        place: usize,
        attempt: usize,
    },
    Attach {
        place: usize,
        file: usize,
        policy: &'static str,
    },
    Detach {
        place: usize,
        file: usize,
    },
}

/// Files that every project of a life has.
const FILES: usize = 3;

pub(crate) fn step() -> impl Strategy<Value = Step> {
    let place = || 0..12_usize;
    let text = || prop_oneof![Just("a"), Just("b"), Just("c d e")];
    prop_oneof![
        3 => prop::collection::vec(place(), 0..3).prop_map(|parents| Step::Create { parents }),
        6 => place().prop_map(|place| Step::Ask { place }),
        3 => (place(), text()).prop_map(|(place, text)| Step::Write { place, text }),
        1 => (place(), text()).prop_map(|(place, text)| Step::Correct { place, text }),
        1 => (place(), text()).prop_map(|(place, text)| Step::Summarise { place, text }),
        1 => (place(), any::<bool>()).prop_map(|(place, pinned)| Step::Pin { place, pinned }),
        3 => (place(), place()).prop_map(|(from, to)| Step::Connect { from, to }),
        2 => (place(), prop_oneof![Just("FULL"), Just("SUMMARY"), Just("EXCLUDE")])
            .prop_map(|(edge, policy)| Step::Weigh { edge, policy }),
        1 => place().prop_map(|edge| Step::Disconnect { edge }),
        1 => place().prop_map(|place| Step::Delete { place }),
        1 => place().prop_map(|place| Step::Restore { place }),
        1 => text().prop_map(|text| Step::Instruct { text }),
        1 => (place(), place()).prop_map(|(place, attempt)| Step::Select { place, attempt }),
        2 => (place(), 0..FILES, prop_oneof![Just("WHOLE"), Just("SUMMARY"), Just("NONE"), Just("PAGES")])
            .prop_map(|(place, file, policy)| Step::Attach { place, file, policy }),
        1 => (place(), 0..FILES).prop_map(|(place, file)| Step::Detach { place, file }),
    ]
}

/// A project to which things happen; refusals are part of life.
pub(crate) struct Life<'a> {
    client: &'a Client,
    project: ProjectId,
    nodes: Vec<NodeId>,
    files: Vec<Value>,
}

impl<'a> Life<'a> {
    pub(crate) fn of(client: &'a Client, project: ProjectId) -> Self {
        Self {
            client,
            project,
            nodes: Vec::new(),
            files: Vec::new(),
        }
    }

    fn path(&self, below: &str) -> String {
        self.project.at(below)
    }

    fn node(&self, place: usize) -> Option<NodeId> {
        (!self.nodes.is_empty()).then(|| self.nodes[place % self.nodes.len()])
    }

    async fn edge(&self, place: usize) -> Option<String> {
        let edges = graph(self.client, self.project).await.edges;
        let edge = edges.get(place % edges.len().max(1))?;
        Some(self.path(&format!("edges/{}", edge.id)))
    }

    async fn patch(&self, place: usize, fields: Value) {
        let Some(node) = self.node(place) else { return };
        let path = self.path(&format!("nodes/{node}"));
        let if_match = [("if-match", "*")];
        let answer = self
            .client
            .send(reqwest::Method::PATCH, &path, &if_match, fields)
            .await;
        assert!(answer.status.as_u16() < 500, "{answer:?}");
    }

    pub(crate) async fn take(&mut self, step: &Step) {
        match step {
            Step::Create { parents } => self.create(parents).await,
            Step::Ask { place } => {
                let Some(node) = self.node(*place) else {
                    return;
                };
                let path = self.path(&format!("nodes/{node}/generate"));
                if self.client.post(&path, json!({})).await.status == 202 {
                    generated(self.client, self.project, node).await;
                }
            }
            Step::Write { place, text } => self.patch(*place, json!({"prompt": text})).await,
            Step::Correct { place, text } => self.patch(*place, json!({"response": text})).await,
            Step::Summarise { place, text } => self.patch(*place, json!({"summary": text})).await,
            Step::Pin { place, pinned } => self.patch(*place, json!({"pinned": pinned})).await,
            Step::Connect { from, to } => {
                if let (Some(from), Some(to)) = (self.node(*from), self.node(*to)) {
                    let body = json!({"sourceId": from, "targetId": to});
                    self.client.post(&self.path("edges"), body).await;
                }
            }
            Step::Weigh { edge, policy } => {
                if let Some(edge) = self.edge(*edge).await {
                    self.client.patch(&edge, json!({"policy": policy})).await;
                }
            }
            Step::Disconnect { edge } => {
                if let Some(edge) = self.edge(*edge).await {
                    self.client.delete(&edge).await;
                }
            }
            Step::Delete { place } => {
                let Some(node) = self.node(*place) else {
                    return;
                };
                self.client
                    .delete(&self.path(&format!("nodes/{node}")))
                    .await;
            }
            Step::Restore { place } => {
                let Some(node) = self.node(*place) else {
                    return;
                };
                let path = self.path(&format!("nodes/{node}/restore"));
                self.client.post(&path, Value::Null).await;
            }
            Step::Instruct { text } => {
                let path = self.project.path();
                self.client
                    .patch(&path, json!({"systemPrompt": text}))
                    .await
                    .ok();
            }
            Step::Select { place, attempt } => self.select(*place, *attempt).await,
            Step::Attach {
                place,
                file,
                policy,
            } => self.attach(*place, *file, policy).await,
            Step::Detach { place, file } => self.detach(*place, *file).await,
        }
    }

    async fn create(&mut self, parents: &[usize]) {
        let mut parents: Vec<_> = parents.iter().filter_map(|at| self.node(*at)).collect();
        parents.sort_unstable();
        parents.dedup();
        let prompt = format!("Question {}?", self.nodes.len());
        let body = json!({
            "prompt": prompt, "parentIds": parents, "position": {"x": 0, "y": 0},
        });
        let made = self.client.post(&self.path("nodes"), body).await;
        if made.status == 201 {
            self.nodes.push(parsed(&made.body["id"]));
        }
    }

    async fn detach(&self, place: usize, file: usize) {
        let (Some(node), Some(file)) = (self.node(place), self.files.get(file)) else {
            return;
        };
        let path = self.path(&format!("nodes/{node}/attachments/{}", text(file)));
        self.client.delete(&path).await;
    }

    async fn attach(&mut self, place: usize, file: usize, policy: &str) {
        if self.files.is_empty() {
            let files: [(&str, Vec<u8>); FILES] = [
                ("rain.txt", b"Rain falls.".to_vec()),
                ("sea.pdf", pdf(&["The sea is deep.", "It is cold."])),
                ("sea.png", pixel()),
            ];
            for (name, content) in files {
                let file = read_file(self.client, self.project, name, &content).await;
                self.files.push(file["id"].clone());
            }
        }
        let Some(node) = self.node(place) else { return };
        let mut body = json!({"mediaId": self.files[file], "policy": policy});
        if policy == "PAGES" {
            body["pages"] = json!("2");
        }
        let path = self.path(&format!("nodes/{node}/attachments"));
        let answer = self.client.post(&path, body).await;
        assert!(answer.status.as_u16() < 500, "{answer:?}");
    }

    async fn select(&self, place: usize, attempt: usize) {
        let Some(node) = self.node(place) else { return };
        let attempts = self
            .client
            .get(&self.path(&format!("nodes/{node}/generations")))
            .await;
        let Some(attempts) = attempts.body["items"]
            .as_array()
            .filter(|list| !list.is_empty())
        else {
            return;
        };
        let id = attempts[attempt % attempts.len()]["id"]
            .as_str()
            .expect("an id");
        let path = self.path(&format!("nodes/{node}/generations/{id}/select"));
        self.client.post(&path, Value::Null).await;
    }

    /// Compares every answer's fingerprint with what would be sent now.
    pub(crate) async fn check(&self) {
        for node in graph(self.client, self.project).await.nodes {
            let Some(attempt) = node.generation_id else {
                assert_ne!(node.status, NodeStatus::Stale, "{node:?}");
                continue;
            };
            let path = self.path(&format!("nodes/{}", node.id));
            let attempt = self
                .client
                .get(&format!("{path}/generations/{attempt}"))
                .await
                .ok();
            let preview = self.client.get(&format!("{path}/context")).await.ok();
            let is_fresh = attempt["fingerprint"] == preview["manifest"]["fingerprint"];
            let expected = if is_fresh {
                NodeStatus::Completed
            } else {
                NodeStatus::Stale
            };
            assert_eq!(node.status, expected, "{node:?}");
            assert_eq!(preview["answered"], is_fresh);
        }
    }
}

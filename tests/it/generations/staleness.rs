//! Staleness: exactly the answers whose context is another one now, in the event of the change.

use std::collections::BTreeMap;

use kernel::{NodeId, ProjectId, Role};
use proptest::{prelude::*, strategy::ValueTree, test_runner::TestRunner};
use protocol::{graph::GraphView, nodes::NodeStatus};
use serde_json::{Value, json};

use crate::kit::{Client, Listener, TestApp, generated, long, parsed};

/// Three nodes in a row, all answered by a model.
async fn row(client: &Client, project: ProjectId) -> [NodeId; 3] {
    let first = client.create_node(project, "First?").await;
    let second = client.create_node(project, "Second?").await;
    let third = client.create_node(project, "Third?").await;
    client.connect(project, first, second).await;
    client.connect(project, second, third).await;
    for node in [first, second, third] {
        client.answer(project, node).await;
    }
    [first, second, third]
}

async fn graph(client: &Client, project: ProjectId) -> GraphView {
    parsed(
        &client
            .get(&format!("/projects/{project}/graph"))
            .await
            .expect(200),
    )
}

async fn statuses<const N: usize>(
    client: &Client,
    project: ProjectId,
    nodes: [NodeId; N],
) -> [NodeStatus; N] {
    let graph = graph(client, project).await;
    let known: BTreeMap<_, _> = graph
        .nodes
        .iter()
        .map(|node| (node.id, node.status))
        .collect();
    nodes.map(|node| known[&node])
}

async fn patch(client: &Client, project: ProjectId, node: NodeId, fields: Value) {
    let path = format!("/projects/{project}/nodes/{node}");
    client
        .send(reqwest::Method::PATCH, &path, &[("if-match", "*")], fields)
        .await
        .ok();
}

#[tokio::test]
async fn a_changed_prompt_makes_it_and_all_below_stale_and_undone_they_are_as_before() {
    use NodeStatus::{Completed, Stale};
    let app = TestApp::start().await;
    let (project, owner, [viewer]) = app.project([Role::Viewer]).await;
    let nodes = row(&owner, project).await;
    let mut viewing = Listener::begin(&viewer, project).await;

    patch(&owner, project, nodes[1], json!({"prompt": "Another?"})).await;
    assert_eq!(
        statuses(&owner, project, nodes).await,
        [Completed, Stale, Stale]
    );
    let path = format!("/projects/{project}/events?after={}", viewing.copy.seq);
    let events = owner.get(&path).await.ok();
    let mut stale: Vec<NodeId> = parsed(&events["events"][0]["stale"]);
    stale.sort();
    assert_eq!(stale, nodes[1..]);

    patch(&owner, project, nodes[1], json!({"prompt": "Second?"})).await;
    assert_eq!(statuses(&owner, project, nodes).await, [Completed; 3]);

    let (seq, hash) = owner.state(project).await;
    viewing.follow_until(seq).await;
    assert_eq!(viewing.copy.hash(), hash);
}

#[tokio::test]
async fn an_edge_its_policy_a_pin_and_the_system_prompt_count_and_what_is_no_context_does_not() {
    use NodeStatus::{Completed, Stale};
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let nodes = row(&owner, project).await;
    let path = format!("/projects/{project}");
    let edge = &graph(&owner, project).await.edges[1];
    let edge = format!("{path}/edges/{}", edge.id);

    patch(
        &owner,
        project,
        nodes[0],
        json!({"position": {"x": 9, "y": 9}, "metadata": {"a": 1}}),
    )
    .await;
    assert_eq!(statuses(&owner, project, nodes).await, [Completed; 3]);

    owner.patch(&edge, json!({"policy": "SUMMARY"})).await.ok();
    assert_eq!(
        statuses(&owner, project, nodes).await,
        [Completed, Completed, Stale]
    );
    owner.patch(&edge, json!({"policy": "FULL"})).await.ok();
    assert_eq!(statuses(&owner, project, nodes).await, [Completed; 3]);

    owner.delete(&edge).await.ok();
    assert_eq!(
        statuses(&owner, project, nodes).await,
        [Completed, Completed, Stale]
    );
    owner.connect(project, nodes[1], nodes[2]).await;
    assert_eq!(statuses(&owner, project, nodes).await, [Completed; 3]);

    // There is room for everything, so a pin changes nothing that is sent.
    patch(&owner, project, nodes[0], json!({"pinned": true})).await;
    assert_eq!(statuses(&owner, project, nodes).await, [Completed; 3]);

    owner
        .patch(&path, json!({"systemPrompt": "Be brief."}))
        .await
        .ok();
    assert_eq!(statuses(&owner, project, nodes).await, [Stale; 3]);
    owner.patch(&path, json!({"systemPrompt": ""})).await.ok();
    assert_eq!(statuses(&owner, project, nodes).await, [Completed; 3]);

    owner
        .delete(&format!("{path}/nodes/{}", nodes[0]))
        .await
        .ok();
    assert_eq!(
        statuses(&owner, project, [nodes[1], nodes[2]]).await,
        [Stale; 2]
    );
    owner
        .post(&format!("{path}/nodes/{}/restore", nodes[0]), Value::Null)
        .await
        .ok();
    assert_eq!(statuses(&owner, project, nodes).await, [Completed; 3]);
}

#[tokio::test]
async fn an_answer_that_somebody_corrects_is_theirs_and_what_rests_on_it_is_stale() {
    use NodeStatus::{Completed, Stale};
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let nodes = row(&owner, project).await;

    patch(
        &owner,
        project,
        nodes[1],
        json!({"response": "I know better."}),
    )
    .await;
    assert_eq!(
        statuses(&owner, project, nodes).await,
        [Completed, Completed, Stale]
    );

    // It rests on nothing any more, so nothing makes it stale.
    patch(&owner, project, nodes[0], json!({"prompt": "Changed?"})).await;
    assert_eq!(
        statuses(&owner, project, nodes).await,
        [Stale, Completed, Stale]
    );
}

/// One thing that happens to a project.
#[derive(Clone, Debug)]
enum Step {
    Create { parents: Vec<usize> },
    Ask { place: usize },
    Write { place: usize, text: &'static str },
    Correct { place: usize, text: &'static str },
    Summarise { place: usize, text: &'static str },
    Pin { place: usize, pinned: bool },
    Connect { from: usize, to: usize },
    Weigh { edge: usize, policy: &'static str },
    Disconnect { edge: usize },
    Delete { place: usize },
    Restore { place: usize },
    Instruct { text: &'static str },
    Select { place: usize, attempt: usize },
}

fn step() -> impl Strategy<Value = Step> {
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
    ]
}

/// A project to which things happen; refusals are part of life.
struct Life<'a> {
    client: &'a Client,
    project: ProjectId,
    nodes: Vec<NodeId>,
}

impl Life<'_> {
    fn path(&self, below: &str) -> String {
        format!("/projects/{}/{below}", self.project)
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

    async fn take(&mut self, step: &Step) {
        match step {
            Step::Create { parents } => {
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
                let path = format!("/projects/{}", self.project);
                self.client
                    .patch(&path, json!({"systemPrompt": text}))
                    .await
                    .ok();
            }
            Step::Select { place, attempt } => self.select(*place, *attempt).await,
        }
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
    async fn check(&self) {
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

#[tokio::test]
async fn whatever_happens_an_answer_is_stale_exactly_if_its_fingerprint_is_another_now() {
    let app = TestApp::start().await;
    let (lives, steps) = if long() { (150, 40) } else { (4, 30) };
    let mut runner = TestRunner::deterministic();
    for life in 0..lives {
        let owner = app.register(&format!("owner{life}")).await;
        let project = owner.create_project("Life").await;
        let mut listener = Listener::begin(&owner, project).await;
        let steps = prop::collection::vec(step(), steps).new_tree(&mut runner);
        let steps = steps.expect("steps").current();
        let mut life = Life {
            client: &owner,
            project,
            nodes: Vec::new(),
        };
        for step in &steps {
            life.take(step).await;
            life.check().await;
        }
        let (seq, hash) = owner.state(project).await;
        listener.follow_until(seq).await;
        assert_eq!(listener.copy.hash(), hash, "after {steps:#?}");
    }
}

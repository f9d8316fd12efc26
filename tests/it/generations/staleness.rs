//! Staleness: exactly the answers whose context is another one now, in the event of the change.

use std::collections::BTreeMap;

use kernel::{NodeId, ProjectId, Role};
use proptest::{prelude::*, strategy::ValueTree, test_runner::TestRunner};
use protocol::nodes::NodeStatus;
use serde_json::{Value, json};

use super::{
    life::{Life, graph, step},
    with_models,
};
use crate::kit::{
    Beat, Client, Listener, Paths, Provider, Reply, TestApp, generated, long, parsed, text, until,
};

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
    let path = project.node(node);
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
    let path = project.events_after(viewing.copy.seq);
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
    let path = project.path();
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

#[tokio::test]
async fn half_an_answer_rests_on_what_was_sent_as_a_whole_one_does() {
    use NodeStatus::{Completed, Stale};
    let provider = Provider::start().await;
    provider.usually(Reply::Stream(vec![Beat::Text("So".to_owned()), Beat::Hang]));
    let app = with_models(&provider, &["one"], |_| {}).await;
    let (project, owner, []) = app.project([]).await;
    let mut listener = Listener::begin(&owner, project).await;
    let node = owner.create_node(project, "Why?").await;
    let path = project.node(node);
    let started = owner.generate(project, node, json!({})).await;
    let attempt = format!("{path}/generations/{}", text(&started["generation"]["id"]));
    until("its first words are kept", async || {
        owner.get(&attempt).await.expect(200)["text"] != ""
    })
    .await;
    let prompted = async |prompt: &str| {
        let fields = json!({"prompt": prompt, "whileGenerating": "CANCEL"});
        patch(&owner, project, node, fields).await;
        statuses(&owner, project, [node]).await
    };

    assert_eq!(prompted("Why not?").await, [Stale]);
    assert_eq!(prompted("Why?").await, [Completed]);
    let half = owner.get(&attempt).await.expect(200);
    assert_eq!(half["state"], "CANCELLED");
    assert_eq!(half["manifest"]["fingerprint"], half["fingerprint"]);

    // What takes its place, and makes way for it again, changes nothing about that.
    provider.usually(Reply::text("So it is."));
    owner.generate(project, node, json!({})).await;
    let whole = generated(&owner, project, node).await;
    assert_eq!(whole["response"], "So it is.");
    owner
        .post(
            &format!("{path}/generations/{}/select", text(&half["id"])),
            Value::Null,
        )
        .await
        .ok();
    assert_eq!(prompted("Why not?").await, [Stale]);
    assert_eq!(prompted("Why?").await, [Completed]);
    let (seq, hash) = owner.state(project).await;
    listener.follow_until(seq).await;
    assert_eq!(listener.copy.hash(), hash);
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
        let mut life = Life::of(&owner, project);
        for step in &steps {
            life.take(step).await;
            life.check().await;
        }
        let (seq, hash) = owner.state(project).await;
        listener.follow_until(seq).await;
        assert_eq!(listener.copy.hash(), hash, "after {steps:#?}");
    }
}

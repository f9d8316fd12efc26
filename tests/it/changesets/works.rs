//! Work in several commands, as tasks do it, is one change set.

use kernel::ProjectId;
use serde_json::{Value, json};
use server::Feature;

use super::{revert, set_of};
use crate::kit::{Answer, Client, Paths, TestApp, node_data, text};

fn with_proposer() -> Vec<Feature> {
    let mut features = server::features::all();
    features.push(proposer::feature());
    features
}

pub(super) async fn app() -> TestApp {
    TestApp::with_features(with_proposer).await
}

pub(super) async fn begin(client: &Client, project: ProjectId, mode: &str) -> String {
    let body = json!({"title": "Tidy up", "mode": mode});
    let begun = client.post(&project.at("pieces"), body).await.expect(201);
    text(&begun["id"]).to_owned()
}

pub(super) async fn work(
    client: &Client,
    project: ProjectId,
    (set, how): (&str, &str),
    op: &str,
    data: Value,
) -> Answer {
    let path = project.at(&format!("pieces/{set}/{how}"));
    client.post(&path, json!({"op": op, "data": data})).await
}

#[tokio::test]
async fn what_several_commands_did_goes_back_together() {
    let app = app().await;
    let (project, owner, []) = app.project([]).await;
    let old = owner.create_node(project, "old").await;
    let set = begin(&owner, project, "APPLY").await;
    let here = (set.as_str(), "edit");

    let made = work(&owner, project, here, "node.create", node_data("new"))
        .await
        .expect(200);
    let between = owner.create_node(project, "not of the set").await;
    let data = json!({"id": old, "prompt": "newer", "baseVersion": 1});
    work(&owner, project, here, "node.update", data)
        .await
        .expect(200);
    let data = json!({"id": old, "prompt": "newest", "baseVersion": 2});
    work(&owner, project, here, "node.update", data)
        .await
        .expect(200);
    // Nothing changes, so there is no event, and the next one is not the set's.
    let data = json!({"id": old, "prompt": "newest", "baseVersion": 3});
    work(&owner, project, here, "node.update", data)
        .await
        .expect(200);
    let after = owner.create_node(project, "not of the set, too").await;

    let whole = set_of(&owner, project, &set).await;
    assert_eq!(
        (&whole["title"], &whole["origin"]),
        (&json!("Tidy up"), &json!("TASK"))
    );
    assert_eq!(
        (&whole["itemCount"], whole["items"].as_array().map(Vec::len)),
        (&json!(3), Some(3))
    );
    let done = revert(&owner, project, &set, json!({})).await.expect(200);
    assert_eq!(done["items"], json!([1, 2, 3]));
    let node = owner.get(&project.node(old)).await.expect(200);
    assert_eq!(node["prompt"], "old");
    owner
        .get(&project.node(text(&made["id"])))
        .await
        .problem(404, "not_found");
    for stays in [between, after] {
        owner.get(&project.node(stays)).await.expect(200);
    }
    work(&owner, project, here, "node.create", node_data("late"))
        .await
        .problem(409, "conflict");
}

#[tokio::test]
async fn what_a_batch_found_as_it_should_be_is_no_item() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let a = owner.create_node(project, "a").await;
    let b = owner.create_node(project, "b").await;
    let edge = owner.connect(project, a, b).await;
    let ops = json!([
        {"op": "edge.create", "data": {"sourceId": a, "targetId": b}},
        {"op": "node.restore", "data": {"id": b}},
        {"op": "node.create", "data": node_data("c")},
    ]);

    let set = super::batch(&owner, project, ops).await;

    let whole = set_of(&owner, project, &set).await;
    assert_eq!(whole["items"].as_array().map(Vec::len), Some(1));
    let done = revert(&owner, project, &set, json!({})).await.expect(200);
    assert_eq!((&done["items"], &done["left"]), (&json!([1]), &json!([])));
    owner.get(&project.edge(edge)).await.expect(200);
    owner.get(&project.node(b)).await.expect(200);
}

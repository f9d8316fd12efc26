//! Edges: made once, weighed, taken away, and never against the order of the graph.

use kernel::{NodeId, Role};
use serde_json::{Value, json};

use crate::kit::{Paths, TestApp, parsed};

#[tokio::test]
async fn connecting_what_is_connected_gives_the_edge_that_exists() {
    let app = TestApp::start().await;
    let (project, owner, [editor]) = app.project([Role::Editor]).await;
    let a = owner.create_node(project, "a").await;
    let b = owner.create_node(project, "b").await;
    let path = project.edges();
    let first = json!({"sourceId": a, "targetId": b, "policy": "SUMMARY"});
    let made = owner.post(&path, first).await.expect(201);
    let events = project.events();
    let before = owner.get(&events).await.expect(200);

    let again = json!({"sourceId": a, "targetId": b, "policy": "FULL"});
    let existing = editor.post(&path, again).await.expect(200);

    assert_eq!(existing, made);
    assert_eq!(existing["policy"], "SUMMARY");
    assert_eq!(owner.get(&events).await.expect(200), before);
}

#[tokio::test]
async fn an_edge_that_closes_a_longer_cycle_is_refused_with_the_way_back() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let mut chain = vec![owner.create_node(project, "first").await];
    for number in 1..5 {
        let next = owner.create_node(project, &format!("{number}")).await;
        owner.connect(project, chain[number - 1], next).await;
        chain.push(next);
    }

    let body = json!({"sourceId": chain[4], "targetId": chain[0]});
    let refused = owner.post(&project.edges(), body).await;

    let path: Vec<NodeId> = parsed(&refused.problem(409, "cycle")["path"]);
    assert_eq!(path, chain);
}

#[tokio::test]
async fn a_policy_is_changed_at_the_version_that_was_seen() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let a = owner.create_node(project, "a").await;
    let b = owner.create_node(project, "b").await;
    let edge = owner.connect(project, a, b).await;
    let path = project.edge(edge);

    let changed = owner.patch_at(1, &path, json!({"policy": "EXCLUDE"})).await;
    assert_eq!(changed.header("etag"), "\"2\"");
    assert_eq!(changed.expect(200)["policy"], "EXCLUDE");
    let stale = owner.patch_at(1, &path, json!({"policy": "FULL"})).await;
    stale.problem(412, "version_mismatch");
    let same = owner.patch(&path, json!({"policy": "EXCLUDE"})).await;

    assert_eq!(same.expect(200)["version"], 2);
    let unknown = owner.patch(&path, json!({"policy": "SOME"})).await;
    unknown.problem(422, "invalid");
    assert_eq!(owner.get(&path).await.expect(200)["policy"], "EXCLUDE");
}

#[tokio::test]
async fn an_edge_that_was_taken_away_makes_room_for_its_opposite() {
    let app = TestApp::start().await;
    let (project, owner, [viewer]) = app.project([Role::Viewer]).await;
    let a = owner.create_node(project, "a").await;
    let b = owner.create_node(project, "b").await;
    let edge = owner.connect(project, a, b).await;
    let path = project.edge(edge);

    viewer.delete(&path).await.problem(403, "forbidden");
    owner.delete(&path).await.expect(204);

    owner.get(&path).await.problem(404, "not_found");
    owner.delete(&path).await.problem(404, "not_found");
    owner.connect(project, b, a).await;
}

#[tokio::test]
async fn edges_are_listed_page_by_page_each_once() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let root = owner.create_node(project, "root").await;
    for number in 0..9 {
        let leaf = owner.create_node(project, &format!("{number}")).await;
        owner.connect(project, root, leaf).await;
    }
    let path = project.edges();

    let whole: Vec<Value> = owner.all(&path, 200).await;

    assert_eq!(owner.all(&path, 2).await, whole);
    assert_eq!(whole.len(), 9);
}

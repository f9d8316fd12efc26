//! Change sets: what belongs together is taken back together, as far as it still stands.

mod left;
mod proposals;
mod works;

use kernel::{NodeId, ProjectId, Role};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::kit::{Answer, Client, Listener, Paths, TestApp, text};

/// Carries several operations out, and says which change set they became.
async fn batch(client: &Client, project: ProjectId, ops: Value) -> String {
    let answer = client.post(&project.ops(), json!({"ops": ops})).await;
    answer.expect(200);
    newest(client, project).await
}

async fn newest(client: &Client, project: ProjectId) -> String {
    let sets = client.all(&project.changesets(), 50).await;
    text(&sets.first().expect("a change set")["id"]).to_owned()
}

async fn revert(client: &Client, project: ProjectId, set: &str, body: Value) -> Answer {
    client.post(&project.changeset(set, "revert"), body).await
}

async fn set_of(client: &Client, project: ProjectId, set: &str) -> Value {
    client
        .get(&project.at(&format!("changesets/{set}")))
        .await
        .expect(200)
}

fn create(id: Uuid, prompt: &str, parents: &[Uuid]) -> Value {
    let data = json!({"prompt": prompt, "position": {"x": 0, "y": 0}, "parentIds": parents});
    json!({"id": id, "op": "node.create", "data": data})
}

fn connect(id: Uuid, from: impl serde::Serialize, to: impl serde::Serialize) -> Value {
    json!({"id": id, "op": "edge.create", "data": {"sourceId": from, "targetId": to}})
}

/// What people see of a project: without versions, times and the ids of edges.
async fn seen(client: &Client, project: ProjectId) -> Value {
    let graph = client.get(&project.graph()).await.expect(200);
    let strip = |list: &Value, unseen: &[&str]| {
        let mut items = list.as_array().expect("a list").clone();
        for item in &mut items {
            let fields = item.as_object_mut().expect("an object");
            fields.retain(|name, _| !unseen.contains(&name.as_str()));
        }
        items.sort_by_key(Value::to_string);
        items
    };
    json!({
        "nodes": strip(&graph["nodes"], &["version", "updatedAt"]),
        "edges": strip(&graph["edges"], &["id", "version", "createdAt"]),
    })
}

fn reasons(done: &Value) -> Vec<(i64, &str)> {
    let left = done["left"].as_array().expect("a list").iter();
    left.map(|left| {
        (
            left["item"].as_i64().expect("a number"),
            text(&left["reason"]),
        )
    })
    .collect()
}

#[tokio::test]
async fn a_batch_is_a_change_set_with_what_it_did() {
    let app = TestApp::start().await;
    let (project, owner, [editor]) = app.project([Role::Editor]).await;
    let (a, b) = (Uuid::now_v7(), Uuid::now_v7());

    let set = batch(
        &editor,
        project,
        json!([create(a, "a", &[]), create(b, "b", &[a])]),
    )
    .await;

    let set = set_of(&owner, project, &set).await;
    assert_eq!(
        (&set["origin"], &set["mode"], &set["state"]),
        (&json!("BATCH"), &json!("APPLY"), &json!("APPLIED"))
    );
    assert_eq!(set["actor"]["id"], json!(editor.user_id()));
    assert_eq!(set["itemCount"], 2);
    let items = set["items"].as_array().expect("items");
    assert_eq!(items.len(), 2);
    assert_eq!(items[1]["number"], 2);
    assert_eq!(items[1]["op"], "node.create");
    assert_eq!(items[1]["data"]["prompt"], "b");
    assert_eq!(items[1]["state"], "APPLIED");
    let events = owner.get(&project.events_after(0)).await.expect(200);
    let last = events["events"].as_array().and_then(|events| events.last());
    let last = last.expect("an event");
    assert_eq!(last["seq"], items[1]["seq"]);
    assert_eq!(last["data"]["ops"][2]["op"], "changeset.open");
    assert_eq!(last["data"]["ops"][2]["data"]["id"], set["id"]);
}

#[tokio::test]
async fn one_operation_alone_is_none() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;

    owner.create_node(project, "a").await;
    let one = json!({"ops": [create(Uuid::now_v7(), "b", &[])]});
    owner.post(&project.ops(), one).await.expect(200);
    let rename = json!({"op": "project.update", "data": {"name": "Other"}});
    let twice = json!({"ops": [rename, {"op": "project.update", "data": {"name": "Again"}}]});
    owner.post(&project.ops(), twice).await.expect(200);

    assert!(owner.all(&project.changesets(), 50).await.is_empty());
}

#[tokio::test]
async fn a_batch_is_taken_back_whole_and_the_state_is_the_one_before() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let root = owner.create_node(project, "root").await;
    let (_, hash) = owner.state(project).await;
    let mut listener = Listener::begin(&owner, project).await;
    let (a, b, c) = (Uuid::now_v7(), Uuid::now_v7(), Uuid::now_v7());
    let ops = json!([
        create(a, "a", &[]),
        create(b, "b", &[a]),
        create(c, "c", &[]),
        connect(Uuid::now_v7(), root, b),
        connect(Uuid::now_v7(), b, c),
        {"op": "node.update", "data": {"id": c, "prompt": "c!", "baseVersion": 1}},
    ]);
    let set = batch(&owner, project, ops).await;

    let done = revert(&owner, project, &set, json!({})).await.expect(200);

    assert_eq!(done["items"], json!([1, 2, 3, 4, 5, 6]));
    assert_eq!(
        (&done["left"], &done["state"]),
        (&json!([]), &json!("REVERTED"))
    );
    let (seq, now) = owner.state(project).await;
    assert_eq!(now, hash);
    listener.follow_until(seq).await;
    assert_eq!(listener.copy.hash(), hash);
    let set = set_of(&owner, project, &set).await;
    assert_eq!(
        (&set["state"], &set["items"][0]["state"]),
        (&json!("REVERTED"), &json!("REVERTED"))
    );
}

/// A project in which there is something to change: two nodes that are connected, and one in the trash.
async fn furnished(owner: &Client, project: ProjectId) -> (NodeId, NodeId, NodeId, String) {
    let a = owner.create_node(project, "a").await;
    let b = owner.create_node(project, "b").await;
    let edge = owner.connect(project, a, b).await.to_string();
    let gone = owner.create_node(project, "gone").await;
    owner.connect(project, a, gone).await;
    owner.delete(&project.node(gone)).await.expect(204);
    (a, b, gone, edge)
}

fn every_kind(a: NodeId, b: NodeId, gone: NodeId, edge: &str) -> Value {
    json!([
        {"op": "node.update", "data": {
            "id": a, "prompt": "a, but longer", "response": "answered", "pinned": true,
            "metadata": {"tag": 1}, "baseVersion": 1}},
        {"op": "node.move", "data": {"positions": [{"id": a, "x": 5, "y": 6}, {"id": b, "x": 7, "y": 8}]}},
        {"op": "edge.update", "data": {"id": edge, "policy": "EXCLUDE"}},
        {"op": "edge.delete", "data": {"id": edge}},
        {"op": "node.restore", "data": {"id": gone}},
        {"op": "node.delete", "data": {"id": b}},
        create(Uuid::now_v7(), "new", &[a.uuid()]),
    ])
}

#[tokio::test]
async fn every_kind_of_edit_goes_back() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let (a, b, gone, edge) = furnished(&owner, project).await;
    let before = seen(&owner, project).await;
    let mut listener = Listener::begin(&owner, project).await;
    let set = batch(&owner, project, every_kind(a, b, gone, &edge)).await;
    assert_ne!(seen(&owner, project).await, before);

    let done = revert(&owner, project, &set, json!({})).await.expect(200);

    assert_eq!(done["left"], json!([]));
    assert_eq!(seen(&owner, project).await, before);
    let (seq, hash) = owner.state(project).await;
    listener.follow_until(seq).await;
    assert_eq!(listener.copy.hash(), hash);
}

#[tokio::test]
async fn what_was_taken_back_can_be_had_again() {
    let app = TestApp::start().await;
    let (project, owner, [editor]) = app.project([Role::Editor]).await;
    let (a, b, gone, edge) = furnished(&owner, project).await;
    let before = seen(&owner, project).await;
    let set = batch(&owner, project, every_kind(a, b, gone, &edge)).await;
    let after = seen(&owner, project).await;

    let done = revert(&editor, project, &set, json!({})).await.expect(200);
    let back = text(&done["by"]).to_owned();
    let undone = set_of(&owner, project, &back).await;
    let again = revert(&owner, project, &back, json!({})).await.expect(200);

    assert_eq!(undone["revertsId"], json!(set));
    assert_eq!(undone["actor"]["id"], json!(editor.user_id()));
    assert_eq!(again["left"], json!([]));
    assert_eq!(seen(&owner, project).await, after);
    let third = text(&again["by"]).to_owned();
    revert(&owner, project, &third, json!({})).await.expect(200);
    assert_eq!(seen(&owner, project).await, before);
    revert(&owner, project, &set, json!({}))
        .await
        .problem(409, "conflict");
}

#[tokio::test]
async fn t4_a_resend_takes_nothing_back_twice() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let ops = json!([
        create(Uuid::now_v7(), "a", &[]),
        create(Uuid::now_v7(), "b", &[])
    ]);
    let set = batch(&owner, project, ops).await;
    let path = project.changeset(&set, "revert");
    let headers = [("idempotency-key", "take back")];

    let first = owner
        .send(Method::POST, &path, &headers, json!({}))
        .await
        .expect(200);
    let second = owner
        .send(Method::POST, &path, &headers, json!({}))
        .await
        .expect(200);

    assert_eq!(first, second);
    assert_eq!(owner.all(&project.changesets(), 1).await.len(), 2);
}

#[tokio::test]
async fn members_read_change_sets_and_editors_decide_about_them() {
    let app = TestApp::start().await;
    let (project, owner, [viewer]) = app.project([Role::Viewer]).await;
    let stranger = app.register("stranger").await;
    owner
        .patch(&project.path(), json!({"isPublic": true}))
        .await
        .ok();
    let ops = json!([
        create(Uuid::now_v7(), "a", &[]),
        create(Uuid::now_v7(), "b", &[])
    ]);
    let set = batch(&owner, project, ops).await;

    assert_eq!(set_of(&viewer, project, &set).await["itemCount"], 2);
    revert(&viewer, project, &set, json!({}))
        .await
        .problem(403, "forbidden");
    stranger
        .get(&project.changesets())
        .await
        .problem(404, "not_found");
    revert(&stranger, project, &set, json!({}))
        .await
        .problem(403, "forbidden");
    let events = stranger.get(&project.events_after(0)).await.expect(200);
    assert!(!events.to_string().contains(&set), "{events}");
}

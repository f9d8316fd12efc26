//! Nodes: made with their parents, written by compare and set, thrown away and brought back.

use kernel::{EdgeId, NodeId, ProjectId, Role};
use reqwest::Method;
use serde_json::{Value, json};

use crate::kit::{Client, Paths, TestApp, parsed, text};

async fn make(client: &Client, project: ProjectId, body: Value) -> Value {
    let answer = client.post(&project.nodes(), body).await;
    answer.expect(201)
}

fn at(x: i32) -> Value {
    json!({"x": x, "y": 0})
}

async fn move_to(client: &Client, project: ProjectId, positions: Value) -> crate::kit::Answer {
    let op = json!({"op": "node.move", "data": {"positions": positions}});
    client.post(&project.ops(), json!({"ops": [op]})).await
}

async fn head(client: &Client, project: ProjectId) -> i64 {
    let events = client.get(&project.events()).await;
    parsed(&events.expect(200)["head"])
}

#[tokio::test]
async fn a_node_comes_with_the_edges_from_its_parents_in_one_change() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let one = owner.create_node(project, "one").await;
    let two = owner.create_node(project, "two").await;
    let before = head(&owner, project).await;

    let body = json!({
        "prompt": "three", "position": {"x": 1.5, "y": -2}, "parentIds": [two, one],
        "metadata": {"color": "red"},
    });
    let node = make(&owner, project, body).await;

    assert_eq!(head(&owner, project).await, before + 1);
    assert_eq!(node["status"], "IDLE");
    assert_eq!(node["version"], 1);
    assert_eq!(node["metadata"], json!({"color": "red"}));
    let edges = node["edges"].as_array().expect("it has edges");
    let sources: Vec<NodeId> = edges.iter().map(|edge| parsed(&edge["sourceId"])).collect();
    assert_eq!(sources, [two, one]);
    assert!(edges.iter().all(|edge| edge["targetId"] == node["id"]));
    assert!(edges.iter().all(|edge| edge["policy"] == "FULL"));
    let listed = owner.all(&project.edges(), 50).await;
    assert_eq!(listed.len(), 2);
}

#[tokio::test]
async fn a_node_with_a_parent_that_is_not_there_is_not_made() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let parent = owner.create_node(project, "parent").await;
    let elsewhere = owner.create_project("Another").await;
    let foreign = owner.create_node(elsewhere, "foreign").await;
    let before = head(&owner, project).await;
    let path = project.nodes();
    let body = |parents: Value| json!({"prompt": "?", "position": at(0), "parentIds": parents});

    for stranger in [foreign, NodeId::generate()] {
        let refused = owner.post(&path, body(json!([parent, stranger]))).await;
        refused.problem(404, "not_found");
    }
    let twice = owner.post(&path, body(json!([parent, parent]))).await;
    let twice = twice.problem(422, "invalid");
    assert_eq!(twice["errors"][0]["pointer"], "/parentIds/1");
    let many: Vec<NodeId> = (0..101).map(|_| NodeId::generate()).collect();
    owner
        .post(&path, body(json!(many)))
        .await
        .problem(422, "invalid");

    assert_eq!(head(&owner, project).await, before);
}

#[tokio::test]
async fn a_node_that_is_made_with_its_answer_is_completed() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;

    let body = json!({
        "prompt": "?", "position": at(0), "response": "**Yes.**", "summary": "yes",
    });
    let node = make(&owner, project, body).await;

    assert_eq!(node["status"], "COMPLETED");
    let path = project.node(text(&node["id"]));
    let emptied = owner.patch_at(1, &path, json!({"response": null})).await;
    let emptied = emptied.expect(200);
    assert_eq!(
        (&emptied["status"], &emptied["summary"]),
        (&json!("IDLE"), &json!("yes"))
    );
}

#[tokio::test]
async fn text_is_changed_by_whoever_read_what_it_was_and_nobody_else() {
    let app = TestApp::start().await;
    let (project, owner, [editor]) = app.project([Role::Editor]).await;
    let node = owner.create_node(project, "first").await;
    let path = project.node(node);

    for text in ["prompt", "response", "summary"] {
        let unsaid = owner.patch(&path, json!({text: "second"})).await;
        unsaid.problem(428, "precondition_required");
    }
    let changed = owner.patch_at(1, &path, json!({"prompt": "second"})).await;
    assert_eq!(changed.header("etag"), "\"2\"");
    let stale = editor.patch_at(1, &path, json!({"prompt": "third"})).await;
    stale.problem(412, "version_mismatch");
    let headers = [("if-match", "*")];
    let whatever = json!({"prompt": "fourth"});
    let forced = editor.send(Method::PATCH, &path, &headers, whatever).await;

    assert_eq!(forced.expect(200)["prompt"], "fourth");
    // Where a node stands is the last one's to say.
    owner
        .patch(&path, json!({"position": at(7)}))
        .await
        .expect(200);
    assert_eq!(owner.get(&path).await.expect(200)["version"], 4);
}

#[tokio::test]
async fn moving_a_node_does_not_disturb_whoever_writes_in_it() {
    let app = TestApp::start().await;
    let (project, owner, [editor]) = app.project([Role::Editor]).await;
    let node = owner.create_node(project, "first").await;
    let path = project.ops();
    let write = |base: Option<i64>, prompt: &str| {
        let data = json!({"id": node, "baseVersion": base, "prompt": prompt});
        json!({"ops": [{"op": "node.update", "data": data}]})
    };

    move_to(&editor, project, json!([{"id": node, "x": 5, "y": 5}]))
        .await
        .expect(200);
    owner
        .post(&path, write(Some(1), "second"))
        .await
        .expect(200);

    let stale = owner.post(&path, write(Some(2), "third")).await;
    stale.problem(412, "version_mismatch");
    let future = owner.post(&path, write(Some(9), "third")).await;
    future.problem(412, "version_mismatch");
    let unsaid = owner.post(&path, write(None, "third")).await;
    unsaid.problem(428, "precondition_required");
    owner.post(&path, write(Some(3), "third")).await.expect(200);
}

#[tokio::test]
async fn a_change_of_nothing_is_no_change() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let node = owner.create_node(project, "same").await;
    let path = project.node(node);
    let before = head(&owner, project).await;

    owner.patch(&path, json!({})).await.expect(200);
    let same = json!({"prompt": "same", "position": at(0), "metadata": null});
    let unchanged = owner.patch_at(1, &path, same).await.expect(200);

    assert_eq!(unchanged["version"], 1);
    assert_eq!(head(&owner, project).await, before);
}

#[tokio::test]
async fn many_nodes_are_moved_at_once_or_not_at_all() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let mut nodes = Vec::new();
    for number in 0..5 {
        nodes.push(owner.create_node(project, &format!("{number}")).await);
    }
    let before = head(&owner, project).await;
    let to = |x: i32| json!({"id": nodes[usize::try_from(x).expect("small")], "x": x, "y": -x});

    let unknown = json!([to(1), {"id": NodeId::generate(), "x": 0, "y": 0}]);
    move_to(&owner, project, unknown)
        .await
        .problem(404, "not_found");
    move_to(&owner, project, json!([to(1), to(1)]))
        .await
        .problem(422, "invalid");
    assert_eq!(head(&owner, project).await, before);
    let moved = move_to(&owner, project, json!([to(4), to(1), to(2)]))
        .await
        .expect(200);

    assert_eq!(moved["seq"], before + 1);
    let versions = moved["results"][0]["positions"].as_array().expect("a list");
    assert!(versions.iter().all(|moved| moved["version"] == 2));
    let graph = owner.get(&project.graph()).await.expect(200);
    let places: Vec<f64> = parsed::<Vec<Value>>(&graph["nodes"])
        .iter()
        .map(|node| parsed(&node["position"]["x"]))
        .collect();
    assert_eq!(places, [0.0, 1.0, 2.0, 0.0, 4.0]);
}

#[tokio::test]
async fn a_deleted_node_takes_its_edges_along_and_brings_them_back() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let [a, b, c] = ["a", "b", "c"].map(|name| owner.create_node(project, name));
    let (a, b, c) = (a.await, b.await, c.await);
    let above = owner.connect(project, a, b).await;
    let below = owner.connect(project, b, c).await;
    let beside = owner.connect(project, a, c).await;
    let path = project.node(b);

    owner.delete(&path).await.expect(204);

    owner.get(&path).await.problem(404, "not_found");
    let edges = edge_ids(&owner, project).await;
    assert_eq!(edges, [beside]);
    let edge = project.edge(above);
    owner.get(&edge).await.problem(404, "not_found");
    owner.delete(&edge).await.problem(404, "not_found");
    owner.delete(&path).await.problem(404, "not_found");
    let trash = owner.all(&project.at("nodes?trashed=true"), 50).await;
    assert_eq!(trash[0]["id"], json!(b));
    assert!(trash[0]["deletedAt"].is_string());
    let restored = owner
        .post(&format!("{path}/restore"), Value::Null)
        .await
        .expect(200);
    assert_eq!(restored["version"], 3);
    assert_eq!(restored["deletedAt"], Value::Null);
    assert_eq!(restored["edges"].as_array().map(Vec::len), Some(2));
    assert_eq!(edge_ids(&owner, project).await, [above, below, beside]);
}

async fn edge_ids(client: &Client, project: ProjectId) -> Vec<EdgeId> {
    let edges = client.all(&project.edges(), 50).await;
    edges.iter().map(|edge| parsed(&edge["id"])).collect()
}

#[tokio::test]
async fn an_edge_between_two_deleted_nodes_comes_back_with_the_second_of_them() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let a = owner.create_node(project, "a").await;
    let b = owner.create_node(project, "b").await;
    let edge = owner.connect(project, a, b).await;
    let node = |id| project.node(id);
    owner.delete(&node(a)).await.expect(204);
    owner.delete(&node(b)).await.expect(204);

    owner
        .post(&format!("{}/restore", node(b)), Value::Null)
        .await
        .expect(200);
    assert_eq!(edge_ids(&owner, project).await, []);
    owner
        .post(&format!("{}/restore", node(a)), Value::Null)
        .await
        .expect(200);

    assert_eq!(edge_ids(&owner, project).await, [edge]);
}

#[tokio::test]
async fn a_node_whose_return_would_close_a_cycle_stays_away() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let a = owner.create_node(project, "a").await;
    let b = owner.create_node(project, "b").await;
    let c = owner.create_node(project, "c").await;
    owner.connect(project, a, b).await;
    owner.connect(project, b, c).await;
    let path = project.node(b);
    owner.delete(&path).await.expect(204);
    let back = owner.connect(project, c, a).await;

    let restore = format!("{path}/restore");
    let refused = owner
        .post(&restore, Value::Null)
        .await
        .problem(409, "cycle");

    let mut path: Vec<NodeId> = parsed(&refused["path"]);
    path.sort_unstable();
    assert_eq!(path, [a, b, c]);
    owner.delete(&project.edge(back)).await.expect(204);
    owner.post(&restore, Value::Null).await.expect(200);
}

#[tokio::test]
async fn restoring_what_lives_changes_nothing() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let node = owner.create_node(project, "alive").await;
    let before = head(&owner, project).await;

    let path = format!("{}/restore", project.node(node));
    let same = owner.post(&path, Value::Null).await.expect(200);

    assert_eq!(same["version"], 1);
    assert_eq!(head(&owner, project).await, before);
}

#[tokio::test]
async fn nodes_are_listed_page_by_page_each_once_and_by_status() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    for number in 0..11 {
        let response = (number % 3 == 0).then_some("yes");
        let body = json!({"prompt": "?", "position": at(number), "response": response});
        make(&owner, project, body).await;
    }
    let path = project.nodes();

    let whole = owner.all(&path, 200).await;
    let paged = owner.all(&path, 4).await;
    let completed = owner.all(&format!("{path}?status=COMPLETED"), 2).await;

    assert_eq!(paged, whole);
    assert_eq!(whole.len(), 11);
    assert_eq!(completed.len(), 4);
}

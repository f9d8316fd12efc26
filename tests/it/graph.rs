//! The whole project at one moment, and who comes before and after a node.

mod shared;

use std::collections::{BTreeMap, HashMap};

use kernel::{NodeId, ProjectId, Role};
use reqwest::Method;
use serde_json::{Value, json};

use crate::kit::{Client, Paths, TestApp, generated, long, parsed};

#[tokio::test]
async fn the_snapshot_holds_everything_that_lives() {
    let app = TestApp::start().await;
    let (project, owner, [viewer]) = app.project([Role::Viewer]).await;
    let a = owner.create_node(project, "a").await;
    let b = owner.create_node(project, "b").await;
    let gone = owner.create_node(project, "gone").await;
    let edge = owner.connect(project, a, b).await;
    owner.connect(project, b, gone).await;
    let path = project.path();
    owner
        .delete(&format!("{path}/nodes/{gone}"))
        .await
        .expect(204);

    let graph = viewer.get(&format!("{path}/graph")).await.expect(200);

    let ids = |list: &str| -> Vec<String> {
        let items: Vec<Value> = parsed(&graph[list]);
        items.iter().map(|item| parsed(&item["id"])).collect()
    };
    assert_eq!(ids("nodes"), [a.to_string(), b.to_string()]);
    assert_eq!(ids("edges"), [edge.to_string()]);
    assert_eq!(graph["project"], viewer.get(&path).await.expect(200));
    assert_eq!(graph["members"].as_array().map(Vec::len), Some(2));
    let events = viewer.get(&format!("{path}/events")).await.expect(200);
    assert_eq!(
        (&graph["seq"], &graph["epoch"]),
        (&events["head"], &events["epoch"])
    );
}

/// Nodes of a snapshot by what tells them apart from their earlier selves.
fn seen(nodes: &[Value]) -> BTreeMap<String, i64> {
    let one = |node: &Value| (parsed(&node["id"]), parsed(&node["version"]));
    nodes.iter().map(one).collect()
}

/// What the events up to `seq` leave.
fn fold(events: &[Value], seq: i64) -> BTreeMap<String, i64> {
    let mut nodes = BTreeMap::new();
    for event in events
        .iter()
        .filter(|event| parsed::<i64>(&event["seq"]) <= seq)
    {
        let data = &event["data"];
        match event["op"].as_str().expect("a word") {
            "node.create" | "node.update" => {
                nodes.insert(parsed(&data["id"]), parsed(&data["version"]));
            }
            "node.delete" => {
                nodes.remove(&parsed::<String>(&data["id"]));
            }
            _ => {}
        }
    }
    nodes
}

#[tokio::test]
async fn a_snapshot_taken_while_others_write_is_the_log_up_to_its_number() {
    let app = TestApp::start().await;
    let (project, owner, [editor, reader]) = app.project([Role::Editor, Role::Viewer]).await;
    let turns = if long() { 100 } else { 20 };
    let writers = [owner.clone(), editor.clone(), owner.clone(), editor];
    let writing: Vec<_> = writers
        .into_iter()
        .map(|writer| tokio::spawn(write(writer, project, turns)))
        .collect();
    let path = project.path();

    let mut snapshots = Vec::new();
    while !writing.iter().all(|writer| writer.is_finished()) {
        let graph = reader.get(&format!("{path}/graph")).await.expect(200);
        snapshots.push((
            parsed::<i64>(&graph["seq"]),
            parsed::<Vec<Value>>(&graph["nodes"]),
        ));
    }
    for writer in writing {
        writer.await.expect("a writer ends well");
    }

    let events = owner
        .get(&format!("{path}/events?limit=1000"))
        .await
        .expect(200);
    let events: Vec<Value> = parsed(&events["events"]);
    assert!(snapshots.is_sorted_by_key(|(seq, _)| *seq));
    for (seq, nodes) in &snapshots {
        assert_eq!(seen(nodes), fold(&events, *seq), "at {seq}");
    }
    println!(
        "graph: {} snapshots among {} events",
        snapshots.len(),
        events.len()
    );
}

async fn write(client: Client, project: ProjectId, turns: usize) {
    for turn in 0..turns {
        let node = client.create_node(project, "?").await;
        let path = project.node(node);
        let body = json!({"metadata": {"turn": turn}});
        client.patch(&path, body).await.expect(200);
        if turn % 2 == 0 {
            client.delete(&path).await.expect(204);
        }
    }
}

/// Two diamonds, one below the other, with a shortcut: a → b, c → d → e, f → g, and a → g.
async fn diamonds(owner: &Client, project: ProjectId) -> HashMap<&'static str, NodeId> {
    let mut nodes = HashMap::new();
    for name in ["g", "f", "e", "d", "c", "b", "a"] {
        nodes.insert(name, owner.create_node(project, name).await);
    }
    for edge in ["ab", "ac", "bd", "cd", "de", "df", "eg", "fg", "ag"] {
        let (from, to) = edge.split_at(1);
        owner.connect(project, nodes[from], nodes[to]).await;
    }
    nodes
}

async fn related(client: &Client, project: ProjectId, node: NodeId, word: &str) -> Value {
    let path = format!("{}/{word}", project.node(node));
    client.get(&path).await.expect(200)
}

/// The names of those found, with their distances.
fn named(found: &Value, nodes: &HashMap<&'static str, NodeId>) -> Vec<(&'static str, usize)> {
    let name = |id: NodeId| nodes.iter().find(|(_, node)| **node == id);
    parsed::<Vec<Value>>(&found["items"])
        .iter()
        .map(|item| {
            let (name, _) = name(parsed(&item["id"])).expect("a known node");
            (*name, parsed(&item["distance"]))
        })
        .collect()
}

fn order(found: &[(&'static str, usize)], name: &str) -> usize {
    let place = found.iter().position(|(found, _)| *found == name);
    place.expect("it is found")
}

#[tokio::test]
async fn ancestors_come_sources_first_with_the_shortest_distance() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let nodes = diamonds(&owner, project).await;

    let found = related(&owner, project, nodes["g"], "ancestors").await;

    let found = named(&found, &nodes);
    let mut distances = found.clone();
    distances.sort_unstable();
    let expected = [("a", 1), ("b", 3), ("c", 3), ("d", 2), ("e", 1), ("f", 1)];
    assert_eq!(distances, expected);
    for (source, target) in [
        ("a", "b"),
        ("a", "c"),
        ("b", "d"),
        ("c", "d"),
        ("d", "e"),
        ("d", "f"),
    ] {
        assert!(order(&found, source) < order(&found, target), "{found:?}");
    }
    let none = related(&owner, project, nodes["a"], "ancestors").await;
    assert_eq!(none["items"], json!([]));
}

#[tokio::test]
async fn descendants_come_sources_first_with_the_shortest_distance() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let nodes = diamonds(&owner, project).await;

    let found = related(&owner, project, nodes["a"], "descendants").await;

    let found = named(&found, &nodes);
    let mut distances = found.clone();
    distances.sort_unstable();
    let expected = [("b", 1), ("c", 1), ("d", 2), ("e", 3), ("f", 3), ("g", 1)];
    assert_eq!(distances, expected);
    assert_eq!(order(&found, "g"), 5);
    assert!(order(&found, "d") < order(&found, "e"), "{found:?}");
}

#[tokio::test]
async fn the_order_of_relatives_is_the_same_on_every_instance_and_after_a_restart() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let nodes = diamonds(&owner, project).await;
    let before = related(&owner, project, nodes["g"], "ancestors").await;

    let app = app.restart().await;

    let owner = app.log_in("owner").await;
    let after = related(&owner, project, nodes["g"], "ancestors").await;
    assert_eq!(after, before);
}

#[tokio::test]
async fn relatives_follow_every_change_at_once_and_name_the_number_they_know() {
    let app = TestApp::start().await;
    let other = app.beside().await;
    let (project, owner, []) = app.project([]).await;
    let nodes = diamonds(&owner, project).await;
    let elsewhere = other.log_in("owner").await;
    related(&elsewhere, project, nodes["g"], "ancestors").await;

    let path = project.path();
    owner
        .delete(&format!("{path}/nodes/{}", nodes["d"]))
        .await
        .expect(204);

    for client in [&owner, &elsewhere] {
        let found = related(client, project, nodes["g"], "ancestors").await;
        let mut names = named(&found, &nodes);
        names.sort_unstable();
        assert_eq!(names, [("a", 1), ("e", 1), ("f", 1)]);
        let events = owner.get(&format!("{path}/events")).await.expect(200);
        assert_eq!(found["seq"], events["head"]);
    }
    let gone = format!("{path}/nodes/{}/ancestors", nodes["d"]);
    owner.get(&gone).await.problem(404, "not_found");
}

#[tokio::test]
async fn relatives_come_as_whole_nodes_if_asked_for() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let nodes = diamonds(&owner, project).await;

    let found = related(&owner, project, nodes["d"], "ancestors?include=nodes").await;

    let items: Vec<Value> = parsed(&found["items"]);
    assert_eq!(items.len(), 3);
    for item in &items {
        assert_eq!(item["node"]["id"], item["id"]);
        let path = project.node(parsed::<String>(&item["id"]));
        assert_eq!(owner.get(&path).await.expect(200), item["node"]);
    }
    let plain = related(&owner, project, nodes["d"], "ancestors").await;
    assert_eq!(plain["items"][0].get("node"), None);
}

#[tokio::test]
async fn the_fingerprint_changes_with_the_state_and_only_with_it() {
    let app = TestApp::start().await;
    let (project, owner, [viewer]) = app.project([Role::Viewer]).await;
    let node = owner.create_node(project, "a").await;
    let path = project.state_hash();
    let one = owner.get(&path).await.expect(200);
    assert_eq!(owner.get(&path).await.expect(200), one);
    assert_eq!(viewer.get(&path).await.expect(200)["seq"], one["seq"]);

    let node = project.node(node);
    owner
        .patch(&node, json!({"position": {"x": 9, "y": 9}}))
        .await
        .expect(200);

    let two = owner.get(&path).await.expect(200);
    assert_ne!(one["hash"], two["hash"]);
}

/// A public project with two nodes and an answer, of which a stranger must not see everything.
async fn public_project(owner: &Client) -> ProjectId {
    let body = json!({"name": "open", "isPublic": true, "systemPrompt": "between us"});
    let project: ProjectId = parsed(&owner.post("/projects", body).await.expect(201)["id"]);
    let question = owner.create_node(project, "why?").await;
    let then = owner.create_node(project, "and then?").await;
    owner.connect(project, question, then).await;
    let path = project.generate(question);
    owner.post(&path, json!({})).await.ok();
    generated(owner, &project.to_string(), &question.to_string()).await;
    project
}

#[tokio::test]
async fn a_public_project_is_read_without_an_account_as_a_stranger_reads_it() {
    let app = TestApp::start().await;
    let owner = app.register("owner").await;
    let stranger = app.register("stranger").await;
    let project = public_project(&owner).await;
    let public = format!("/public/projects/{project}");

    let seen = app.anonymous().get(&public).await.expect(200);

    let graph = project.graph();
    assert_eq!(seen, stranger.get(&graph).await.expect(200));
    assert_eq!(seen["nodes"].as_array().map(Vec::len), Some(2));
    assert!(seen["nodes"][0]["response"].is_string());
    assert_eq!(seen["nodes"][0]["llmCost"], Value::Null);
    assert_eq!(seen["project"]["role"], Value::Null);
    assert_eq!(seen["project"]["systemPrompt"], Value::Null);
    assert_eq!(seen["members"], json!([]));
    // The owner's own graph shows more; the link does not, nor does it mind a credential that is dead.
    assert_ne!(seen, owner.get(&graph).await.expect(200));
    for caller in [&owner, &stranger, &owner.with_token("of yesterday")] {
        assert_eq!(seen, caller.get(&public).await.expect(200));
    }
}

#[tokio::test]
async fn the_link_to_a_project_that_is_not_public_is_the_link_to_nothing() {
    let app = TestApp::start().await;
    let owner = app.register("owner").await;
    let private = owner.create_project("private").await;
    let closed = public_project(&owner).await;
    let deleted = public_project(&owner).await;
    let read = async |project: ProjectId| {
        let path = format!("/public/projects/{project}");
        app.anonymous().get(&path).await
    };
    read(closed).await.expect(200);
    read(deleted).await.expect(200);

    let path = closed.path();
    let closing = owner.patch(&path, json!({"isPublic": false})).await;
    closing.expect(200);
    owner.delete(&deleted.path()).await.expect(204);

    let unknown = read(ProjectId::generate()).await;
    for project in [private, closed, deleted] {
        let answer = read(project).await;
        assert_eq!(
            (answer.status, &answer.text),
            (unknown.status, &unknown.text)
        );
        answer.problem(404, "not_found");
    }
    let path = format!("/public/projects/{private}");
    owner.get(&path).await.problem(404, "not_found");
}

#[tokio::test]
async fn who_has_the_newest_state_of_a_public_project_hears_only_that() {
    let app = TestApp::start().await;
    let owner = app.register("owner").await;
    let project = public_project(&owner).await;
    let read = async |known: &str| {
        let path = format!("/public/projects/{project}");
        let headers = [("if-none-match", known)];
        let anonymous = app.anonymous();
        anonymous
            .send(Method::GET, &path, &headers, Value::Null)
            .await
    };
    let first = read("\"nothing\"").await;
    let tag = first.header("etag").to_owned();
    first.expect(200);

    for known in [tag.clone(), format!("W/{tag}"), format!("\"older\", {tag}")] {
        let same = read(&known).await;
        assert_eq!(
            (same.header("etag"), same.text.as_str()),
            (tag.as_str(), "")
        );
        same.expect(304);
    }
    owner.create_node(project, "later").await;

    let other = read(&tag).await;
    assert_ne!(other.header("etag"), tag);
    let other = other.expect(200);
    assert_eq!(other["nodes"].as_array().map(Vec::len), Some(3));
    let path = project.path();
    let closing = owner.patch(&path, json!({"isPublic": false})).await;
    closing.expect(200);
    read(&tag).await.problem(404, "not_found");
}

//! What nodes are: questions, notes, system messages, and frames that hold others.

use kernel::{NodeId, ProjectId};
use proptest::{
    collection::vec, prelude::*, sample::select, strategy::ValueTree, test_runner::TestRunner,
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::generations::with_models;
use crate::kit::{Client, Listener, Paths, Provider, Reply, TestApp, long, parsed, text};

async fn make(client: &Client, project: ProjectId, fields: Value) -> NodeId {
    let mut body = json!({"prompt": "", "position": {"x": 0, "y": 0}});
    let fields = fields.as_object().expect("fields").clone();
    body.as_object_mut().expect("a body").extend(fields);
    parsed(&client.post(&project.nodes(), body).await.expect(201)["id"])
}

async fn place(client: &Client, project: ProjectId, node: NodeId) -> (f64, f64) {
    let node = client.get(&project.node(node)).await.expect(200);
    let at = |axis: &str| node["position"][axis].as_f64().expect("a number");
    (at("x"), at("y"))
}

#[tokio::test]
async fn a_note_and_a_system_message_enter_the_context_as_what_they_are() {
    let provider = Provider::start().await;
    provider.usually(Reply::text("Yes."));
    let app = with_models(&provider, &["one"], |_| {}).await;
    let (project, owner, []) = app.project([]).await;
    let rule = make(
        &owner,
        project,
        json!({"role": "SYSTEM", "prompt": "Be brief."}),
    )
    .await;
    let note = make(
        &owner,
        project,
        json!({"kind": "NOTE", "prompt": "It rains.", "parentIds": [rule]}),
    )
    .await;
    let question = make(
        &owner,
        project,
        json!({"prompt": "So?", "parentIds": [note]}),
    )
    .await;

    let answered = owner.answer(project, question).await;

    assert_eq!(answered["status"], "COMPLETED");
    let messages = &provider.asked()[0].body["messages"];
    let expected = json!([
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "It rains."},
        {"role": "user", "content": "So?"},
    ]);
    assert_eq!(*messages, expected);
    let change = json!({"prompt": "It snows."});
    owner
        .patch_at(1, &project.node(note), change)
        .await
        .expect(200);
    let stale = owner.get(&project.node(question)).await.expect(200);
    assert_eq!(stale["status"], "STALE");
}

#[tokio::test]
async fn what_asks_nothing_is_not_asked_and_has_no_answer() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let fields = [
        json!({"kind": "NOTE", "prompt": "A note."}),
        json!({"kind": "MEDIA", "prompt": "A caption."}),
        json!({"kind": "FRAME", "title": "A frame"}),
        json!({"role": "SYSTEM", "prompt": "A rule."}),
    ];
    for fields in fields {
        let node = make(&owner, project, fields.clone()).await;
        let asked = owner.post(&project.generate(node), json!({})).await;
        asked.problem(409, "conflict");
        let answer = json!({"response": "An answer."});
        let refused = owner.patch_at(1, &project.node(node), answer).await;
        let problem = refused.problem(422, "invalid");
        assert_eq!(problem["errors"][0]["pointer"], "/response", "{fields}");
    }
    let answered = json!({"response": "Yes.", "prompt": "Really?"});
    let answered = make(&owner, project, answered).await;
    let rule = json!({"role": "SYSTEM"});
    let refused = owner.patch(&project.node(answered), rule.clone()).await;
    assert_eq!(
        refused.problem(422, "invalid")["errors"][0]["pointer"],
        "/role"
    );
    let question = make(&owner, project, json!({"prompt": "Be brief."})).await;
    let now = owner.patch(&project.node(question), rule).await.expect(200);
    assert_eq!(now["role"], "SYSTEM");
}

#[tokio::test]
async fn a_frame_takes_along_what_it_holds_and_holds_it_again_when_it_comes_back() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let mut watching = Listener::begin(&owner, project).await;
    let looks =
        json!({"kind": "FRAME", "title": "Plans", "color": "#3B82F6", "width": 800, "height": 600});
    let frame = make(&owner, project, looks).await;
    let inside = json!({"prompt": "Inside?", "frameId": frame, "position": {"x": 10, "y": 20}});
    let inside = make(&owner, project, inside).await;
    let placed = json!({"prompt": "Placed?", "frameId": frame, "position": {"x": 30, "y": 40}});
    let placed = make(&owner, project, placed).await;
    let outside = make(&owner, project, json!({"prompt": "Outside?"})).await;

    let moves = json!([{"id": frame, "x": 100, "y": -50}, {"id": placed, "x": 7, "y": 7}]);
    let ops = json!({"ops": [{"op": "node.move", "data": {"positions": moves}}]});
    owner.post(&project.ops(), ops).await.expect(200);

    assert_eq!(place(&owner, project, inside).await, (110.0, -30.0));
    assert_eq!(place(&owner, project, placed).await, (7.0, 7.0));
    assert_eq!(place(&owner, project, outside).await, (0.0, 0.0));
    owner.delete(&project.node(frame)).await.expect(204);
    let left = owner.get(&project.node(inside)).await.expect(200);
    assert_eq!(left["frameId"], json!(frame));
    let restore = format!("{}/restore", project.node(frame));
    let back = owner.post(&restore, Value::Null).await.expect(200);
    assert_eq!(back["title"], "Plans");
    assert_eq!(back["width"], 800.0);
    let ops = json!({"ops": [{"op": "node.move", "data": {"positions": [{"id": frame, "x": 0, "y": 0}]}}]});
    owner.post(&project.ops(), ops).await.expect(200);
    assert_eq!(place(&owner, project, inside).await, (10.0, 20.0));
    let out = json!({"frameId": null});
    let out = owner.patch(&project.node(inside), out).await.expect(200);
    assert_eq!(out["frameId"], Value::Null);
    let (seq, hash) = owner.state(project).await;
    watching.follow_until(seq).await;
    assert_eq!(watching.copy.hash(), hash);
}

#[tokio::test]
async fn a_frame_has_no_edges_and_is_in_no_frame_and_what_is_none_holds_nothing() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let frame = make(&owner, project, json!({"kind": "FRAME"})).await;
    let node = make(&owner, project, json!({"prompt": "Why?"})).await;
    let create = |fields: Value| {
        let mut body = json!({"prompt": "", "position": {"x": 0, "y": 0}});
        body.as_object_mut()
            .expect("a body")
            .extend(fields.as_object().expect("fields").clone());
        body
    };
    for (fields, pointer) in [
        (json!({"parentIds": [frame]}), "/parentIds"),
        (json!({"kind": "FRAME", "parentIds": [node]}), "/parentIds"),
        (json!({"kind": "FRAME", "frameId": frame}), "/frameId"),
        (json!({"frameId": node}), "/frameId"),
        (json!({"kind": "FRAME", "role": "SYSTEM"}), "/role"),
        (json!({"kind": "NOTE", "response": "Yes."}), "/response"),
        (json!({"kind": "MEDIA", "response": "Yes."}), "/response"),
        (json!({"width": 1}), "/width"),
        (json!({"color": "blue"}), "/color"),
        (json!({"title": ""}), "/title"),
    ] {
        let refused = owner.post(&project.nodes(), create(fields.clone())).await;
        let problem = refused.problem(422, "invalid");
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{fields}");
    }
    let tags: Vec<String> = (0..21).map(|tag| format!("tag {tag}")).collect();
    let refused = owner
        .post(&project.nodes(), create(json!({"tags": tags})))
        .await;
    refused.problem(422, "invalid");
    for (edge, pointer) in [
        (json!({"sourceId": frame, "targetId": node}), "/sourceId"),
        (json!({"sourceId": node, "targetId": frame}), "/targetId"),
    ] {
        let refused = owner.post(&project.edges(), edge).await;
        let problem = refused.problem(422, "invalid");
        assert_eq!(problem["errors"][0]["pointer"], pointer);
    }
}

#[tokio::test]
async fn nodes_are_found_by_kind_and_tag_and_tags_are_there_once() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let tagged = json!({"kind": "NOTE", "prompt": "One", "tags": ["to do", "été", "to do"]});
    let tagged = make(&owner, project, tagged).await;
    make(&owner, project, json!({"prompt": "Two", "tags": ["todo"]})).await;

    let found = async |query: &str| {
        let path = format!("{}?{query}", project.nodes());
        let found = owner.get(&path).await.expect(200);
        let items = found["items"].as_array().expect("items").clone();
        let ids = items.iter().map(|item| parsed::<NodeId>(&item["id"]));
        ids.collect::<Vec<_>>()
    };

    assert_eq!(found("tag=to%20do").await, [tagged]);
    assert_eq!(found("tag=%C3%A9t%C3%A9").await, [tagged]);
    assert_eq!(found("kind=NOTE").await, [tagged]);
    assert_eq!(found("tag=nothing").await, Vec::<NodeId>::new());
    let node = owner.get(&project.node(tagged)).await.expect(200);
    assert_eq!(node["tags"], json!(["to do", "été"]));
    assert_eq!(text(&node["kind"]), "NOTE");
}

/// A node as somebody might make it, and which of the frames before it holds it.
fn anything() -> impl Strategy<Value = (Value, usize)> {
    let kind = select(vec![
        // A prompt, which is said by saying nothing.
        json!({}),
        json!({"role": "SYSTEM"}),
        json!({"kind": "NOTE"}),
        json!({"kind": "MEDIA"}),
        json!({"kind": "FRAME"}),
    ]);
    let looks = (
        select(vec!["#3B82F6", "#ff8800"]),
        vec("[a-z]{1,6}", 0..4),
        120..900_u32,
    );
    (kind, prop::option::of(looks), 0..4_usize).prop_map(|(mut node, looks, frame)| {
        if let Some((color, tags, side)) = looks {
            node["color"] = color.into();
            node["tags"] = tags.into();
            node["width"] = side.into();
            node["height"] = side.into();
        }
        (node, frame)
    })
}

/// The operations that make these nodes, each with a title of its own.
fn creations(nodes: &[(Value, usize)]) -> Vec<Value> {
    let mut frames: Vec<Uuid> = Vec::new();
    let mut ops = Vec::new();
    for (number, (looks, frame)) in nodes.iter().enumerate() {
        let id = Uuid::now_v7();
        let mut data = looks.clone();
        data["title"] = format!("Node {number}").into();
        data["prompt"] = "".into();
        data["position"] = json!({"x": 0, "y": 0});
        if looks["kind"] == "FRAME" {
            frames.push(id);
        } else if let Some(frame) = frames.get(*frame) {
            data["frameId"] = json!(frame);
        }
        ops.push(json!({"id": id, "op": "node.create", "data": data}));
    }
    ops
}

/// What each node of a project is, by its title.
async fn kinds_of(client: &Client, project: ProjectId) -> Vec<Value> {
    let graph = client.get(&project.graph()).await.expect(200);
    let nodes = graph["nodes"].as_array().expect("nodes");
    let title = |id: &Value| {
        let named = nodes.iter().find(|node| node["id"] == *id);
        named.map(|node| node["title"].clone())
    };
    let mut kinds: Vec<Value> = nodes
        .iter()
        .map(|node| {
            json!([
                node["title"],
                node["kind"],
                node["role"],
                node["color"],
                node["tags"],
                node["width"],
                node["height"],
                title(&node["frameId"]),
            ])
        })
        .collect();
    kinds.sort_by_key(Value::to_string);
    kinds
}

#[tokio::test]
async fn kinds_survive_a_batch_the_trash_a_copy_and_being_read_from_the_log() {
    let app = TestApp::start().await;
    let owner = app.register("owner").await;
    let mut runner = TestRunner::deterministic();
    for _ in 0..if long() { 300 } else { 12 } {
        let drawn = vec(anything(), 1..9).new_tree(&mut runner);
        let nodes = drawn.expect("some nodes").current();
        let project = owner.create_project("Kinds").await;
        let mut watching = Listener::begin(&owner, project).await;
        let ops = creations(&nodes);
        let all = |op: &str| {
            let each = ops.iter();
            let each = each.map(|made| json!({"op": op, "data": {"id": made["id"]}}));
            json!({"ops": each.collect::<Vec<_>>()})
        };

        let batch = json!({"ops": ops.clone()});
        owner.post(&project.ops(), batch).await.expect(200);
        let before = kinds_of(&owner, project).await;
        let asked = nodes.iter().map(|(node, _)| &node["kind"]);
        assert!(asked.eq(before.iter().map(|node| &node[1])), "{before:?}");

        owner
            .post(&project.ops(), all("node.delete"))
            .await
            .expect(200);
        assert!(kinds_of(&owner, project).await.is_empty());
        owner
            .post(&project.ops(), all("node.restore"))
            .await
            .expect(200);
        assert_eq!(kinds_of(&owner, project).await, before);

        let copy = format!("{}/duplicate", project.path());
        let copy = owner.post(&copy, json!({})).await.expect(201);
        assert_eq!(kinds_of(&owner, parsed(&copy["id"])).await, before);

        let (seq, hash) = owner.state(project).await;
        watching.follow_until(seq).await;
        assert_eq!(watching.copy.hash(), hash);
    }
}

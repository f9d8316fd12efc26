//! Batches: several operations under one number, all or nothing.

use kernel::{NodeId, ProjectId, Role};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::kit::{Answer, Client, Paths, TestApp, parsed};

async fn send(client: &Client, project: ProjectId, ops: Value) -> Answer {
    let path = project.ops();
    client.post(&path, json!({"ops": ops})).await
}

async fn state(client: &Client, project: ProjectId) -> Value {
    let path = project.graph();
    client.get(&path).await.expect(200)
}

fn create(id: Uuid, parents: &[NodeId]) -> Value {
    let data = json!({"prompt": "?", "position": {"x": 0, "y": 0}, "parentIds": parents});
    json!({"id": id, "op": "node.create", "data": data})
}

#[tokio::test]
async fn the_ids_of_operations_become_the_ids_of_what_they_make() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let (a, b, edge) = (Uuid::now_v7(), Uuid::now_v7(), Uuid::now_v7());

    let data = json!({"sourceId": a, "targetId": b});
    let connect = json!({"id": edge, "op": "edge.create", "data": data});
    let done = send(
        &owner,
        project,
        json!([create(a, &[]), create(b, &[]), connect]),
    )
    .await;

    let done = done.expect(200);
    for (place, id) in [a, b, edge].iter().enumerate() {
        assert_eq!(done["results"][place]["id"], json!(id));
    }
    let graph = state(&owner, project).await;
    assert_eq!(graph["nodes"][0]["id"], json!(a));
    assert_eq!(graph["edges"][0]["id"], json!(edge));
    assert_eq!(graph["seq"], done["seq"]);
}

#[tokio::test]
async fn a_batch_is_one_event_with_everything_in_it() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let before: i64 = parsed(&state(&owner, project).await["seq"]);
    let (a, b) = (Uuid::now_v7(), Uuid::now_v7());

    let rename = json!({"op": "project.update", "data": {"name": "Renamed"}});
    let ops = json!([create(a, &[]), create(b, &[NodeId::from_uuid(a)]), rename]);
    send(&owner, project, ops).await.expect(200);

    let path = project.events_after(before);
    let events = owner.get(&path).await.expect(200);
    assert_eq!(events["head"], before + 1);
    let event = &events["events"][0];
    assert_eq!(event["op"], "batch");
    assert_eq!(event["opId"], json!(a));
    let words: Vec<&Value> = event["data"]["ops"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|op| &op["op"])
        .collect();
    let expected = [
        "node.create",
        "node.create",
        "project.update",
        "changeset.open",
    ];
    assert_eq!(words, expected);
}

#[tokio::test]
async fn a_batch_whose_last_operation_is_refused_leaves_nothing() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let a = owner.create_node(project, "a").await;
    let b = owner.create_node(project, "b").await;
    owner.connect(project, a, b).await;
    let before = state(&owner, project).await;
    let start = |new: Uuid| {
        vec![
            create(new, &[b]),
            json!({"op": "node.move", "data": {"positions": [{"id": a, "x": 9, "y": 9}]}}),
            json!({"op": "node.delete", "data": {"id": b}}),
            json!({"op": "project.update", "data": {"name": "Other"}}),
        ]
    };

    for (last, status, code) in [
        (
            json!({"op": "edge.create", "data": {"sourceId": a, "targetId": a}}),
            422,
            "self_edge",
        ),
        (
            json!({"op": "node.delete", "data": {"id": Uuid::now_v7()}}),
            404,
            "not_found",
        ),
        (
            json!({"op": "node.update", "data": {"id": a, "prompt": "?"}}),
            428,
            "precondition_required",
        ),
        (
            json!({"op": "member.add", "data": {"userId": owner.user_id(), "role": "VIEWER"}}),
            409,
            "conflict",
        ),
        (json!({"op": "node.explode", "data": {}}), 422, "invalid"),
    ] {
        let mut ops = start(Uuid::now_v7());
        ops.push(last);
        send(&owner, project, json!(ops))
            .await
            .problem(status, code);
        assert_eq!(state(&owner, project).await, before);
    }
    let mut ops = start(Uuid::now_v7());
    ops.truncate(2);
    send(&owner, project, json!(ops)).await.expect(200);
}

#[tokio::test]
async fn operations_of_a_batch_see_what_those_before_them_did() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let (a, b) = (Uuid::now_v7(), Uuid::now_v7());
    let ops = json!([create(a, &[]), create(b, &[NodeId::from_uuid(a)])]);
    send(&owner, project, ops).await.expect(200);
    let connect = json!({"op": "edge.create", "data": {"sourceId": b, "targetId": a}});

    let delete = json!({"op": "node.delete", "data": {"id": a}});
    let restore = json!({"op": "node.restore", "data": {"id": a}});
    let cycle = send(&owner, project, json!([delete, restore, connect])).await;

    cycle.problem(409, "cycle");
}

#[tokio::test]
async fn a_batch_needs_every_right_that_its_operations_need() {
    let app = TestApp::start().await;
    let (project, _, [editor]) = app.project([Role::Editor]).await;
    let before = state(&editor, project).await;

    let rename = json!({"op": "project.update", "data": {"name": "Mine"}});
    let refused = send(
        &editor,
        project,
        json!([create(Uuid::now_v7(), &[]), rename]),
    )
    .await;

    refused.problem(403, "forbidden");
    assert_eq!(state(&editor, project).await, before);
}

#[tokio::test]
async fn every_kind_of_operation_goes_into_a_batch() {
    let app = TestApp::start().await;
    let (project, owner, [viewer]) = app.project([Role::Viewer]).await;
    let guest = app.register("guest").await;
    let (a, b, edge) = (Uuid::now_v7(), Uuid::now_v7(), Uuid::now_v7());

    let ops = json!([
        create(a, &[]),
        create(b, &[]),
        {"op": "node.update", "data": {"id": a, "baseVersion": 1, "prompt": "!"}},
        {"op": "node.move", "data": {"positions": [{"id": a, "x": 1, "y": 2}]}},
        {"id": edge, "op": "edge.create", "data": {"sourceId": a, "targetId": b}},
        {"op": "edge.update", "data": {"id": edge, "policy": "SUMMARY", "baseVersion": 1}},
        {"op": "edge.delete", "data": {"id": edge}},
        {"op": "node.delete", "data": {"id": b}},
        {"op": "node.restore", "data": {"id": b}},
        {"op": "project.update", "data": {"description": "d"}},
        {"op": "member.add", "data": {"userId": guest.user_id(), "role": "VIEWER"}},
        {"op": "member.update", "data": {"userId": guest.user_id(), "role": "EDITOR"}},
        {"op": "member.remove", "data": {"userId": viewer.user_id()}},
    ]);
    let done = send(&owner, project, ops.clone()).await.expect(200);

    let asked = ops.as_array().map(Vec::len);
    assert_eq!(done["results"].as_array().map(Vec::len), asked);
    guest.create_node(project, "mine, too").await;
    let gone = project.path();
    viewer.get(&gone).await.problem(404, "not_found");
    let node = guest.get(&format!("{gone}/nodes/{a}")).await.expect(200);
    assert_eq!(
        (&node["prompt"], &node["version"]),
        (&json!("!"), &json!(3))
    );
}

#[tokio::test]
async fn a_batch_holds_one_to_five_hundred_operations() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let many = |count| {
        (0..count)
            .map(|_| create(Uuid::now_v7(), &[]))
            .collect::<Vec<_>>()
    };

    send(&owner, project, json!(many(501)))
        .await
        .problem(422, "invalid");
    send(&owner, project, json!([]))
        .await
        .problem(422, "invalid");
    let done = send(&owner, project, json!(many(500))).await.expect(200);

    assert_eq!(done["results"].as_array().map(Vec::len), Some(500));
    let graph = state(&owner, project).await;
    assert_eq!(graph["nodes"].as_array().map(Vec::len), Some(500));
}

#[tokio::test]
async fn a_move_holds_one_to_a_thousand_positions() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let nodes: Vec<Uuid> = (0..1_000).map(|_| Uuid::now_v7()).collect();
    for half in nodes.chunks(500) {
        let ops: Vec<Value> = half.iter().map(|id| create(*id, &[])).collect();
        send(&owner, project, json!(ops)).await.expect(200);
    }
    let to = |id: &Uuid| json!({"id": id, "x": 3, "y": 4});
    let mut positions: Vec<Value> = nodes.iter().map(to).collect();
    let shift =
        |positions: &[Value]| json!([{"op": "node.move", "data": {"positions": positions}}]);

    let done = send(&owner, project, shift(&positions)).await.expect(200);
    positions.push(to(&Uuid::now_v7()));
    let refused = send(&owner, project, shift(&positions)).await;

    refused.problem(422, "invalid");
    send(&owner, project, shift(&[]))
        .await
        .problem(422, "invalid");
    let moved = done["results"][0]["positions"].as_array().map(Vec::len);
    assert_eq!(moved, Some(1_000));
}

#[tokio::test]
async fn a_refused_batch_says_which_operation_it_was() {
    let app = TestApp::start().await;
    let (project, owner, [editor]) = app.project([Role::Editor]).await;
    let a = owner.create_node(project, "a").await;
    let b = owner.create_node(project, "b").await;
    owner.connect(project, a, b).await;
    let ops = |last: Value| json!([create(Uuid::now_v7(), &[]), last]);
    let rename = json!({"op": "project.update", "data": {"name": "Mine"}});
    let cycle = json!({"op": "edge.create", "data": {"sourceId": b, "targetId": a}});
    let gone = json!({"op": "node.delete", "data": {"id": Uuid::now_v7()}});
    let text = json!({"op": "node.update", "data": {"id": a, "prompt": "?"}});

    for (who, last, status, code) in [
        (&owner, &cycle, 409, "cycle"),
        (&owner, &gone, 404, "not_found"),
        (&owner, &text, 428, "precondition_required"),
        (&editor, &rename, 403, "forbidden"),
    ] {
        let refused = send(who, project, ops(last.clone())).await;
        let problem = refused.problem(status, code);
        assert_eq!(problem["errors"][0]["pointer"], "/ops/1", "{problem}");
        let is_cycle = problem["path"].as_array().is_some();
        assert_eq!(is_cycle, code == "cycle", "{problem}");
    }
    let (mut socket, _) = owner.listen(project).await;
    let nack = socket
        .refused(project, "batch", json!({"ops": ops(gone)}))
        .await;
    assert_eq!(nack["code"], "gone");
    assert_eq!(nack["errors"][0]["pointer"], "/ops/1", "{nack}");
}

//! What is left when a set is taken back, and why.

use kernel::Role;
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{batch, create, furnished, reasons, revert, set_of};
use crate::kit::{Paths, TestApp, generated};

#[tokio::test]
async fn what_others_built_upon_or_changed_since_is_left() {
    let app = TestApp::start().await;
    let (project, owner, [editor]) = app.project([Role::Editor]).await;
    let (a, b, _, edge) = furnished(&owner, project).await;
    let [edited, linked, asked, moved, plain] = [(); 5].map(|()| Uuid::now_v7());
    let ops = json!([
        create(edited, "edited", &[]),
        create(linked, "linked", &[]),
        create(asked, "asked", &[]),
        create(moved, "moved", &[]),
        create(plain, "plain", &[]),
        {"op": "node.update", "data": {"id": a, "prompt": "set", "pinned": true, "baseVersion": 1}},
        {"op": "node.move", "data": {"positions": [{"id": a, "x": 1, "y": 1}, {"id": b, "x": 1, "y": 1}]}},
        {"op": "edge.update", "data": {"id": edge, "policy": "EXCLUDE"}},
    ]);
    let set = batch(&owner, project, ops).await;
    let headers = [("if-match", "*")];
    for (node, fields) in [
        (edited.to_string(), json!({"prompt": "mine"})),
        (a.to_string(), json!({"prompt": "theirs"})),
    ] {
        let path = project.node(node);
        editor
            .send(Method::PATCH, &path, &headers, fields)
            .await
            .ok();
    }
    let child = json!({"prompt": "child", "position": {"x": 0, "y": 0}, "parentIds": [linked]});
    editor.post(&project.nodes(), child).await.expect(201);
    editor
        .post(&project.generate(asked), json!({}))
        .await
        .expect(202);
    generated(&editor, &project, &asked.to_string()).await;
    let places = json!([{"id": moved, "x": 9, "y": 9}, {"id": b, "x": 9, "y": 9}]);
    let shift = json!({"ops": [{"op": "node.move", "data": {"positions": places}}]});
    editor.post(&project.ops(), shift).await.expect(200);

    let done = revert(&owner, project, &set, json!({})).await.expect(200);

    let expected = [
        (1, "BUILT_UPON"),
        (2, "BUILT_UPON"),
        (3, "BUILT_UPON"),
        (6, "CHANGED_SINCE"),
        (7, "CHANGED_SINCE"),
    ];
    assert_eq!(reasons(&done), expected);
    assert_eq!(done["items"], json!([4, 5, 8]));
    assert_eq!(done["left"][3]["field"], "prompt");
    assert_eq!(done["left"][4]["nodeId"], json!(b));
    let node = owner.get(&project.node(a)).await.expect(200);
    assert_eq!(
        (&node["prompt"], &node["pinned"]),
        (&json!("theirs"), &json!(false))
    );
    assert_eq!(node["position"], json!({"x": 0.0, "y": 0.0}));
    let node = owner.get(&project.node(b)).await.expect(200);
    assert_eq!(node["position"], json!({"x": 9.0, "y": 9.0}));
    for gone in [moved, plain] {
        owner
            .get(&project.node(gone))
            .await
            .problem(404, "not_found");
    }
    for stays in [edited, linked, asked] {
        owner.get(&project.node(stays)).await.expect(200);
    }
    let items = set_of(&owner, project, &set).await;
    assert_eq!(
        (&items["items"][0]["state"], &items["items"][0]["reason"]),
        (&json!("LEFT"), &json!("BUILT_UPON"))
    );
}

#[tokio::test]
async fn what_is_gone_or_would_close_a_circle_is_left() {
    let app = TestApp::start().await;
    let (project, owner, [editor]) = app.project([Role::Editor]).await;
    let (a, b, _, edge) = furnished(&owner, project).await;
    let c = owner.create_node(project, "c").await;
    let (d, new) = (owner.create_node(project, "d").await, Uuid::now_v7());
    let also = owner.connect(project, c, d).await;
    let ops = json!([
        {"op": "edge.delete", "data": {"id": edge}},
        {"op": "edge.delete", "data": {"id": also}},
        create(new, "new", &[]),
    ]);
    let set = batch(&owner, project, ops).await;
    editor.connect(project, b, a).await;
    editor.connect(project, c, d).await;
    editor.delete(&project.node(new)).await.expect(204);

    let done = revert(&owner, project, &set, json!({})).await.expect(200);

    let expected = [(1, "WOULD_CLOSE_CYCLE"), (2, "ALREADY_THERE"), (3, "GONE")];
    assert_eq!(reasons(&done), expected);
    assert_eq!((&done["items"], &done["by"]), (&json!([]), &Value::Null));
    assert_eq!(done["state"], "APPLIED");
}

#[tokio::test]
async fn a_part_goes_back_and_the_rest_later() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let (a, b, c) = (Uuid::now_v7(), Uuid::now_v7(), Uuid::now_v7());
    let ops = json!([
        create(a, "a", &[]),
        create(b, "b", &[a]),
        create(c, "c", &[])
    ]);
    let set = batch(&owner, project, ops).await;

    let done = revert(&owner, project, &set, json!({"items": [1, 3]}))
        .await
        .expect(200);

    // What stays needs its parent.
    assert_eq!(reasons(&done), [(1, "BUILT_UPON")]);
    assert_eq!(
        (&done["items"], &done["state"]),
        (&json!([3]), &json!("APPLIED"))
    );
    let done = revert(&owner, project, &set, json!({})).await.expect(200);
    assert_eq!(
        (&done["items"], &done["state"]),
        (&json!([1, 2]), &json!("REVERTED"))
    );
    let graph = owner.get(&project.graph()).await.expect(200);
    assert_eq!(graph["nodes"], json!([]));
    let nothing = revert(&owner, project, &set, json!({})).await;
    nothing.problem(409, "conflict");
    for wrong in [
        json!({"items": []}),
        json!({"items": [4]}),
        json!({"all": true}),
    ] {
        revert(&owner, project, &set, wrong)
            .await
            .problem(422, "invalid");
    }
}

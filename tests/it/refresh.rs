//! Refresh: what is stale is asked again, each after what it depends on, and nothing else is.

mod batch;
mod exact;
mod haste;

use kernel::{NodeId, ProjectId, Role};
use serde_json::{Value, json};

use crate::generations::with_models;
use crate::kit::{Client, Listener, Paths, Provider, Reply, TestApp, generated, parsed, until};

/// A diamond: one above, two beside each other, one below both. All answered.
async fn diamond(client: &Client, project: ProjectId) -> [NodeId; 4] {
    let mut nodes = Vec::new();
    for prompt in ["Top?", "Left?", "Right?", "Bottom?"] {
        nodes.push(client.create_node(project, prompt).await);
    }
    for (from, to) in [(0, 1), (0, 2), (1, 3), (2, 3)] {
        client.connect(project, nodes[from], nodes[to]).await;
    }
    for node in &nodes {
        client.answer(project, node).await;
    }
    nodes.try_into().expect("four")
}

async fn change(client: &Client, project: ProjectId, node: NodeId, prompt: &str) {
    let path = project.node(node);
    let fields = json!({"prompt": prompt});
    client
        .send(reqwest::Method::PATCH, &path, &[("if-match", "*")], fields)
        .await
        .ok();
}

/// Follows until a refresh has ended; its end, and all events on the way.
async fn ended(listener: &mut Listener) -> (Value, Vec<Value>) {
    let mut events = Vec::new();
    loop {
        let frame = listener.socket.next().await.expect("the socket stays open");
        listener.take(&frame);
        if frame["type"] != "events" {
            continue;
        }
        for event in frame["events"].as_array().expect("a list") {
            let inner = match event["data"]["ops"].as_array() {
                Some(ops) if event["op"] == "batch" => ops.clone(),
                _ => vec![event.clone()],
            };
            events.extend(inner);
        }
        if let Some(end) = events.iter().find(|event| event["op"] == "refresh.end") {
            return (end["data"].clone(), events);
        }
    }
}

/// The nodes of some events, in order.
fn nodes(events: &[Value], op: &str) -> Vec<NodeId> {
    let of = events.iter().filter(|event| event["op"] == op);
    of.map(|event| parsed(&event["data"]["nodeId"])).collect()
}

#[tokio::test]
async fn what_is_stale_is_asked_again_in_order_and_what_is_independent_at_once() {
    let app = TestApp::start().await;
    let (project, owner, [viewer]) = app.project([Role::Viewer]).await;
    let [top, left, right, bottom] = diamond(&owner, project).await;
    change(&owner, project, top, "Summit?").await;
    let mut viewing = Listener::begin(&viewer, project).await;

    let path = project.refresh();
    let started = owner.post(&path, json!({})).await.expect(202);

    assert_eq!(started["refresh"]["stale"], 4);
    let (end, events) = ended(&mut viewing).await;
    assert_eq!(
        (&end["state"], &end["ran"]),
        (&json!("COMPLETED"), &json!(4)),
        "{events:#?}"
    );
    let begun = nodes(&events, "generation.start");
    assert_eq!((begun.len(), begun[0], begun[3]), (4, top, bottom));
    // Both sides begin before either has ended.
    let order: Vec<&Value> = events.iter().map(|event| &event["op"]).collect();
    let starts = order
        .iter()
        .enumerate()
        .filter(|(_, op)| **op == "generation.start");
    let starts: Vec<usize> = starts.map(|(place, _)| place).collect();
    assert_eq!(starts[2], starts[1] + 1, "{order:?}");
    assert!([left, right].contains(&begun[1]) && [left, right].contains(&begun[2]));
    let (seq, hash) = owner.state(project).await;
    viewing.follow_until(seq).await;
    assert_eq!(viewing.copy.hash(), hash);
}

#[tokio::test]
async fn only_what_really_changed_is_asked_again() {
    let provider = Provider::start().await;
    provider.usually(Reply::text("Always the same."));
    let app = with_models(&provider, &["one"], |_| {}).await;
    let (project, owner, []) = app.project([]).await;
    let nodes = diamond(&owner, project).await;
    let mut viewing = Listener::begin(&owner, project).await;
    assert_eq!(provider.times_asked(), 4);

    // Somebody wrote what rests on nothing: the model said the same as before.
    let path = project.path();
    owner
        .send(
            reqwest::Method::PATCH,
            &format!("{path}/nodes/{}", nodes[1]),
            &[("if-match", "*")],
            json!({"prompt": "Links?"}),
        )
        .await
        .ok();
    owner
        .post(&format!("{path}/refresh"), json!({}))
        .await
        .expect(202);
    let (end, _) = ended(&mut viewing).await;

    // The left one and the one below both see another question; the others do not.
    assert_eq!(end["ran"], 2);
    assert_eq!(provider.times_asked(), 6);

    // Nothing is stale, so nobody is asked.
    owner
        .post(&format!("{path}/refresh"), json!({}))
        .await
        .expect(202);
    let (end, _) = ended(&mut viewing).await;
    assert_eq!(
        (&end["state"], &end["ran"]),
        (&json!("COMPLETED"), &json!(0))
    );
    assert_eq!(provider.times_asked(), 6);
}

#[tokio::test]
async fn what_becomes_stale_and_is_asked_at_once_is_said_to_be_written_and_not_to_be_stale() {
    let provider = Provider::start().await;
    provider.usually(Reply::text("As it was."));
    let app = with_models(&provider, &["one"], |_| {}).await;
    let (project, owner, []) = app.project([]).await;
    let above = owner.create_node(project, "Above?").await;
    let below = owner.create_node(project, "Below?").await;
    let edge = owner.connect(project, above, below).await;
    let path = project.path();
    let in_short = json!({"policy": "SUMMARY"});
    owner
        .patch(&format!("{path}/edges/{edge}"), in_short)
        .await
        .ok();
    for node in [above, below] {
        owner.answer(project, node).await;
    }
    let mut viewing = Listener::begin(&owner, project).await;
    change(&owner, project, above, "Up there?").await;
    provider.usually(Reply::text("Otherwise."));

    // Only the answer above is stale, until it is another one.
    let started = owner.post(&format!("{path}/refresh"), json!({})).await;
    let (end, events) = ended(&mut viewing).await;

    assert_eq!(started.expect(202)["refresh"]["stale"], 1);
    assert_eq!(end["ran"], 2);
    assert_eq!(nodes(&events, "generation.start"), [above, below]);
    let (seq, hash) = owner.state(project).await;
    viewing.follow_until(seq).await;
    assert_eq!(viewing.copy.hash(), hash);
}

#[tokio::test]
async fn what_comes_after_a_failure_is_left_and_named() {
    let provider = Provider::start().await;
    provider.usually(Reply::text("Fine."));
    let app = with_models(&provider, &["one"], |_| {}).await;
    let (project, owner, []) = app.project([]).await;
    let [top, left, right, bottom] = diamond(&owner, project).await;
    change(&owner, project, top, "Summit?").await;
    let mut viewing = Listener::begin(&owner, project).await;
    provider.usually(Reply::status(401));

    let path = project.refresh();
    owner.post(&path, json!({})).await.expect(202);
    let (end, _) = ended(&mut viewing).await;

    assert_eq!(end["state"], "FAILED");
    let mut left_over: Vec<NodeId> = parsed(&end["left"]);
    left_over.sort();
    let mut expected = [left, right, bottom];
    expected.sort();
    assert_eq!(left_over, expected);
    assert_eq!(generated(&owner, project, top).await["status"], "ERROR");
}

#[tokio::test]
async fn a_refresh_of_some_nodes_leaves_the_others() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let [top, left, right, bottom] = diamond(&owner, project).await;
    change(&owner, project, top, "Summit?").await;
    let mut viewing = Listener::begin(&owner, project).await;

    let path = project.refresh();
    owner
        .post(&path, json!({"nodeIds": [top, left]}))
        .await
        .expect(202);
    let (end, events) = ended(&mut viewing).await;

    assert_eq!(
        (&end["state"], &end["ran"]),
        (&json!("COMPLETED"), &json!(2))
    );
    assert_eq!(nodes(&events, "generation.end"), [top, left]);
    for node in [right, bottom] {
        assert_eq!(generated(&owner, project, node).await["status"], "STALE");
    }
    owner.post(&path, json!({"nodeIds": []})).await.expect(422);
}

#[tokio::test]
async fn an_answer_whose_author_speaks_differently_now_is_asked_for_anew_by_whoever_refreshes() {
    let app = TestApp::start().await;
    let (project, owner, [editor]) = app.project([Role::Editor]).await;
    let node = owner.create_node(project, "Which river?").await;
    owner.answer(project, node).await;
    let speaks = json!({"instructions": {"about": "I live by the sea."}});
    owner.patch("/users/me", speaks).await.expect(200);
    let path = project.node(node);
    until("the answer is stale", async || {
        owner.get(&path).await.expect(200)["status"] == "STALE"
    })
    .await;
    let mut viewing = Listener::begin(&editor, project).await;

    // For the editor, who has no instructions, the answer that is there would do; it is not theirs.
    let refresh = project.refresh();
    editor.post(&refresh, json!({})).await.expect(202);

    let (end, _) = ended(&mut viewing).await;
    assert_eq!(
        (&end["state"], &end["ran"]),
        (&json!("COMPLETED"), &json!(1))
    );
    assert_eq!(editor.get(&path).await.expect(200)["status"], "COMPLETED");
}

#[tokio::test]
async fn what_has_no_question_any_more_is_left() {
    let provider = Provider::start().await;
    let app = with_models(&provider, &["one"], |_| {}).await;
    let (project, owner, []) = app.project([]).await;
    let node = owner.create_node(project, "Why?").await;
    owner.answer(project, node).await;
    change(&owner, project, node, "").await;
    let mut viewing = Listener::begin(&owner, project).await;

    let path = project.refresh();
    owner.post(&path, json!({})).await.expect(202);

    let (end, _) = ended(&mut viewing).await;
    assert_eq!(end["state"], "FAILED");
    assert_eq!(provider.times_asked(), 1);
}

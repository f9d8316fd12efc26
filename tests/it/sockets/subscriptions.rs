//! Subscribing: everything that was missed, or the project whole, and then every event once.

use kernel::Role;
use serde_json::{Value, json};

use crate::kit::{Client, Paths, TestApp, parsed};

fn node(prompt: &str) -> Value {
    json!({"prompt": prompt, "position": {"x": 1.5, "y": 2}})
}

async fn seq(client: &Client, project: kernel::ProjectId) -> i64 {
    let graph = client.get(&project.graph()).await.expect(200);
    parsed(&graph["seq"])
}

#[tokio::test]
async fn a_snapshot_is_the_graph_as_rest_gives_it() {
    let app = TestApp::start().await;
    let (project, owner, _) = app.project([]).await;
    owner.create_node(project, "Idea").await;

    let (_, snapshot) = owner.listen(project).await;

    let graph = owner.get(&project.graph()).await.expect(200);
    assert_eq!(snapshot["graph"], graph);
    assert_eq!(snapshot["seq"], graph["seq"]);
    assert_eq!(snapshot["epoch"], graph["epoch"]);
}

#[tokio::test]
async fn a_node_created_over_rest_reaches_every_socket() {
    let app = TestApp::start().await;
    let (project, owner, [viewer]) = app.project([Role::Viewer]).await;
    let (mut socket, first) = viewer.listen(project).await;

    let node = owner.create_node(project, "Idea").await;

    let events = socket.next_of("events").await;
    assert_eq!(events["project"], json!(project));
    let event = &events["events"][0];
    assert_eq!(event["seq"], json!(parsed::<i64>(&first["seq"]) + 1));
    assert_eq!(event["op"], "node.create");
    assert_eq!(event["data"]["id"], json!(node));
    assert_eq!(event["actor"]["name"], "owner");
}

#[tokio::test]
async fn an_op_is_acknowledged_after_its_commit_and_told_to_everyone() {
    let app = TestApp::start().await;
    let (project, owner, [editor]) = app.project([Role::Editor]).await;
    let (mut watching, _) = owner.listen(project).await;
    let (mut working, _) = editor.listen(project).await;

    let id = working.ask(project, "node.create", node("Idea")).await;
    let ack = working.answer(id).await.expect("it is acknowledged");

    assert_eq!(ack["data"]["id"], json!(id));
    for socket in [&mut watching, &mut working] {
        let event = socket.next_of("events").await["events"][0].clone();
        assert_eq!(event["seq"], ack["seq"]);
        assert_eq!(event["opId"], json!(id));
        assert_eq!(event["data"]["prompt"], "Idea");
    }
    assert_eq!(json!(seq(&owner, project).await), ack["seq"]);
}

#[tokio::test]
async fn t4_an_op_sent_three_times_has_one_effect_and_one_answer() {
    let app = TestApp::start().await;
    let (project, owner, _) = app.project([]).await;
    let (mut socket, _) = owner.listen(project).await;
    let id = socket.ask(project, "node.create", node("Once")).await;
    let first = socket.answer(id).await.expect("it is acknowledged");

    socket
        .ask_as(id, project, "node.create", node("Once"))
        .await;
    let again = socket.answer(id).await.expect("it is acknowledged again");
    let mut elsewhere = owner.socket().await;
    elsewhere
        .ask_as(id, project, "node.create", node("Once"))
        .await;
    let third = elsewhere.answer(id).await.expect("and on another socket");
    socket
        .ask_as(id, project, "node.create", node("Other"))
        .await;
    let other = socket.answer(id).await.expect_err("not with other data");

    assert_eq!(first, again);
    assert_eq!(first, third);
    assert_eq!(other["code"], "op_reused");
    assert_eq!(json!(seq(&owner, project).await), first["seq"]);
}

#[tokio::test]
async fn ops_of_one_socket_are_carried_out_in_the_order_they_were_sent() {
    let app = TestApp::start().await;
    let (project, owner, _) = app.project([]).await;
    let (mut socket, first) = owner.listen(project).await;
    let start: i64 = parsed(&first["seq"]);

    let mut asked = vec![socket.ask(project, "node.create", node("0")).await];
    for place in 1..100 {
        let parents = json!({"prompt": place.to_string(), "position": {"x": 0, "y": 0},
            "parentIds": [asked[place - 1]]});
        asked.push(socket.ask(project, "node.create", parents).await);
    }

    for (place, id) in asked.into_iter().enumerate() {
        let ack = socket.answer(id).await.expect("each finds its parent");
        let place = i64::try_from(place).expect("small");
        assert_eq!(ack["seq"], json!(start + 1 + place));
    }
}

#[tokio::test]
async fn a_batch_over_the_socket_is_one_event() {
    let app = TestApp::start().await;
    let (project, owner, _) = app.project([]).await;
    let (mut socket, _) = owner.listen(project).await;
    let (one, two) = (uuid::Uuid::now_v7(), uuid::Uuid::now_v7());

    let ops = json!({"ops": [
        {"id": one, "op": "node.create", "data": node("one")},
        {"id": two, "op": "node.create", "data": node("two")},
        {"op": "edge.create", "data": {"sourceId": one, "targetId": two}},
    ]});
    let ack = socket.done(project, "batch", ops).await;

    let event = socket.next_of("events").await["events"][0].clone();
    assert_eq!(event["op"], "batch");
    assert_eq!(event["seq"], ack["seq"]);
    assert_eq!(ack["data"]["results"][2]["sourceId"], json!(one));
}

#[tokio::test]
async fn coming_back_tells_exactly_what_was_missed() {
    let app = TestApp::start().await;
    let (project, owner, _) = app.project([]).await;
    let (socket, first) = owner.listen(project).await;
    let since: i64 = parsed(&first["seq"]);
    drop(socket);
    for place in 0..5 {
        owner.create_node(project, &place.to_string()).await;
    }

    let mut back = owner.socket().await;
    let tail = back.resume(project, &first["epoch"], since + 2).await;

    assert_eq!(tail["type"], "tail");
    assert_eq!(tail["from"], json!(since + 2));
    let seqs: Vec<i64> = tail["events"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|event| parsed(&event["seq"]))
        .collect();
    assert_eq!(seqs, [since + 3, since + 4, since + 5]);
}

#[tokio::test]
async fn after_a_restart_the_tail_comes_from_the_log() {
    let app = TestApp::start().await;
    let (project, owner, _) = app.project([]).await;
    let (_, first) = owner.listen(project).await;
    owner.create_node(project, "missed").await;
    let app = app.restart().await;
    let owner = app.log_in("owner").await;

    let mut back = owner.socket().await;
    let since: i64 = parsed(&first["seq"]);
    let tail = back.resume(project, &first["epoch"], since).await;

    assert_eq!(tail["type"], "tail");
    assert_eq!(tail["events"][0]["data"]["prompt"], "missed");
}

#[tokio::test]
async fn what_cannot_be_continued_begins_anew() {
    let app = TestApp::start().await;
    let (project, owner, _) = app.project([]).await;
    let (mut socket, first) = owner.listen(project).await;
    let head: i64 = parsed(&first["seq"]);

    let above = socket.resume(project, &first["epoch"], head + 1).await;
    let negative = socket.resume(project, &first["epoch"], -1).await;
    let foreign = socket
        .resume(project, &json!(uuid::Uuid::now_v7()), head)
        .await;
    let continued = socket.resume(project, &first["epoch"], head).await;

    assert_eq!(above["type"], "snapshot");
    assert_eq!(negative["type"], "snapshot");
    assert_eq!(foreign["type"], "snapshot");
    assert_eq!(continued["type"], "tail");
    assert_eq!(continued["events"], json!([]));
}

#[tokio::test]
async fn a_gap_too_large_to_tell_is_a_snapshot() {
    let app = TestApp::start().await;
    let (project, owner, _) = app.project([]).await;
    let (mut socket, first) = owner.listen(project).await;
    let node = owner.create_node(project, "moves").await;
    for batch in 0..11 {
        let mut ids = Vec::new();
        for x in 0..100 {
            let x = batch * 1_000 + x;
            let positions = json!({"positions": [{"id": node, "x": x, "y": 0}]});
            ids.push(socket.ask(project, "node.move", positions).await);
        }
        for id in ids {
            socket.answer(id).await.expect("it moves");
        }
    }

    let mut late = owner.socket().await;
    let since: i64 = parsed(&first["seq"]);
    let far = late.resume(project, &first["epoch"], since).await;
    let near = late.resume(project, &first["epoch"], since + 1_000).await;

    assert_eq!(far["type"], "snapshot");
    assert_eq!(near["type"], "tail");
    assert_eq!(near["events"].as_array().map(Vec::len), Some(101));
}

#[tokio::test]
async fn one_socket_listens_to_several_projects_and_stops_when_asked() {
    let app = TestApp::start().await;
    let owner = app.register("owner").await;
    let one = owner.create_project("One").await;
    let two = owner.create_project("Two").await;
    let (mut socket, _) = owner.listen(one).await;
    socket.subscribe(two).await;

    socket
        .send(json!({"type": "unsubscribe", "project": one}))
        .await;
    assert_eq!(socket.next_of("unsubscribed").await["project"], json!(one));
    owner.create_node(one, "unheard").await;
    owner.create_node(two, "heard").await;

    let events = socket.next_of("events").await;
    assert_eq!(events["project"], json!(two));
}

#[tokio::test]
async fn subscribing_counts_as_an_operation() {
    let app = TestApp::with(|settings| {
        settings.rates.enabled = true;
        settings.hub.ops_burst = 3;
        settings.hub.ops_per_second = 1;
    })
    .await;
    let (project, owner, _) = app.project([]).await;
    let (mut socket, _) = owner.listen(project).await;

    for _ in 0..10 {
        let again = json!({"type": "subscribe", "project": project});
        socket.send(again).await;
    }

    let nack = socket.next_of("nack").await;
    assert_eq!(nack["code"], "rate_limited");
    assert_eq!(nack["project"], json!(project));
    assert!(nack["retryAfterMs"].is_number(), "{nack}");
}

#[tokio::test]
async fn a_project_one_may_not_see_is_not_found() {
    let app = TestApp::start().await;
    let (project, ..) = app.project([]).await;
    let stranger = app.register("stranger").await;
    let mut socket = stranger.socket().await;
    let random = kernel::ProjectId::generate();

    let mut answers = Vec::new();
    for asked in [project, random] {
        socket
            .send(json!({"type": "subscribe", "project": asked}))
            .await;
        let mut nack = socket.next_of("nack").await;
        assert_eq!(nack["project"], json!(asked));
        nack["project"] = Value::Null;
        answers.push(nack);
    }

    assert_eq!(answers[0]["code"], "not_found");
    assert_eq!(answers[0], answers[1]);
}

//! What changes make the server look at: nobody waits for whoever asks for much.

use std::time::Instant;

use futures::future::join_all;
use kernel::{NodeId, ProjectId, Role};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::kit::{Answer, Client, Paths, TestApp, parsed};

const OPS_PER_BATCH: usize = 500;

async fn send(client: &Client, project: ProjectId, ops: Vec<Value>) -> Answer {
    client.post(&project.ops(), json!({"ops": ops})).await
}

/// Makes nodes, each below the one before.
async fn make_thread(client: &Client, project: ProjectId, nodes: usize) -> Vec<Uuid> {
    let ids: Vec<Uuid> = (0..nodes).map(|_| Uuid::now_v7()).collect();
    let parents = std::iter::once(None).chain(ids.iter().map(Some));
    let ops: Vec<Value> = (ids.iter().zip(parents))
        .map(|(id, parent)| {
            let parents: Vec<_> = parent.into_iter().collect();
            let position = json!({"x": 0, "y": 0});
            let data = json!({"prompt": "?", "position": position, "parentIds": parents});
            json!({"id": id, "op": "node.create", "data": data})
        })
        .collect();
    for ops in ops.chunks(OPS_PER_BATCH) {
        send(client, project, ops.to_vec()).await.expect(200);
    }
    ids
}

fn connect(from: Uuid, to: Uuid) -> (Uuid, Value) {
    let id = Uuid::now_v7();
    let data = json!({"sourceId": from, "targetId": to});
    (id, json!({"id": id, "op": "edge.create", "data": data}))
}

fn disconnect(edge: Uuid) -> Value {
    json!({"id": Uuid::now_v7(), "op": "edge.delete", "data": {"id": edge}})
}

/// Hangs each of two threads below the other's end again and again: all of it has to move each time.
fn swing(one: &[Uuid], other: &[Uuid], times: usize) -> Vec<Value> {
    let (one, other) = (
        (one[0], one[one.len() - 1]),
        (other[0], other[other.len() - 1]),
    );
    let turns = (0..times).map(|turn| {
        if turn % 2 == 0 {
            (one.1, other.0)
        } else {
            (other.1, one.0)
        }
    });
    turns
        .flat_map(|(from, to)| {
            let (edge, connect) = connect(from, to);
            [connect, disconnect(edge)]
        })
        .collect()
}

#[tokio::test]
async fn a_change_that_would_look_at_too_much_is_refused_alone() {
    let app = TestApp::with(|settings| settings.rates.visits_per_change = 10_000).await;
    let (project, owner, [editor]) = app.project([Role::Editor]).await;
    let one = make_thread(&owner, project, 100).await;
    let other = make_thread(&owner, project, 100).await;
    let before = owner.get(&project.graph()).await.expect(200);

    let (refused, made) = tokio::join!(
        send(&owner, project, swing(&one, &other, 200)),
        editor.create_node(project, "made beside it"),
    );

    refused.problem(422, "too_much_work");
    let after = owner.get(&project.graph()).await.expect(200);
    assert_eq!(after["edges"], before["edges"]);
    assert_eq!(
        parsed::<i64>(&after["seq"]),
        parsed::<i64>(&before["seq"]) + 1
    );
    editor.get(&project.node(made)).await.expect(200);
    send(&owner, project, swing(&one, &other, 10))
        .await
        .expect(200);
}

#[tokio::test]
async fn edges_come_and_go_above_many_nodes_in_one_batch() {
    let app = TestApp::with(|settings| settings.rates.visits_per_change = 5_000).await;
    let (project, owner, []) = app.project([]).await;
    let top = owner.create_node(project, "top").await;
    let thread = make_thread(&owner, project, 1_000).await;

    let mut ops = Vec::new();
    for _ in 0..OPS_PER_BATCH / 2 {
        let (edge, connect) = connect(top.uuid(), thread[0]);
        ops.extend([connect, disconnect(edge)]);
    }
    let (_, last) = connect(top.uuid(), thread[0]);
    ops.pop();
    ops.pop();
    ops.push(last);

    send(&owner, project, ops).await.expect(200);
    let lowest = NodeId::from_uuid(thread[thread.len() - 1]);
    let path = format!("{}/ancestors", project.node(lowest));
    let above = owner.get(&path).await.expect(200);
    let above = above["items"].as_array().expect("a list");
    assert_eq!(above.len(), thread.len());
    assert_eq!(above[0]["id"], json!(top));
}

#[tokio::test]
async fn whoever_made_the_server_look_at_much_waits_and_others_go_on() {
    let app = TestApp::with(|settings| {
        settings.rates.enabled = true;
        settings.rates.user_per_minute = 100_000;
        settings.rates.login_per_minute = 100_000;
        settings.rates.anonymous_per_minute = 100_000;
        settings.rates.visits_per_second = 100;
        settings.rates.visits_burst = 3_000;
    })
    .await;
    let (project, owner, [editor]) = app.project([Role::Editor]).await;
    let one = make_thread(&owner, project, 100).await;
    let other = make_thread(&owner, project, 100).await;

    send(&owner, project, swing(&one, &other, 200))
        .await
        .expect(200);

    let (_, more) = connect(one[0], other[0]);
    let refused = send(&owner, project, vec![more.clone()]).await;
    let seconds: u64 = refused
        .header("retry-after")
        .parse()
        .expect("how long to wait");
    assert!(seconds > 0);
    refused.problem(429, "rate_limited");
    owner.get(&project.graph()).await.expect(200);
    send(&editor, project, vec![more]).await.expect(200);
}

/// What somebody elsewhere waits for a login and a change.
#[expect(
    clippy::print_stdout,
    reason = "a figure for whoever runs this with --nocapture"
)]
async fn bystander(app: &TestApp, name: &str, project: ProjectId, when: &str) {
    let begun = Instant::now();
    let client = app.log_in(name).await;
    let logged_in = begun.elapsed();
    client.create_node(project, when).await;
    println!(
        "{when}: logged in after {logged_in:?}, changed after {:?}",
        begun.elapsed()
    );
}

#[tokio::test]
async fn nobody_waits_behind_a_project_whose_changes_look_at_much() {
    let app = TestApp::start().await;
    let (project, attacker, []) = app.project([]).await;
    let one = make_thread(&attacker, project, 1_000).await;
    let other = make_thread(&attacker, project, 1_000).await;
    let neighbour = app.register("neighbour").await;
    let elsewhere = neighbour.create_project("Elsewhere").await;

    bystander(&app, "neighbour", elsewhere, "before").await;
    let attack = join_all((0..10).map(|_| send(&attacker, project, swing(&one, &other, 100))));
    let meanwhile = async {
        for _ in 0..5 {
            bystander(&app, "neighbour", elsewhere, "during").await;
        }
    };
    let (answers, ()) = tokio::join!(attack, meanwhile);
    bystander(&app, "neighbour", elsewhere, "after").await;

    for answer in answers {
        answer.expect(200);
    }
    let nodes = neighbour.all(&elsewhere.nodes(), 100).await;
    assert_eq!(nodes.len(), 7);
}

#[tokio::test]
async fn eight_projects_whose_changes_look_at_much_leave_others_their_turn() {
    let app = TestApp::start().await;
    let attacker = app.register("attacker").await;
    let mut heavy = Vec::new();
    for number in 0..8 {
        let project = attacker.create_project(&format!("Heavy {number}")).await;
        let one = make_thread(&attacker, project, 300).await;
        let other = make_thread(&attacker, project, 300).await;
        heavy.push((project, one, other));
    }
    let neighbour = app.register("neighbour").await;
    let elsewhere = neighbour.create_project("Elsewhere").await;

    bystander(&app, "neighbour", elsewhere, "before").await;
    let attack = join_all(heavy.iter().map(async |(project, one, other)| {
        for _ in 0..3 {
            let ops = swing(one, other, 100);
            send(&attacker, *project, ops).await.expect(200);
        }
    }));
    let meanwhile = async {
        for _ in 0..5 {
            bystander(&app, "neighbour", elsewhere, "during").await;
        }
    };
    tokio::join!(attack, meanwhile);
    bystander(&app, "neighbour", elsewhere, "after").await;

    assert_eq!(neighbour.all(&elsewhere.nodes(), 100).await.len(), 7);
}

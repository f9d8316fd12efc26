//! A request that goes away at any moment leaves its mutation whole or absent (B20), and never takes
//! an acknowledged one with it.

use std::{collections::HashSet, time::Duration};

use kernel::ProjectId;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::kit::{Client, Paths, TestApp, long, parsed};

#[tokio::test]
async fn b20_cancelled_requests_lose_nothing_that_was_acknowledged() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let (cancelled, inserts) = if long() {
        (10_000, 2_000)
    } else {
        (1_000, 200)
    };

    let cancelling = cancel_many(&app, &owner, project, cancelled);
    let inserting = insert_many(&owner, project, inserts);
    let ((), acknowledged) = tokio::join!(cancelling, inserting);

    let graph = owner.get(&project.graph()).await.expect(200);
    let nodes: Vec<Value> = parsed(&graph["nodes"]);
    let stored: HashSet<String> = nodes.iter().map(|node| parsed(&node["id"])).collect();
    let lost = acknowledged
        .iter()
        .filter(|id| !stored.contains(*id))
        .count();
    assert_eq!(lost, 0);
    assert_whole(&graph);
    println!(
        "B20: {cancelled} cancelled requests among {} acknowledged inserts, {lost} lost",
        acknowledged.len()
    );
}

/// Each of the cancelled requests makes a node with an edge: both are there, or neither.
fn assert_whole(graph: &Value) {
    let edges: Vec<Value> = parsed(&graph["edges"]);
    let targets: HashSet<String> = edges.iter().map(|edge| parsed(&edge["targetId"])).collect();
    for node in parsed::<Vec<Value>>(&graph["nodes"]) {
        if node["prompt"] == "cancelled" {
            assert!(targets.contains(&parsed::<String>(&node["id"])), "{node}");
        }
    }
}

/// Sends requests and goes away: before, during and after what the server does with them.
async fn cancel_many(app: &TestApp, owner: &Client, project: ProjectId, requests: usize) {
    let parent = owner.create_node(project, "parent").await;
    let body = json!({
        "prompt": "cancelled", "position": { "x": 0, "y": 0 }, "parentIds": [parent],
    })
    .to_string();
    let token = owner.token.clone().unwrap_or_default();
    let request = format!(
        "POST /api/v1/projects/{project}/nodes HTTP/1.1\r\nHost: test\r\n\
         Authorization: Bearer {token}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let senders = (0..20).map(|sender| {
        let request = request.clone();
        async move {
            for turn in 0..requests / 20 {
                let micros = u64::try_from((turn * 37 + sender * 101) % 4_000).unwrap_or_default();
                send_and_leave(app, &request, Duration::from_micros(micros)).await;
            }
        }
    });
    futures::future::join_all(senders).await;
}

async fn send_and_leave(app: &TestApp, request: &str, patience: Duration) {
    let mut stream = TcpStream::connect(app.address)
        .await
        .expect("the server takes connections");
    // How far it comes before the caller is gone is what differs from one request to the next.
    let _ = tokio::time::timeout(patience, async {
        stream.write_all(request.as_bytes()).await?;
        let mut answer = [0; 1_024];
        stream.read(&mut answer).await
    })
    .await;
}

async fn insert_many(owner: &Client, project: ProjectId, inserts: usize) -> Vec<String> {
    let path = project.nodes();
    let writers = (0..10).map(|_| async {
        let mut acknowledged = Vec::new();
        for _ in 0..inserts / 10 {
            let body = json!({ "prompt": "kept", "position": { "x": 0, "y": 0 } });
            let created = owner.post(&path, body).await.expect(201);
            acknowledged.push(parsed(&created["id"]));
        }
        acknowledged
    });
    futures::future::join_all(writers).await.concat()
}

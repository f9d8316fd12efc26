//! Somebody who asks for a project again and again, and somebody else who wants to join theirs.

use std::time::{Duration, Instant};

use kernel::ProjectId;
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;
use uuid::Uuid;

use crate::kit::{Client, Paths, Socket, TestApp};

const SUBSCRIBES: usize = 600;
const NODES: usize = 2_000;
const OPS_PER_BATCH: usize = 500;

async fn large_project(owner: &Client) -> ProjectId {
    let project = owner.create_project("Large").await;
    let ops: Vec<Value> = (0..NODES)
        .map(|place| {
            let data = json!({
                "prompt": "What follows? ".repeat(20), "position": {"x": place, "y": 0},
            });
            json!({"id": Uuid::now_v7(), "op": "node.create", "data": data})
        })
        .collect();
    for ops in ops.chunks(OPS_PER_BATCH) {
        owner
            .post(&project.ops(), json!({"ops": ops}))
            .await
            .expect(200);
    }
    project
}

/// Joins, and gives how long it took until the whole project was there.
async fn join(person: &Client, project: ProjectId) -> Duration {
    let begun = Instant::now();
    let (_, first) = person.listen(project).await;
    let took = begun.elapsed();
    assert_eq!(first["type"], "snapshot");
    let nodes = first["nodes"].as_array().expect("a snapshot has nodes");
    assert_eq!(nodes.len(), NODES);
    took
}

/// Asks without waiting for an answer, as fast as it is taken.
async fn ask_much(socket: &mut Socket, project: ProjectId) {
    let ask = json!({"type": "subscribe", "project": project}).to_string();
    for _ in 0..SUBSCRIBES {
        if socket
            .send_message(Message::text(ask.clone()))
            .await
            .is_err()
        {
            return;
        }
    }
}

/// What came of it: how many snapshots, how many refusals, and how the socket ended.
struct Came {
    snapshots: usize,
    refusals: usize,
    closed: u16,
}

async fn answers(socket: &mut Socket) -> Came {
    let (mut snapshots, mut refusals) = (0, 0);
    loop {
        match socket.next().await {
            Ok(frame) if frame["type"] == "snapshot" => snapshots += 1,
            Ok(frame) if frame["type"] == "nack" => {
                assert_eq!(frame["code"], "rate_limited");
                refusals += 1;
            }
            Ok(_) => {}
            Err(closed) => {
                return Came {
                    snapshots,
                    refusals,
                    closed: closed.code,
                };
            }
        }
    }
}

#[tokio::test]
async fn six_hundred_subscribes_of_a_stranger_are_refused_while_somebody_else_joins() {
    let app = TestApp::with(|settings| settings.rates.enabled = true).await;
    let owner = app.register("owner").await;
    let stranger = app.register("stranger").await;
    let own = large_project(&owner).await;
    let public = large_project(&stranger).await;
    let open = json!({"isPublic": true});
    stranger.patch(&public.path(), open).await.expect(200);
    let before = join(&owner, own).await;

    let mut socket = stranger.socket().await;
    let attack = async {
        ask_much(&mut socket, public).await;
        answers(&mut socket).await
    };
    let (came, during) = tokio::join!(attack, join(&owner, own));
    let after = join(&owner, own).await;

    let Came {
        snapshots,
        refusals,
        closed,
    } = came;
    println!(
        "somebody else joins in {before:?} before, {during:?} during and {after:?} after \
         {SUBSCRIBES} subscribes, which got {snapshots} snapshots, {refusals} refusals and {closed}"
    );
    assert!(refusals > 0, "what is beyond the budget is refused");
    assert_eq!(closed, 4029, "and so many frames at once close the socket");
    let budget = usize::try_from(platform::Settings::default().hub.ops_burst).expect("small");
    assert!(snapshots <= budget, "{snapshots}");
}

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
    let nodes = first["graph"]["nodes"]
        .as_array()
        .expect("a snapshot has nodes");
    assert_eq!(nodes.len(), NODES);
    took
}

/// Asks without waiting for an answer, as fast as it is taken, and at last for something else.
async fn ask_much(socket: &mut Socket, project: ProjectId) {
    let frame = |kind| json!({"type": kind, "project": project}).to_string();
    let asks = std::iter::repeat_n(frame("subscribe"), SUBSCRIBES);
    for ask in asks.chain([frame("unsubscribe")]) {
        if socket.send_message(Message::text(ask)).await.is_err() {
            return;
        }
    }
}

/// What came of it: how many snapshots, how many refusals, and how the socket ended if it did: that
/// depends on how fast the frames were taken.
struct Came {
    snapshots: usize,
    refusals: usize,
    closed: Option<u16>,
}

async fn answers(socket: &mut Socket) -> Came {
    let mut came = Came {
        snapshots: 0,
        refusals: 0,
        closed: None,
    };
    loop {
        let frame = match socket.next().await {
            Ok(frame) => frame,
            Err(closed) => {
                came.closed = Some(closed.code);
                return came;
            }
        };
        match frame["type"].as_str().expect("frames have a type") {
            "snapshot" => came.snapshots += 1,
            "nack" => {
                assert_eq!(frame["code"], "rate_limited");
                came.refusals += 1;
            }
            "unsubscribed" => return came,
            _ => {}
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
         {SUBSCRIBES} subscribes, which got {snapshots} snapshots and {refusals} refusals; \
         closed: {closed:?}"
    );
    assert!(refusals > 0, "what is beyond the budget is refused");
    // One that is superseded before its turn is not read.
    assert!(snapshots < SUBSCRIBES / 10, "{snapshots}");
}

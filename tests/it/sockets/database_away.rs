//! B3, B4: Postgres goes away, also in the middle of a COMMIT, and comes back.

use std::time::{Duration, Instant};

use kernel::ProjectId;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::kit::{Cable, Listener, Paths, Socket, TestApp, node_data, on_postgres, parsed, until};

/// When each connection of the pool has been found broken, the next command waits for a new one.
const WRITERS_AND_ONE: usize = 5;

/// Sends an operation until it is acknowledged; gives its number, and how often it was sent.
async fn insist(socket: &mut Socket, id: Uuid, project: ProjectId, data: &Value) -> (i64, usize) {
    let mut times = 0;
    loop {
        times += 1;
        socket
            .ask_as(id, project, "node.create", data.clone())
            .await;
        match socket.answer(id).await {
            Ok(ack) => return (parsed(&ack["seq"]), times),
            Err(nack) => assert_eq!(nack["retryable"], true, "{nack}"),
        }
    }
}

#[tokio::test]
async fn b3_without_postgres_writes_are_refused_for_now_and_sockets_stay_open() {
    if !on_postgres() {
        return;
    }
    let (app, cable) = TestApp::on_a_cable().await;
    let (project, owner, _) = app.project([]).await;
    let mut listener = Listener::begin(&owner, project).await;

    cable.pull();
    let mut refused = Vec::new();
    for _ in 0..WRITERS_AND_ONE {
        let begun = Instant::now();
        let nack = listener
            .socket
            .refused(project, "node.create", node_data("?"))
            .await;
        refused.push(begun.elapsed());
        assert_eq!(nack["code"], "unavailable");
        assert_eq!(nack["retryable"], true);
    }
    let answer = owner.post(&project.nodes(), node_data("?")).await;
    assert_eq!(answer.header("retry-after"), "2");
    answer.problem(503, "unavailable");
    listener.socket.send(json!({"type": "ping"})).await;
    listener.socket.next_of("pong").await;

    cable.put_back();
    let begun = Instant::now();
    let (seq, _) = insist(
        &mut listener.socket,
        Uuid::now_v7(),
        project,
        &node_data("back"),
    )
    .await;
    listener.follow_until(seq).await;
    println!(
        "refused after {refused:?}, works {:?} after its return",
        begun.elapsed()
    );
    assert_eq!(owner.state(project).await, (seq, listener.copy.hash()));
}

#[tokio::test]
async fn b3_a_database_that_swallows_everything_holds_nobody_for_ever() {
    if !on_postgres() {
        return;
    }
    let (app, cable) = TestApp::on_a_cable().await;
    let (project, owner, _) = app.project([]).await;
    let mut listener = Listener::begin(&owner, project).await;

    cable.swallow();
    let begun = Instant::now();
    let nack = listener
        .socket
        .refused(project, "node.create", node_data("?"))
        .await;
    println!("refused after {:?}", begun.elapsed());
    assert_eq!(nack["code"], "unavailable");
    assert_eq!(nack["retryable"], true);

    cable.put_back();
    let (id, data) = (Uuid::now_v7(), node_data("back"));
    let (seq, _) = insist(&mut listener.socket, id, project, &data).await;
    listener.follow_until(seq).await;
    assert_eq!(owner.state(project).await, (seq, listener.copy.hash()));
}

/// Stops the server while somebody is connected to it; that it ends is seen to by the kit.
async fn stop_without(cable: impl FnOnce(&Cable)) -> Duration {
    let (app, plug) = TestApp::on_a_cable().await;
    let (project, owner, _) = app.project([]).await;
    let mut listener = Listener::begin(&owner, project).await;
    cable(&plug);
    // What it wants to write at its end, such as who is no longer here, has nowhere to go.
    let asked = json!({"type": "op", "id": Uuid::now_v7(), "project": project,
        "op": "node.create", "data": node_data("?")});
    listener.socket.send(asked).await;
    let begun = Instant::now();
    app.stop();
    begun.elapsed()
}

#[tokio::test]
async fn b3_a_server_ends_while_postgres_is_away() {
    if on_postgres() {
        println!("ended after {:?}", stop_without(Cable::pull).await);
    }
}

#[tokio::test]
async fn b3_a_server_ends_while_postgres_does_not_answer() {
    if on_postgres() {
        println!("ended after {:?}", stop_without(Cable::swallow).await);
    }
}

#[tokio::test]
async fn b4_a_commit_that_broke_is_sent_again_and_found() {
    if !on_postgres() {
        return;
    }
    let (app, cable) = TestApp::on_a_cable().await;
    let (project, owner, _) = app.project([]).await;
    let mut socket = owner.socket().await;
    let mut seqs = Vec::new();
    let mut again = 0;

    for round in 0..40_u64 {
        let id = Uuid::now_v7();
        let data = node_data(&format!("round {round}"));
        // Somewhere in the middle of it, from round to round a little later.
        let pulling = async {
            tokio::time::sleep(Duration::from_micros(round * 150)).await;
            cable.pull();
            cable.put_back();
        };
        let ((seq, times), ()) = tokio::join!(insist(&mut socket, id, project, &data), pulling);
        again += times - 1;
        seqs.push(seq);
    }

    let path = project.at("events?after=1&limit=1000");
    // A reader that was busy when its connection broke finds out by using it.
    until("the log can be read", async || {
        owner.get(&path).await.status.is_success()
    })
    .await;
    let events = owner.get(&path).await.expect(200);
    let events = events["events"].as_array().expect("a list");
    let logged: Vec<i64> = events.iter().map(|event| parsed(&event["seq"])).collect();
    println!(
        "{} operations, sent {again} times again, each once in the log",
        seqs.len()
    );
    assert_eq!(seqs, logged);
}

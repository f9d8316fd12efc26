//! Sockets on several instances, with a Redis that breaks and lies (T2, B1, B2, B17).

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::{Duration, Instant},
};

use futures::future::join_all;
use kernel::{ProjectId, Role};
use serde_json::json;

use crate::kit::{
    Client, FaultProxy, Faults, Listener, Paths, RedisServer, TestApp, long, node_data,
    on_postgres, until,
};

async fn redis() -> Option<RedisServer> {
    if !on_postgres() {
        return None;
    }
    RedisServer::start().await
}

async fn until_bus(app: &TestApp, status: &str) -> Duration {
    let begun = Instant::now();
    until("the instance knows of its Redis", async || {
        app.anonymous().page("/readyz").await.expect(200)["status"] == status
    })
    .await;
    begun.elapsed()
}

/// How long edits made by one take to reach the other, sorted.
async fn delays(editor: &Client, listener: &mut Listener, edits: usize) -> Vec<Duration> {
    let mut delays = Vec::new();
    for _ in 0..edits {
        let begun = Instant::now();
        editor.create_node(listener.project, "Why?").await;
        let next = listener.copy.seq + 1;
        listener.follow_until(next).await;
        delays.push(begun.elapsed());
    }
    delays.sort();
    delays
}

fn at_other(app: &TestApp, client: &Client) -> Client {
    app.anonymous().logged_in(&client.login)
}

#[tokio::test]
async fn what_happens_on_one_instance_is_seen_on_the_other() {
    let Some(redis) = redis().await else { return };
    let first = TestApp::with(|settings| settings.redis_url = Some(redis.url())).await;
    let second = first.beside().await;
    until_bus(&first, "ready").await;
    until_bus(&second, "ready").await;
    let (project, owner, [editor]) = first.project([Role::Editor]).await;
    let mut here = Listener::begin(&owner, project).await;
    let mut there = Listener::begin(&at_other(&second, &editor), project).await;
    let s = there.socket.ready["s"].clone();

    // Who came on the other instance is told here, where they are, and that they left.
    here.socket
        .next_where("presence", |frame| frame["peers"][0]["s"] == s)
        .await;
    let cursor = json!({"type": "presence", "project": project, "cursor": {"x": 5, "y": 6}});
    there.socket.send(cursor).await;
    let moved = here
        .socket
        .next_where("presence", |frame| frame["peers"][0]["cursor"]["x"] == 5.0)
        .await;
    assert_eq!(moved["peers"][0]["s"], s);
    let (_late, snapshot) = owner.listen(project).await;
    let known = snapshot["presence"].as_array().expect("a list");
    let known = known
        .iter()
        .find(|peer| peer["s"] == s)
        .expect("they are there");
    assert_eq!(known["name"], "member0");
    assert_eq!(known["cursor"]["x"], 5.0);

    let over_socket = there
        .socket
        .ask(project, "node.create", node_data("there"))
        .await;
    there
        .socket
        .answer(over_socket)
        .await
        .expect("it is acknowledged");
    owner.create_node(project, "here").await;
    let (seq, hash) = owner.state(project).await;
    here.follow_until(seq).await;
    there.follow_until(seq).await;
    assert_eq!(here.copy.hash(), hash);
    assert_eq!(there.copy.hash(), hash);

    drop(there);
    here.socket
        .next_where("presence", |frame| frame["left"] == json!([s]))
        .await;
}

#[tokio::test]
async fn t8_what_one_instance_ends_is_over_on_the_other() {
    let Some(redis) = redis().await else { return };
    let first = TestApp::with(|settings| settings.redis_url = Some(redis.url())).await;
    let second = first.beside().await;
    let (project, owner, [editor, viewer]) = first.project([Role::Editor, Role::Viewer]).await;
    let (mut removed, _) = at_other(&second, &editor).listen(project).await;
    let (mut ended, _) = at_other(&second, &viewer).listen(project).await;
    until("the other instance's people are listed", async || {
        let here = owner.all(&project.sessions(), 50).await;
        here.len() == 2
    })
    .await;

    let begun = Instant::now();
    let path = project.member(editor.user_id());
    owner.delete(&path).await.expect(204);
    let (_, closed) = removed.closed().await;
    let removal = begun.elapsed();
    assert_eq!(closed.code, 4003);
    let begun = Instant::now();
    viewer.post("/auth/logout", json!({})).await.expect(204);
    let (_, closed) = ended.closed().await;
    assert_eq!(closed.code, 4001);

    println!(
        "a removal took {removal:?}, the end of a session {:?}",
        begun.elapsed()
    );
}

#[tokio::test]
async fn b1_without_redis_edits_are_acknowledged_and_arrive_by_the_log() {
    let Some(mut redis) = redis().await else {
        return;
    };
    let first = TestApp::with(|settings| settings.redis_url = Some(redis.url())).await;
    let second = first.beside().await;
    until_bus(&second, "ready").await;
    let (project, owner, []) = first.project([]).await;
    let mut there = Listener::begin(&at_other(&second, &owner), project).await;
    let with = delays(&owner, &mut there, 20).await;

    redis.down();
    until_bus(&first, "degraded").await;
    until_bus(&second, "degraded").await;
    let without = delays(&owner, &mut there, 20).await;
    redis.up().await;
    let back = until_bus(&first, "ready").await + until_bus(&second, "ready").await;
    let again = delays(&owner, &mut there, 20).await;

    let (seq, hash) = owner.state(project).await;
    there.follow_until(seq).await;
    assert_eq!(there.copy.hash(), hash);
    println!(
        "from one instance to the other, median and worst: with Redis {:?} {:?}, without {:?} {:?}, \
         {back:?} after its return {:?} {:?}",
        with[10], with[19], without[10], without[19], again[10], again[19],
    );
}

#[tokio::test]
async fn b1_a_redis_that_hangs_delays_no_acknowledgement() {
    let Some(redis) = redis().await else { return };
    let app = TestApp::with(|settings| settings.redis_url = Some(redis.url())).await;
    until_bus(&app, "ready").await;
    let (project, owner, []) = app.project([]).await;
    let mut here = Listener::begin(&owner, project).await;

    redis.freeze();
    let hanging = delays(&owner, &mut here, 20).await;
    redis.thaw();

    println!(
        "while Redis hangs: median {:?}, worst {:?}",
        hanging[10], hanging[19]
    );
    let (seq, hash) = owner.state(project).await;
    here.follow_until(seq).await;
    assert_eq!(here.copy.hash(), hash);
}

#[tokio::test]
async fn b2_a_redis_that_was_flushed_or_is_full_loses_nothing() {
    let Some(redis) = redis().await else { return };
    let first = TestApp::with(|settings| settings.redis_url = Some(redis.url())).await;
    let second = first.beside().await;
    until_bus(&second, "ready").await;
    let (project, owner, []) = first.project([]).await;
    let mut there = Listener::begin(&at_other(&second, &owner), project).await;

    assert_eq!(redis.ask("FLUSHALL").await, "+OK");
    let flushed = delays(&owner, &mut there, 10).await;
    assert_eq!(redis.ask("CONFIG SET maxmemory 1").await, "+OK");
    let full = delays(&owner, &mut there, 10).await;
    assert_eq!(redis.ask("CONFIG SET maxmemory 0").await, "+OK");
    let again = delays(&owner, &mut there, 10).await;

    println!(
        "worst: flushed {:?}, full {:?}, again {:?}",
        flushed[9], full[9], again[9]
    );
    let (seq, hash) = owner.state(project).await;
    there.follow_until(seq).await;
    assert_eq!(there.copy.hash(), hash);
}

#[tokio::test]
async fn b17_instances_that_redis_no_longer_joins_agree_by_the_database() {
    let Some(redis) = redis().await else { return };
    let fault_proxy = FaultProxy::before(redis.address(), Faults::default(), 1).await;
    let first = TestApp::with(|settings| settings.redis_url = Some(redis.url())).await;
    let second = first
        .beside_with(|settings| settings.redis_url = Some(fault_proxy.url()))
        .await;
    until_bus(&second, "ready").await;
    let (project, owner, [editor]) = first.project([Role::Editor]).await;
    let editor = at_other(&second, &editor);
    let mut here = Listener::begin(&owner, project).await;
    let mut there = Listener::begin(&editor, project).await;

    fault_proxy.cut();
    until_bus(&second, "degraded").await;
    for round in 0..10 {
        owner.create_node(project, &format!("here {round}")).await;
        editor.create_node(project, &format!("there {round}")).await;
    }
    let begun = Instant::now();
    let (seq, hash) = owner.state(project).await;
    here.follow_until(seq).await;
    there.follow_until(seq).await;

    println!(
        "both have all of it {:?} after the last edit",
        begun.elapsed()
    );
    assert_eq!(here.copy.hash(), hash);
    assert_eq!(there.copy.hash(), hash);
    assert_eq!(editor.state(project).await, (seq, hash));
}

/// Somebody who keeps losing the connection and goes on wherever there is an instance.
async fn wander(clients: &[Client; 2], project: ProjectId, times: usize, seed: usize) -> Listener {
    let mut listener = Listener::begin(&clients[seed % 2], project).await;
    for time in 0..times {
        for _ in 0..(time + seed) % 4 {
            let frame = listener.socket.next().await.expect("the socket stays open");
            listener.take(&frame);
        }
        let socket = clients[(time + seed / 2) % 2].socket().await;
        listener.go_on(socket).await;
    }
    listener
}

/// Edits until it is told to stop.
async fn edit(client: &Client, project: ProjectId, stop: &AtomicBool) {
    let mut socket = client.socket().await;
    let mut round = 0;
    while !stop.load(Ordering::Relaxed) {
        round += 1;
        let made = socket.ask(project, "node.create", node_data("?")).await;
        socket.answer(made).await.expect("it is made");
        let positions = json!({"positions": [{"id": made, "x": round, "y": 0}]});
        socket.done(project, "node.move", positions).await;
        socket
            .done(project, "node.delete", json!({"id": made}))
            .await;
    }
}

#[tokio::test]
async fn t2_nobody_misses_or_repeats_an_event_over_a_bus_that_lies() {
    let Some(redis) = redis().await else { return };
    let twentieth = Faults {
        dropped: 50,
        doubled: 50,
        late: 50,
    };
    let proxies = [
        FaultProxy::before(redis.address(), twentieth, 11).await,
        FaultProxy::before(redis.address(), twentieth, 12).await,
    ];
    let first = TestApp::with(|settings| settings.redis_url = Some(proxies[0].url())).await;
    let second = first
        .beside_with(|settings| settings.redis_url = Some(proxies[1].url()))
        .await;
    until_bus(&first, "ready").await;
    until_bus(&second, "ready").await;
    let (project, owner, _) = first.project([]).await;
    let clients = [owner.clone(), at_other(&second, &owner)];
    let (wanderers, times) = if long() { (20, 500) } else { (8, 25) };

    let stop = AtomicBool::new(false);
    let wandering = async {
        let wanders = (0..wanderers).map(|seed| wander(&clients, project, times, seed));
        let listeners = join_all(wanders).await;
        stop.store(true, Ordering::Relaxed);
        listeners
    };
    let (mut listeners, ..) = tokio::join!(
        wandering,
        edit(&clients[0], project, &stop),
        edit(&clients[1], project, &stop),
    );

    let (seq, hash) = owner.state(project).await;
    for listener in &mut listeners {
        listener.follow_until(seq).await;
        assert_eq!(listener.copy.hash(), hash);
    }
    let done = [proxies[0].done(), proxies[1].done()];
    println!(
        "{} disconnects, {seq} events, of each instance's messages dropped, doubled, late: {done:?}",
        wanderers * times
    );
    assert!(done.iter().flatten().sum::<usize>() > 0);
}

//! What every other test relies on.

use std::{collections::BTreeSet, time::Duration};

use kernel::Role;
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
};

use crate::kit::{FaultProxy, Faults, Paths, RedisServer, TestApp, patiently};

#[tokio::test]
async fn members_have_the_roles_they_were_given() {
    let app = TestApp::start().await;
    let (project, owner, [editor, viewer]) = app.project([Role::Editor, Role::Viewer]).await;

    let node = editor.create_node(project, "Why?").await;

    let path = project.node(node);
    assert_eq!(viewer.get(&path).await.ok()["prompt"], "Why?");
    viewer.delete(&path).await.problem(403, "forbidden");
    owner.delete(&path).await.ok();
}

#[tokio::test]
async fn mails_can_be_read() {
    let app = TestApp::start().await;
    app.register("ada").await;

    let mail = app.mail("ada@example.org", |_| true).await;

    assert!(!mail.subject.is_empty());
    assert!(mail.text.contains("token="), "{}", mail.text);
}

#[tokio::test]
async fn time_can_pass_for_the_server() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    ada.get("/users/me").await.expect(200);

    app.clock_shift(Duration::from_secs(60 * 60));

    ada.get("/users/me").await.problem(401, "unauthenticated");
}

#[tokio::test]
async fn a_replayed_request_changes_nothing() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let key = [("idempotency-key", "once")];

    let create = async || {
        let body = json!({"name": "Once"});
        ada.send(reqwest::Method::POST, "/projects", &key, body)
            .await
    };
    let (first, second) = (create().await, create().await);

    assert_eq!(second.header("idempotent-replayed"), "true");
    assert_eq!(first.expect(201), second.expect(201));
    let projects = ada.get("/projects").await.ok();
    assert_eq!(projects["items"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn a_redis_of_ones_own_can_be_killed_frozen_and_started_again() {
    let Some(mut redis) = RedisServer::start().await else {
        return;
    };
    assert_eq!(redis.ask("SET word kept").await, "+OK");

    redis.freeze();
    // Silence has no state to wait for, so the test listens for a while.
    tokio::select! {
        biased;
        said = redis.ask("PING") => panic!("{said}"),
        () = tokio::time::sleep(Duration::from_millis(200)) => {}
    }
    redis.thaw();
    assert_eq!(redis.ask("PING").await, "+PONG");
    redis.down();
    // Its port is nobody else's while it is down.
    let other = TcpSocket::new_v4().expect("a socket");
    assert!(other.bind(redis.address()).is_err());
    redis.up().await;

    assert_eq!(redis.ask("EXISTS word").await, ":0");
}

#[tokio::test]
async fn a_fault_proxy_drops_doubles_and_delays_messages_and_nothing_else() {
    let Some(redis) = RedisServer::start().await else {
        return;
    };
    let faults = Faults {
        dropped: 100,
        doubled: 100,
        late: 100,
    };
    let fault_proxy = FaultProxy::before(redis.address(), faults, 1).await;
    let mut stream = TcpStream::connect(fault_proxy.address())
        .await
        .expect("it listens");
    let says: String = (0..1_000)
        .map(|number| format!("SPUBLISH channel <{number}>\r\n"))
        .collect();
    let says = format!("HELLO 3\r\nSSUBSCRIBE channel\r\n{says}ECHO end\r\n");
    stream.write_all(says.as_bytes()).await.expect("it reads");

    let mut said = String::new();
    let mut piece = [0; 4096];
    let heard = loop {
        let read = patiently("more", stream.read(&mut piece)).await;
        let read = read.expect("the connection stays");
        assert_ne!(read, 0, "{said}");
        said.push_str(str::from_utf8(&piece[..read]).expect("text"));
        let heard: Vec<u32> = said
            .split('<')
            .filter_map(|piece| piece.split_once('>')?.0.parse().ok())
            .collect();
        let [dropped, doubled, _] = fault_proxy.done();
        // Answers are neither dropped nor late: after the last one only a late message may come.
        if said.contains("end") && heard.len() == 1_000 - dropped + doubled {
            break heard;
        }
    };

    let distinct: BTreeSet<u32> = heard.iter().copied().collect();
    let [dropped, doubled, late] = fault_proxy.done();
    assert!(dropped > 50 && doubled > 50 && late > 50);
    assert_eq!(distinct.len(), 1_000 - dropped);
    assert!(!heard.is_sorted());
}

#[tokio::test]
async fn a_fault_proxy_cuts_and_swallows_connections() {
    let Some(redis) = RedisServer::start().await else {
        return;
    };
    let fault_proxy = FaultProxy::before(redis.address(), Faults::default(), 0).await;
    let connect = async || {
        let stream = TcpStream::connect(fault_proxy.address()).await;
        stream.expect("it listens")
    };
    // Whether there was an answer before the connection ended.
    let answers = async |stream: &mut TcpStream| {
        // One that was closed may or may not take what is said.
        let _ = stream.write_all(b"PING\r\n").await;
        let mut answer = [0; 7];
        let read = patiently("an end", stream.read_exact(&mut answer)).await;
        read.is_ok() && answer == *b"+PONG\r\n"
    };
    let mut cut = connect().await;
    assert!(answers(&mut cut).await);

    fault_proxy.cut();
    assert!(!answers(&mut cut).await);
    assert!(!answers(&mut connect().await).await);

    fault_proxy.heal();
    let mut swallowed = connect().await;
    assert!(answers(&mut swallowed).await);
    fault_proxy.swallow();
    tokio::select! {
        biased;
        _ = answers(&mut swallowed) => panic!("nothing may come through, not even an end"),
        () = redis_has_turned(&redis) => {}
    }
    fault_proxy.heal();
    assert!(!answers(&mut swallowed).await);
    assert!(answers(&mut connect().await).await);
}

/// Time in which Redis answered others many times.
async fn redis_has_turned(redis: &RedisServer) {
    for _ in 0..100 {
        redis.ask("PING").await;
    }
}

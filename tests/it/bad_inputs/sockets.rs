//! Requests that are wrong before they are requests.

use std::time::Duration;

use futures::future::{Either, join_all, select};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::kit::TestApp;

const DRIBBLERS: usize = 1_000;

#[tokio::test]
async fn five_thousand_headers_are_431() {
    let app = TestApp::start().await;
    let headers: String = (0..5_000).map(|n| format!("x-{n}: {n}\r\n")).collect();

    let answer = app
        .raw(format!("GET /api/v1/users/me HTTP/1.1\r\nHost: x\r\n{headers}\r\n").as_bytes())
        .await;

    assert!(answer.starts_with("HTTP/1.1 431"), "{answer}");
    app.anonymous().page("/healthz").await.expect(200);
}

#[tokio::test]
async fn a_thousand_dribbling_sockets_are_closed_while_others_are_served() {
    let app = TestApp::start().await;
    let person = app.register("person").await;

    let mut dribblers = Box::pin(join_all((0..DRIBBLERS).map(|_| dribble(app.address))));
    let mut served = 0;
    let answers = loop {
        let asking = Box::pin(person.get("/users/me"));
        match select(dribblers, asking).await {
            Either::Left((answers, _)) => break answers,
            Either::Right((answer, dribbling)) => {
                answer.expect(200);
                served += 1;
                dribblers = dribbling;
            }
        }
    };

    println!("{served} requests were served meanwhile");
    assert!(served > 0);
    for answer in answers {
        let closed = answer.is_empty() || answer.starts_with("HTTP/1.1 408");
        assert!(closed, "{answer}");
    }
    person.get("/users/me").await.expect(200);
}

/// Sends its headers letter by letter and never ends; gives what the server says when it closes.
async fn dribble(address: std::net::SocketAddr) -> String {
    let stream = TcpStream::connect(address).await;
    let (mut reader, mut writer) = stream.expect("it takes the connection").into_split();
    let dribbling = Box::pin(async move {
        let mut tick = tokio::time::interval(Duration::from_millis(500));
        let _ = writer.write_all(b"GET / HTTP/1.1\r\nx-slow: ").await;
        // The other side may close at any moment.
        while writer.write_all(b"x").await.is_ok() {
            tick.tick().await;
        }
        writer
    });
    let reading = Box::pin(async move {
        let mut answer = Vec::new();
        let _ = reader.read_to_end(&mut answer).await;
        String::from_utf8_lossy(&answer).into_owned()
    });
    match select(reading, dribbling).await {
        Either::Left((answer, _)) => answer,
        Either::Right((_, reading)) => reading.await,
    }
}

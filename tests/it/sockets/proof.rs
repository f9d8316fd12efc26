//! The first frame says whose the socket is.

use serde_json::json;

use crate::kit::{Socket, TestApp};

#[tokio::test]
async fn a_ticket_opens_one_socket_and_no_second() {
    let app = TestApp::start().await;
    let person = app.register("person").await;
    let ticket = person.ticket().await;

    let mut first = Socket::open(app.address).await;
    first.send(json!({"type": "auth", "ticket": ticket})).await;
    let ready = first.next_of("ready").await;
    let mut second = Socket::open(app.address).await;
    second.send(json!({"type": "auth", "ticket": ticket})).await;
    let (frames, closed) = second.closed().await;

    assert_eq!(ready["userId"], json!(person.user_id()));
    assert_eq!(ready["limits"]["frameBytes"], 65_536);
    assert_eq!(frames[0]["type"], "closing");
    assert_eq!(frames[0]["code"], 4001);
    assert_eq!(closed.code, 4001);
}

#[tokio::test]
async fn an_op_before_auth_closes_with_4001() {
    let app = TestApp::start().await;
    let (project, ..) = app.project([]).await;
    let mut socket = Socket::open(app.address).await;

    socket
        .ask(
            project,
            "node.create",
            json!({"prompt": "?", "position": {"x": 0, "y": 0}}),
        )
        .await;

    assert_eq!(socket.closed().await.1.code, 4001);
}

#[tokio::test]
async fn whoever_says_nothing_is_let_go_after_five_seconds() {
    let app = TestApp::start().await;
    let mut socket = Socket::open(app.address).await;
    assert_eq!(socket.closed().await.1.code, 4001);
}

#[tokio::test]
async fn an_access_token_is_no_ticket() {
    let app = TestApp::start().await;
    let person = app.register("person").await;
    let mut socket = Socket::open(app.address).await;
    socket
        .send(json!({"type": "auth", "ticket": person.token}))
        .await;
    assert_eq!(socket.closed().await.1.code, 4001);
}

#[tokio::test]
async fn a_session_that_ends_takes_its_sockets_with_it_and_no_others() {
    let app = TestApp::start().await;
    let phone = app.register("person").await;
    let laptop = app.log_in("person").await;
    let mut on_phone = phone.socket().await;
    let mut on_laptop = laptop.socket().await;

    phone.post("/auth/logout", json!({})).await.expect(204);

    let (frames, closed) = on_phone.closed().await;
    assert_eq!(closed.code, 4001);
    assert_eq!(frames[0]["type"], "closing");
    on_laptop.send(json!({"type": "ping"})).await;
    on_laptop.next_of("pong").await;
}

#[tokio::test]
async fn an_eleventh_socket_of_one_account_is_sent_away_until_later() {
    let app = TestApp::with(|settings| {
        settings.rates.enabled = true;
        settings.rates.anonymous_per_minute = 1_000;
        settings.rates.login_per_minute = 1_000;
    })
    .await;
    let person = app.register("person").await;
    let mut sockets = Vec::new();
    for _ in 0..10 {
        sockets.push(person.socket().await);
    }

    let mut eleventh = Socket::open(app.address).await;
    let ticket = person.ticket().await;
    eleventh
        .send(json!({"type": "auth", "ticket": ticket}))
        .await;
    assert_eq!(eleventh.closed().await.1.code, 1013);

    drop(sockets.pop());
    crate::kit::until("there is room again", async || {
        let mut another = Socket::open(app.address).await;
        let ticket = person.ticket().await;
        another
            .send(json!({"type": "auth", "ticket": ticket}))
            .await;
        another
            .next()
            .await
            .is_ok_and(|frame| frame["type"] == "ready")
    })
    .await;
}

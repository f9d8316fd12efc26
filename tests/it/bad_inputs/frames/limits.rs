//! More than a socket bears.

use kernel::OpId;
use serde_json::json;
use tokio_tungstenite::tungstenite::{Bytes, Message};

use super::Seat;
use crate::kit::{TestApp, parsed, until};

const SUBSCRIPTIONS_MAX: usize = 50;
const SELECTION_IDS_MAX: usize = 200;

impl Seat {
    /// Where the limits of sockets hold.
    async fn take_limited() -> Self {
        let limited = TestApp::with(|settings| {
            settings.rates.enabled = true;
            settings.rates.anonymous_per_minute = 1_000;
            settings.rates.login_per_minute = 1_000;
        });
        Self::in_app(limited.await).await
    }
}

#[tokio::test]
async fn a_selection_above_the_limit_is_a_nack() {
    let mut seat = Seat::take().await;
    let select = |count: usize| {
        let ids: Vec<OpId> = (0..count).map(|_| OpId::generate()).collect();
        json!({"type": "presence", "project": seat.project, "selection": ids})
    };
    let (most, too_many) = (select(SELECTION_IDS_MAX), select(SELECTION_IDS_MAX + 1));

    let nack = seat.refused(&too_many.to_string(), "invalid").await;

    assert_eq!(nack["project"], json!(seat.project));
    seat.socket.send(most).await;
    seat.socket.send(json!({"type": "ping"})).await;
    assert_eq!(
        seat.socket.next().await.expect("it is open"),
        json!({"type": "pong"})
    );
}

#[tokio::test]
async fn a_subscription_above_the_limit_is_a_nack() {
    let mut seat = Seat::take().await;
    for number in 1..SUBSCRIPTIONS_MAX {
        let project = seat.owner.create_project(&number.to_string()).await;
        seat.socket.subscribe(project).await;
    }
    let one_more = seat.owner.create_project("one more").await;
    let subscribe = json!({"type": "subscribe", "project": one_more});

    let nack = seat.refused(&subscribe.to_string(), "limit_reached").await;

    assert_eq!(nack["project"], json!(one_more));
    // The same again is no other, and there is room after one has gone.
    seat.socket.subscribe(seat.project).await;
    let unsubscribe = json!({"type": "unsubscribe", "project": seat.project});
    seat.socket.send(unsubscribe).await;
    seat.socket.next_of("unsubscribed").await;
    seat.socket.subscribe(one_more).await;
}

#[tokio::test]
async fn ops_above_their_rate_are_refused_until_later() {
    const BURST: usize = 60;
    let mut seat = Seat::take_limited().await;
    let data = json!({"prompt": "?", "position": {"x": 0, "y": 0}});
    let mut asked = Vec::new();
    for _ in 0..3 * BURST {
        asked.push(
            seat.socket
                .ask(seat.project, "node.create", data.clone())
                .await,
        );
    }
    let (mut done, mut refused) = (0, Vec::new());
    for id in asked {
        match seat.socket.answer(id).await {
            Ok(_) => done += 1,
            Err(nack) => refused.push(nack),
        }
    }

    println!("{done} of {} were carried out at once", 3 * BURST);
    // To subscribe took one.
    assert!(done >= BURST - 1);
    let nack = refused.first().expect("some were too many");
    assert_eq!(nack["code"], "rate_limited");
    assert_eq!(nack["retryable"], true);
    assert!(parsed::<u64>(&nack["retryAfterMs"]) >= 1);
    let again = parsed(&nack["id"]);
    until("the refused operation is carried out", async || {
        seat.socket
            .ask_as(again, seat.project, "node.create", data.clone())
            .await;
        seat.socket.answer(again).await.is_ok()
    })
    .await;
}

#[tokio::test]
async fn a_thousand_messages_a_second_close_with_4029() {
    let messages = [
        Message::text(r#"{"type":"ping"}"#),
        Message::text("nonsense"),
        Message::Ping(Bytes::new()),
        Message::Pong(Bytes::new()),
    ];
    let Seat {
        app: _app, owner, ..
    } = Seat::take_limited().await;
    for message in messages {
        let mut socket = owner.socket().await;
        for _ in 0..1_000 {
            // It may be closed by now.
            let _ = socket.send_message(message.clone()).await;
        }
        let (frames, closed) = socket.closed().await;
        assert_eq!(closed.code, 4029, "{message:?}");
        let last = frames.last().expect("it is told why");
        assert_eq!(last["type"], "closing");
        assert_eq!(last["code"], 4029);
    }
}

//! Ending a connection (sections 5.5.1 and 7).

use super::{
    Case,
    Hears::{Close, CloseWithout, Closing},
    UNDERSTOOD, case, run,
};
use crate::kit::{CLOSE, PING, RawSocket, Said, TestApp, WireFrame};

fn close(code: u16, reason: impl AsRef<[u8]>) -> WireFrame {
    let payload = [code.to_be_bytes().as_slice(), reason.as_ref()].concat();
    WireFrame::new(CLOSE, payload)
}

#[tokio::test]
async fn a_close_is_answered_with_its_code_and_ends_the_connection() {
    let mut cases: Vec<Case> = vec![
        case(
            "a close may be empty",
            [WireFrame::new(CLOSE, "")],
            [CloseWithout],
        ),
        case(
            "a close may have a reason",
            [close(1000, "enough")],
            [Close(1000)],
        ),
        case(
            "a reason may have 123 bytes in any language",
            [close(1000, "é".repeat(61) + "!")],
            [Close(1000)],
        ),
        case(
            "a close may come byte by byte",
            [close(1001, "away")],
            [Close(1001)],
        )
        .dribbled(),
        case(
            "a close comes before it is known whose the socket is",
            [close(1000, "")],
            [Close(1000)],
        )
        .before_auth(),
    ];
    // 1012 and 1013 were registered after the RFC.
    let codes = [
        1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 3000, 3999, 4000, 4999,
    ];
    for code in codes {
        cases.push(case(
            format!("a close with {code} is answered with it"),
            [close(code, "")],
            [Close(code)],
        ));
    }
    run(cases).await;
}

#[tokio::test]
async fn a_close_that_must_not_be_sent_breaks_the_protocol() {
    let mut cases: Vec<Case> = vec![
        case(
            "a code has two bytes",
            [WireFrame::new(CLOSE, [3])],
            [Close(1002)],
        ),
        case("a reason is UTF-8", [close(1000, [0xff])], [Close(1007)]),
        case(
            "a reason ends between letters",
            [close(1000, [0xc3])],
            [Close(1007)],
        ),
    ];
    // 1014 was registered after the RFC; tungstenite does not know it. It is what gateways say,
    // and no client of ours is one.
    let codes = [
        0, 1, 999, 1004, 1005, 1006, 1014, 1015, 1016, 1100, 2000, 2999, 5000, 65_535,
    ];
    for code in codes {
        cases.push(case(
            format!("nobody may close with {code}"),
            [close(code, "")],
            [Close(1002)],
        ));
    }
    run(cases).await;
}

#[tokio::test]
async fn whatever_follows_a_close_is_ignored() {
    run(vec![
        case(
            "a frame behind a close is ignored",
            [close(1000, ""), WireFrame::text(UNDERSTOOD)],
            [Close(1000)],
        )
        .at_once(),
        case(
            "a ping behind a close is ignored",
            [close(1000, ""), WireFrame::new(PING, "hello")],
            [Close(1000)],
        )
        .at_once(),
        case(
            "a second close is ignored",
            [close(1000, ""), close(1001, "")],
            [Close(1000)],
        )
        .at_once(),
        case(
            "what breaks the protocol behind a close is ignored",
            [close(1000, ""), WireFrame::new(3, "").unmasked()],
            [Close(1000)],
        )
        .at_once(),
        case(
            "a frame before a close is answered before it",
            [WireFrame::text(UNDERSTOOD), close(1000, "")],
            [super::Hears::Answer, Close(1000)],
        )
        .at_once(),
    ])
    .await;
}

/// A byte that nobody read would turn the goodbye into a reset, and some systems then forget what
/// came before it.
#[tokio::test]
async fn much_that_follows_a_close_does_not_break_the_connection() {
    let app = TestApp::start().await;
    let person = app.register("person").await;
    let mut socket = RawSocket::open(app.address).await;
    socket.prove(&person).await;

    let much = WireFrame::text(" ".repeat(60_000)).bytes().repeat(4);
    socket.send(&[close(1000, "").bytes(), much].concat()).await;

    assert_eq!(socket.next().await, Said::Close(Some(1000)));
    assert_eq!(socket.next().await, Said::End);
}

#[tokio::test]
async fn a_server_that_closes_says_why_and_ends_the_connection() {
    run(vec![
        case(
            "a first frame that proves nothing is closed with 4001",
            [WireFrame::text(UNDERSTOOD)],
            [Closing(4001), Close(4001)],
        )
        .before_auth(),
        case(
            "an answer to the close is taken",
            [WireFrame::text(UNDERSTOOD), close(4001, "")],
            [Closing(4001), Close(4001)],
        )
        .before_auth(),
        case(
            "whatever still comes is taken",
            [
                WireFrame::text("{}"),
                WireFrame::text(" ".repeat(60_000)),
                WireFrame::new(3, ""),
            ],
            [Closing(4001), Close(4001)],
        )
        .before_auth(),
    ])
    .await;
}

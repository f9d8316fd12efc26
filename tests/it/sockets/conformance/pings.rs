//! Pings and pongs (sections 5.5.2 and 5.5.3), and what holds for every control frame.

use serde_json::json;

use super::{
    Hears::{Answer, Close, Pong},
    UNDERSTOOD, case, run,
};
use crate::kit::{CLOSE, CONTINUATION, Length, PING, PONG, RawSocket, Said, TestApp, WireFrame};

#[tokio::test]
async fn every_ping_is_answered_with_what_was_in_it() {
    let longest = [0xfe; 125];
    let mut row = case("each of many pings is answered, in their order", [], []);
    for number in 0..50_u8 {
        row.sends.push(WireFrame::new(PING, [number]).bytes());
        row.hears.push(Pong(vec![number]));
    }
    run(vec![
        case(
            "an empty ping is answered",
            [WireFrame::new(PING, "")],
            [Pong(Vec::new())],
        ),
        case(
            "a ping is answered",
            [WireFrame::new(PING, "hello")],
            [Pong(b"hello".to_vec())],
        ),
        case(
            "a ping of 125 bytes that are no text is answered",
            [WireFrame::new(PING, longest)],
            [Pong(longest.to_vec())],
        ),
        case(
            "a ping may come byte by byte",
            [WireFrame::new(PING, "hello")],
            [Pong(b"hello".to_vec())],
        )
        .dribbled(),
        row.at_once(),
        case(
            "a ping before a frame is answered before it",
            [WireFrame::new(PING, "hello"), WireFrame::text(UNDERSTOOD)],
            [Pong(b"hello".to_vec()), Answer],
        )
        .at_once(),
        case(
            "a ping is answered before it is known whose the socket is",
            [WireFrame::new(PING, "hello"), WireFrame::new(PING, "")],
            [Pong(b"hello".to_vec()), Pong(Vec::new())],
        )
        .before_auth(),
    ])
    .await;
}

/// A pong that does not fit is finished before anything else is written.
#[tokio::test]
async fn pongs_and_events_stay_whole_for_a_reader_that_stops_for_a_while() {
    const PINGS: u32 = 60_000;
    // It stops for a while, which must not be too long on any machine.
    let app = TestApp::with(|settings| settings.hub.stall_ms = 120_000).await;
    let (project, owner, _) = app.project([]).await;
    let (mut watching, _) = owner.listen(project).await;
    let mut socket = RawSocket::open_narrow(app.address).await;
    socket.prove(&owner).await;
    let subscribe = json!({"type": "subscribe", "project": project}).to_string();
    socket.send(&WireFrame::text(subscribe).bytes()).await;
    assert!(matches!(socket.next().await, Said::Text(frame) if frame["type"] == "snapshot"));

    let ping = |number: u32| WireFrame::new(PING, [&number.to_be_bytes()[..], &[7; 96]].concat());
    let pings: Vec<u8> = (0..PINGS).flat_map(|number| ping(number).bytes()).collect();
    let sent = socket.send_until_stuck(&pings).await;
    assert!(sent < pings.len(), "nothing got stuck");
    owner.create_node(project, "meanwhile").await;
    watching.next_of("events").await;

    let (mut answered, mut is_told) = (0, false);
    let whole = sent / ping(0).bytes().len();
    while answered < whole || !is_told {
        match socket.next().await {
            Said::Pong(payload) => {
                let number = u32::try_from(answered).expect("few");
                assert_eq!(payload[..4], number.to_be_bytes());
                answered += 1;
            }
            Said::Text(frame) => is_told |= frame["type"] == "events",
            // On a busy machine this takes so long that the server asks whether anybody is there.
            Said::Ping => {}
            said @ (Said::Close(_) | Said::End | Said::Reset | Said::Nonsense(_)) => {
                panic!("after {answered} pongs of {whole}: {said:?}")
            }
        }
    }
}

#[tokio::test]
async fn pongs_that_nobody_asked_for_are_ignored() {
    let pong = WireFrame::new(PONG, "hello");
    run(vec![
        case("a pong is ignored", [pong.clone()], []),
        case("an empty pong is ignored", [WireFrame::new(PONG, "")], []),
        case(
            "many pongs are ignored",
            [pong.clone(), pong.clone(), pong.clone()],
            [],
        )
        .at_once(),
        case(
            "a pong before a ping is not its answer",
            [pong.clone(), WireFrame::new(PING, "1")],
            [Pong(b"1".to_vec())],
        ),
        case(
            "a pong is ignored before it is known whose the socket is",
            [pong],
            [],
        )
        .before_auth(),
    ])
    .await;
}

#[tokio::test]
async fn control_frames_are_short_and_whole() {
    let mut cases = Vec::new();
    for (name, opcode) in [("ping", PING), ("pong", PONG), ("close", CLOSE)] {
        let long = [b'x'; 126];
        cases.push(case(
            format!("a {name} of 126 bytes breaks the protocol"),
            [WireFrame::new(opcode, long)],
            [Close(1002)],
        ));
        cases.push(case(
            format!("a {name} with a length in 64 bits breaks the protocol if it is long"),
            [WireFrame::new(opcode, long).with_length(Length::In64Bits)],
            [Close(1002)],
        ));
        cases.push(case(
            format!("a {name} must not be a first fragment"),
            [
                WireFrame::new(opcode, "").with_more_to_come(),
                WireFrame::new(CONTINUATION, ""),
            ],
            [Close(1002)],
        ));
    }
    // The length is looked at before the opcode: it is too long as any frame, and is not read.
    cases.push(case(
        "a ping above the limit of all frames is too large",
        [WireFrame::new(PING, "").with_length(Length::Said(65_537))],
        [Close(1009)],
    ));
    run(cases).await;
}

//! Single frames: lengths, masks, reserved bits and opcodes (sections 5.2 to 5.5).

use super::{
    Case,
    Hears::{Answer, Close, Nack},
    UNDERSTOOD, case, run,
};
use crate::kit::{BINARY, CLOSE, CONTINUATION, Length, PING, PONG, TEXT, WireFrame};

const FRAME_BYTES_MAX: usize = 65_536;
const RESERVED: [u8; 3] = [0x40, 0x20, 0x10];

/// A frame that is understood, and has so many bytes.
pub(super) fn of_length(bytes: usize) -> String {
    UNDERSTOOD.to_owned() + &" ".repeat(bytes - UNDERSTOOD.len())
}

#[tokio::test]
async fn every_length_up_to_the_limit_is_read() {
    let mut cases = vec![
        case(
            "an empty text is no JSON",
            [WireFrame::text("")],
            [Nack("bad_json")],
        ),
        case(
            "a text of 1 byte is no JSON either",
            [WireFrame::text("{")],
            [Nack("bad_json")],
        ),
        case(
            "a byte above the limit is too much",
            [WireFrame::text(of_length(FRAME_BYTES_MAX + 1))],
            [Close(1009)],
        ),
        case(
            "1 MiB is too much",
            [WireFrame::text(of_length(1024 * 1024))],
            [Close(1009)],
        ),
        case(
            "what says that it will be too long is not waited for",
            [WireFrame::text("{").with_length(Length::Said(70_000))],
            [Close(1009)],
        ),
        // Section 5.2 forbids the highest bit, but a frame as long as that is too long in any case.
        case(
            "a length with its highest bit set is too much",
            [WireFrame::text("{").with_length(Length::Said(1 << 63))],
            [Close(1009)],
        ),
    ];
    for bytes in [125, 126, 127, 128, 65_535, FRAME_BYTES_MAX] {
        let name = format!("a text of {bytes} bytes is understood");
        let frame = WireFrame::text(of_length(bytes));
        cases.push(case(name, [frame], [Answer]));
    }
    // Section 5.2 asks senders to write lengths as short as can be. tungstenite does not look
    // whether they did; nothing depends on it, so neither do we.
    for length in [Length::In16Bits, Length::In64Bits] {
        let name = format!("a short length may stand {length:?}");
        let frame = WireFrame::text(UNDERSTOOD).with_length(length);
        cases.push(case(name, [frame], [Answer]));
    }
    run(cases).await;
}

#[tokio::test]
async fn frames_of_clients_are_masked_with_whatever_they_like() {
    let mut cases = Vec::new();
    let masks = [
        [0, 0, 0, 0],
        [0xff, 0, 0, 0],
        [0, 0xff, 0, 0],
        [0, 0, 0xff, 0],
        [0, 0, 0, 0xff],
        [0xff; 4],
        *b"{\"ty",
    ];
    for mask in masks {
        let frame = WireFrame::text(UNDERSTOOD).masked_with(mask);
        cases.push(case(
            format!("a text may be masked with {mask:02x?}"),
            [frame],
            [Answer],
        ));
    }
    for (name, opcode, payload) in [
        ("text", TEXT, UNDERSTOOD),
        ("text that is empty", TEXT, ""),
        ("ping", PING, "hello"),
        ("pong", PONG, ""),
        ("close", CLOSE, "\u{3}\u{e8}"),
        ("binary frame", BINARY, "x"),
    ] {
        let frame = WireFrame::new(opcode, payload).unmasked();
        cases.push(case(
            format!("a {name} without a mask breaks the protocol"),
            [frame],
            [Close(1002)],
        ));
    }
    run(cases).await;
}

#[tokio::test]
async fn what_nobody_agreed_on_breaks_the_protocol() {
    let mut cases: Vec<Case> = Vec::new();
    for bit in RESERVED {
        for (name, opcode) in [("text", TEXT), ("ping", PING), ("close", CLOSE)] {
            let frame = WireFrame::new(opcode, "").with_reserved(bit);
            cases.push(case(
                format!("the reserved bit {bit:#x} of a {name} must be 0"),
                [frame],
                [Close(1002)],
            ));
        }
    }
    cases.push(case(
        "the reserved bits of a continuation must be 0",
        [
            WireFrame::text(UNDERSTOOD).with_more_to_come(),
            WireFrame::new(CONTINUATION, "").with_reserved(0x40),
        ],
        [Close(1002)],
    ));
    cases.push(case(
        "all reserved bits at once break the protocol",
        [WireFrame::text(UNDERSTOOD).with_reserved(0x70)],
        [Close(1002)],
    ));
    for opcode in (3..=7).chain(11..=15) {
        let frame = WireFrame::new(opcode, UNDERSTOOD);
        cases.push(case(
            format!("there is no opcode {opcode}"),
            [frame],
            [Close(1002)],
        ));
    }
    run(cases).await;
}

#[tokio::test]
async fn only_text_is_understood() {
    run(vec![
        case(
            "a binary frame is refused",
            [WireFrame::new(BINARY, UNDERSTOOD)],
            [Close(1003)],
        ),
        case(
            "an empty binary frame is refused",
            [WireFrame::new(BINARY, "")],
            [Close(1003)],
        ),
        case(
            "a binary frame in fragments is refused",
            [
                WireFrame::new(BINARY, "{").with_more_to_come(),
                WireFrame::new(CONTINUATION, "}"),
            ],
            [Close(1003)],
        ),
        case(
            "a binary frame is refused before it is known whose the socket is",
            [WireFrame::new(BINARY, "x")],
            [Close(1003)],
        )
        .before_auth(),
    ])
    .await;
}

#[tokio::test]
async fn how_frames_are_cut_into_packets_does_not_matter() {
    let ping = WireFrame::text(UNDERSTOOD);
    run(vec![
        case(
            "several frames may come in one piece",
            [ping.clone(), ping.clone(), ping.clone()],
            [Answer, Answer, Answer],
        )
        .at_once(),
        case(
            "a frame may come byte by byte",
            [ping.clone(), ping.clone()],
            [Answer, Answer],
        )
        .dribbled(),
        case(
            "a frame with a long length may come byte by byte",
            [WireFrame::text(of_length(300))],
            [Answer],
        )
        .dribbled(),
        case(
            "many frames in one piece are all answered, also those behind a large one",
            [
                ping.clone(),
                WireFrame::text(of_length(FRAME_BYTES_MAX)),
                ping,
            ],
            [Answer, Answer, Answer],
        )
        .at_once(),
        case(
            "what comes behind a broken frame is not looked at",
            [
                WireFrame::new(3, ""),
                WireFrame::text(UNDERSTOOD),
                WireFrame::new(PING, "hello"),
            ],
            [Close(1002)],
        )
        .at_once(),
    ])
    .await;
}

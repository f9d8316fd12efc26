//! Messages in fragments (section 5.4).

use super::{
    Case,
    Hears::{Answer, Close, Nack, Pong},
    UNDERSTOOD, case,
    frames::of_length,
    run,
};
use crate::kit::{BINARY, CONTINUATION, PING, PONG, TEXT, WireFrame};

const HALF_BYTES: usize = 32_768;

fn first(payload: &str) -> WireFrame {
    WireFrame::text(payload).with_more_to_come()
}

fn middle(payload: &str) -> WireFrame {
    WireFrame::new(CONTINUATION, payload).with_more_to_come()
}

fn last(payload: &str) -> WireFrame {
    WireFrame::new(CONTINUATION, payload)
}

/// One text, cut into pieces of so many bytes.
fn cut(bytes: usize) -> Case {
    let pieces: Vec<&[u8]> = UNDERSTOOD.as_bytes().chunks(bytes).collect();
    let count = pieces.len();
    let mut case = case(
        format!("a text may come in {count} fragments"),
        [],
        [Answer],
    );
    let fragments = pieces.into_iter().enumerate().map(|(place, piece)| {
        let opcode = if place == 0 { TEXT } else { CONTINUATION };
        let frame = WireFrame::new(opcode, piece);
        if place + 1 == count {
            frame
        } else {
            frame.with_more_to_come()
        }
    });
    case.sends = fragments.map(|fragment| fragment.bytes()).collect();
    case
}

#[tokio::test]
async fn a_message_may_come_in_fragments() {
    let mut cases: Vec<Case> = [8, 5, 3, 1].into_iter().map(cut).collect();
    cases.push(cut(1).at_once());
    cases.push(cut(4).dribbled());
    let (one, other) = UNDERSTOOD.split_at(7);
    cases.extend([
        case(
            "a first fragment may be empty",
            [first(""), last(UNDERSTOOD)],
            [Answer],
        ),
        case(
            "a last fragment may be empty",
            [first(UNDERSTOOD), last("")],
            [Answer],
        ),
        case(
            "fragments in between may be empty",
            [first(one), middle(""), middle(""), last(other)],
            [Answer],
        ),
        case(
            "all fragments may be empty",
            [first(""), middle(""), last("")],
            [Nack("bad_json")],
        ),
        case(
            "two messages in fragments may follow each other",
            [first(one), last(other), first(one), last(other)],
            [Answer, Answer],
        ),
    ]);
    run(cases).await;
}

#[tokio::test]
async fn control_frames_may_stand_between_fragments() {
    let (one, other) = UNDERSTOOD.split_at(7);
    run(vec![
        case(
            "a ping between fragments is answered at once",
            [first(one), WireFrame::new(PING, "hello"), last(other)],
            [Pong(b"hello".to_vec()), Answer],
        ),
        case(
            "several pings between fragments are all answered",
            [
                first(one),
                WireFrame::new(PING, "1"),
                middle(""),
                WireFrame::new(PING, "2"),
                WireFrame::new(PING, "3"),
                last(other),
            ],
            [
                Pong(b"1".to_vec()),
                Pong(b"2".to_vec()),
                Pong(b"3".to_vec()),
                Answer,
            ],
        )
        .at_once(),
        case(
            "a pong between fragments is ignored",
            [first(one), WireFrame::new(PONG, "hello"), last(other)],
            [Answer],
        ),
        case(
            "a close between fragments closes",
            [first(one), WireFrame::new(crate::kit::CLOSE, [3, 232])],
            [Close(1000)],
        ),
    ])
    .await;
}

#[tokio::test]
async fn fragments_out_of_order_break_the_protocol() {
    run(vec![
        case(
            "a continuation needs a beginning",
            [last(UNDERSTOOD)],
            [Close(1002)],
        ),
        case(
            "a continuation that will go on needs a beginning, too",
            [middle(UNDERSTOOD)],
            [Close(1002)],
        ),
        case(
            "after the last fragment there is nothing to continue",
            [first(UNDERSTOOD), last(""), last("")],
            [Answer, Close(1002)],
        ),
        case(
            "a new text must not begin within another",
            [first("{"), WireFrame::text(UNDERSTOOD)],
            [Close(1002)],
        ),
        case(
            "a new text in fragments must not begin within another",
            [first("{"), first("{")],
            [Close(1002)],
        ),
        case(
            "a binary frame must not begin within a text",
            [first("{"), WireFrame::new(BINARY, "x")],
            [Close(1002)],
        ),
        case(
            "a fragment without a mask breaks the protocol",
            [first("{"), last("}").unmasked()],
            [Close(1002)],
        ),
    ])
    .await;
}

#[tokio::test]
async fn the_limit_holds_for_all_fragments_together() {
    let half = " ".repeat(HALF_BYTES);
    let full = of_length(HALF_BYTES);
    run(vec![
        case(
            "two halves of the limit are understood",
            [first(&full), last(&half)],
            [Answer],
        ),
        case(
            "two halves and an empty end are understood",
            [first(&full), middle(&half), last("")],
            [Answer],
        ),
        case(
            "two halves and a byte are too much",
            [first(&full), middle(&half), last(" ")],
            [Close(1009)],
        ),
        case(
            "what is too much is refused before its end",
            [first(&full), middle(&half), middle(" ")],
            [Close(1009)],
        ),
        case(
            "a binary message that is too large is refused for its size",
            [
                WireFrame::new(BINARY, &full).with_more_to_come(),
                middle(&half),
                middle(" "),
            ],
            [Close(1009)],
        ),
    ])
    .await;
}

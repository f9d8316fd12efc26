//! Text is UTF-8 (section 8.1), whole messages and every piece of them.

use super::{
    Case,
    Hears::{Close, NackOf},
    case, run,
};
use crate::kit::{CONTINUATION, WireFrame};

/// Of 1, 2, 3 and 4 bytes, at both ends of each length.
const LETTERS: [&str; 9] = [
    "\u{7f}",
    "\u{80}",
    "é",
    "\u{7ff}",
    "\u{800}",
    "€",
    "\u{ffff}",
    "\u{10000}",
    "\u{10ffff}",
];

/// What is no UTF-8, and why.
const BROKEN: [(&str, &[u8]); 12] = [
    (
        "a letter that is longer than it need be, in 2 bytes",
        &[0xc0, 0xaf],
    ),
    (
        "a letter that is longer than it need be, in 3 bytes",
        &[0xe0, 0x80, 0xaf],
    ),
    (
        "a letter that is longer than it need be, in 4 bytes",
        &[0xf0, 0x80, 0x80, 0xaf],
    ),
    ("the first surrogate", &[0xed, 0xa0, 0x80]),
    ("the last surrogate", &[0xed, 0xbf, 0xbf]),
    ("two surrogates", &[0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80]),
    ("the first letter above the last", &[0xf4, 0x90, 0x80, 0x80]),
    ("a letter of 5 bytes", &[0xf8, 0x88, 0x80, 0x80, 0x80]),
    ("a byte that continues nothing", &[0x80]),
    ("a byte that never stands in UTF-8", &[0xff]),
    ("a letter of 2 bytes without its end", &[0xc3, b'"']),
    (
        "a letter of 4 bytes without its end",
        &[0xf0, 0x9f, 0x98, b'"'],
    ),
];

/// The type of a frame that there is not: its refusal repeats it.
fn unknown(kind: &[u8]) -> Vec<u8> {
    [b"{\"type\":\"", kind, b"\"}"].concat()
}

fn in_two(text: &[u8], at: usize) -> [WireFrame; 2] {
    let (one, other) = text.split_at(at);
    [
        WireFrame::text(one).with_more_to_come(),
        WireFrame::new(CONTINUATION, other),
    ]
}

#[tokio::test]
async fn letters_of_every_length_are_understood_wherever_they_are_cut() {
    const START: usize = r#"{"type":""#.len();
    let mut cases: Vec<Case> = Vec::new();
    for letter in LETTERS {
        let name = format!("the letter {} is understood", letter.escape_unicode());
        // JSON knows no bare control characters, but U+007F is none to it.
        let text = unknown(letter.as_bytes());
        let repeated = || [NackOf(format!("`{letter}`"))];
        cases.push(case(name, [WireFrame::text(&text)], repeated()));
        for cut in 1..letter.len() {
            let name = format!(
                "the letter {} may be cut after {cut} bytes",
                letter.escape_unicode()
            );
            cases.push(case(name, in_two(&text, START + cut), repeated()));
        }
    }
    run(cases).await;
}

#[tokio::test]
async fn what_is_no_utf8_is_refused() {
    let mut cases: Vec<Case> = Vec::new();
    for (what, bytes) in BROKEN {
        let text = unknown(bytes);
        let whole = WireFrame::text(&text);
        cases.push(case(format!("{what} is refused"), [whole], [Close(1007)]));
        cases.push(case(
            format!("{what} is refused in fragments"),
            in_two(&text, text.len() - 3),
            [Close(1007)],
        ));
    }
    cases.push(case(
        "a message that ends within a letter is refused",
        [WireFrame::text(b"{\"type\":\"\xf0\x9f\x98")],
        [Close(1007)],
    ));
    cases.push(case(
        "a message in fragments that ends within a letter is refused",
        in_two(b"{\"type\":\"\xe2\x82", 10),
        [Close(1007)],
    ));
    cases.push(case(
        "a fragment that can become no UTF-8 is refused before the end",
        [WireFrame::text(b"\xed\xa0").with_more_to_come()],
        [Close(1007)],
    ));
    cases.push(
        case(
            "it is refused before it is known whose the socket is",
            [WireFrame::text(b"\xff")],
            [Close(1007)],
        )
        .before_auth(),
    );
    run(cases).await;
}

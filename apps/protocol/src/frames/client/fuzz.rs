//! Frames that no client would send.

use bolero::{check, produce_with};
use serde_json::{Map, Value};

use super::*;

/// How many pieces a frame is made of.
const PIECES_MAX: usize = 24;
const PIECES: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"",
    "\\",
    "\\ud83d",
    "\\u0061",
    "null",
    "1",
    "-1e999",
    "\"x\"",
    "\u{e9}",
    r#"{"type":"auth","ticket":"x\u0061"}"#,
    r#"{"type":"subscribe","#,
    r#"{"type":"unsubscribe","#,
    r#"{"type":"op","#,
    r#"{"type":"presence","#,
    r#"{"type":"ping"}"#,
    r#""project":"01890000-0000-7000-8000-000000000001""#,
    r#""epoch":"01890000-0000-7000-8000-000000000002""#,
    r#""since":7"#,
    r#""since":-9223372036854775808"#,
    r#""id":"01890000-0000-7000-8000-000000000003""#,
    r#""op":"node.move""#,
    r#""op":"n\u006fde""#,
    r#""data":{"positions":[]}"#,
    r#""data":null"#,
    r#""cursor":{"x":1,"y":-2.5}"#,
    r#""cursor":null"#,
    r#""selection":["01890000-0000-7000-8000-000000000004"]"#,
    r#""selection":null"#,
    r#""editing":null"#,
    r#""view":{"x":1,"y":-2.5,"width":10,"height":1e9}"#,
    r#""typing":"a line""#,
    r#""type":1"#,
];

/// Whatever comes is understood or refused; what is understood is one JSON object, and whether a
/// refused frame is called JSON is what serde says, too.
fn read(text: &str) {
    let object = serde_json::from_str::<Map<String, Value>>(text);
    match ClientFrame::parse(text) {
        Ok(_) => assert!(object.is_ok()),
        Err(fault) => assert!(fault.is_json || object.is_err(), "{fault:?} in {text}"),
    }
}

#[test]
fn any_text_is_understood_or_refused() {
    check!().for_each(|bytes| read(&String::from_utf8_lossy(bytes)));
}

#[test]
fn nearly_right_frames_are_understood_or_refused() {
    let places = produce_with::<Vec<usize>>()
        .values(0..PIECES.len())
        .len(0..=PIECES_MAX);
    check!().with_generator(places).for_each(|places| {
        read(
            &places
                .iter()
                .map(|place| PIECES[*place])
                .collect::<String>(),
        );
    });
}

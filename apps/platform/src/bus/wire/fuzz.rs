//! Messages that no instance would send.

use bolero::{check, one_value_of, produce, produce_with};

use super::*;

/// How many pieces a body is made of.
const PIECES_MAX: usize = 24;
const KINDS: &[u8] = b"chlpaqdn?";
const PIECES: &[&[u8]] = &[
    &[0; 16],
    &[0xff; 8],
    b"[",
    b"]",
    b"{",
    b"}",
    b",",
    b"\"",
    br#""seq":1"#,
    br#""seq":-9223372036854775808"#,
    br#""op":"node.create""#,
    br#""data":{"x":0.1}"#,
    br#""actor":{"kind":"USER","id":null,"name":null}"#,
    br#""opId":null"#,
    br#""at":"2026-01-02T03:04:05.678Z""#,
    br#""at":"+292278994-08-17T07:12:55.807Z""#,
    br#"{"seq":2,"op":"","data":null,"actor":{"kind":"SYSTEM","id":null,"name":null},"opId":null,"at":"2026-01-02T03:04:05.678Z"}"#,
];

fn decoded(bytes: &[u8]) -> Option<(Origin, Message)> {
    let incoming = Incoming::read(Bytes::copy_from_slice(bytes)).ok()?;
    let origin = incoming.origin;
    let topic = Topic::Project(ProjectId::from_uuid(Uuid::nil()));
    Some((origin, incoming.decode(topic).ok()?))
}

/// What can be read is passed on as the same message.
fn read(bytes: &[u8]) {
    let Some((origin, message)) = decoded(bytes) else {
        return;
    };
    let sent = encode(origin, &message);
    let (_, again) = decoded(&sent).expect("what is sent can be read");
    assert_eq!(encode(origin, &again), sent);
}

#[test]
fn any_bytes_are_read_or_refused() {
    check!().for_each(read);
}

#[test]
fn nearly_right_messages_are_read_or_refused() {
    let places = produce_with::<Vec<usize>>()
        .values(0..PIECES.len())
        .len(0..=PIECES_MAX);
    let message = (one_value_of(KINDS), produce::<Origin>(), places);
    check!()
        .with_generator(message)
        .for_each(|(kind, origin, places)| {
            let mut bytes = begun(*kind, *origin);
            bytes.extend(places.iter().flat_map(|place| PIECES[*place]));
            read(&bytes);
        });
}

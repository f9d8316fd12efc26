//! The frames of the socket's contract: the few that the generator sends, and a scan for the numbers
//! it needs in those that it receives.

use memchr::memmem;
use serde_json::{Value, json};
use uuid::Uuid;

/// Which frame it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Auth,
    Subscribe,
    Ready,
    Snapshot,
    Tail,
    Ack,
    Nack,
    Events,
    Presence,
    Delta,
    Closing,
    Other,
}

impl Kind {
    pub(crate) fn of(text: &[u8]) -> Self {
        match text.strip_prefix(br#"{"type":""#) {
            Some(rest) => rest.split(|byte| *byte == b'"').next().map(Self::called),
            None => string(text, "type").map(|word| Self::called(word.as_bytes())),
        }
        .unwrap_or(Self::Other)
    }

    fn called(word: &[u8]) -> Self {
        match word {
            b"auth" => Self::Auth,
            b"subscribe" => Self::Subscribe,
            b"ready" => Self::Ready,
            b"snapshot" => Self::Snapshot,
            b"tail" => Self::Tail,
            b"ack" => Self::Ack,
            b"nack" => Self::Nack,
            b"events" => Self::Events,
            b"presence" => Self::Presence,
            b"delta" => Self::Delta,
            b"closing" => Self::Closing,
            _ => Self::Other,
        }
    }
}

pub(crate) fn auth(ticket: &str) -> String {
    json!({ "type": "auth", "ticket": ticket }).to_string()
}

/// With a number, what has happened since is asked for.
pub(crate) fn subscribe(project: &str, epoch: &str, since: Option<i64>) -> String {
    match since {
        None => json!({ "type": "subscribe", "project": project }),
        Some(since) => {
            json!({ "type": "subscribe", "project": project, "epoch": epoch, "since": since })
        }
    }
    .to_string()
}

pub(crate) fn cursor(project: &str, x: u64, y: u64) -> String {
    format!(r#"{{"type":"presence","project":"{project}","cursor":{{"x":{x},"y":{y}}}}}"#)
}

pub(crate) fn move_node(id: &str, project: &str, node: &str, x: u64, y: u64) -> String {
    format!(
        r#"{{"type":"op","id":"{id}","project":"{project}","op":"node.move","data":{{"positions":[{{"id":"{node}","x":{x},"y":{y}}}]}}}}"#
    )
}

/// A field of the frame itself.
pub(crate) fn string(text: &[u8], field: &str) -> Option<String> {
    let frame: Value = serde_json::from_slice(text).ok()?;
    Some(frame.get(field)?.as_str()?.to_owned())
}

/// Every position in the frame, in order. Inside a JSON string the quotes would be escaped, so that
/// nothing that people wrote is taken for one.
pub(crate) fn positions(text: &[u8]) -> impl Iterator<Item = (u64, u64)> {
    memmem::find_iter(text, br#""x":"#).filter_map(|found| {
        let (x, rest) = leading_number(text.get(found + 4..)?)?;
        // A number may come back with a fraction of zero.
        let rest = rest.get(memchr::memchr(b',', rest)?..)?;
        let (y, _) = leading_number(rest.strip_prefix(br#","y":"#)?)?;
        Some((x, y))
    })
}

/// The number of every event in the frame, in order.
pub(crate) fn numbers(text: &[u8]) -> impl Iterator<Item = u64> {
    const FIELD: &[u8] = br#""seq":"#;
    memmem::find_iter(text, FIELD)
        .filter_map(|found| Some(leading_number(text.get(found + FIELD.len()..)?)?.0))
}

/// A part of an answer that is being written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Delta<'a> {
    pub(crate) node: Uuid,
    pub(crate) generation: Uuid,
    pub(crate) chunk: u64,
    pub(crate) from: Option<u64>,
    /// As JSON has it: what the generator reads holds nothing that JSON writes in another way.
    pub(crate) text: &'a [u8],
}

pub(crate) fn delta(frame: &[u8]) -> Option<Delta<'_>> {
    let id = |field| Uuid::try_parse_ascii(between(frame, field, b'"')?).ok();
    let number = |field: &[u8]| {
        let place = memmem::find(frame, field)? + field.len();
        Some(leading_number(frame.get(place..)?)?.0)
    };
    Some(Delta {
        node: id(br#""node":""#)?,
        generation: id(br#""generation":""#)?,
        chunk: number(br#""chunk":"#)?,
        from: number(br#""from":"#),
        text: between(frame, br#""text":""#, b'"')?,
    })
}

/// What stands between the first place of `field` and the byte that ends it.
pub(crate) fn between<'a>(text: &'a [u8], field: &[u8], end: u8) -> Option<&'a [u8]> {
    let start = memmem::find(text, field)? + field.len();
    text.get(start..)?.split(|byte| *byte == end).next()
}

fn leading_number(text: &[u8]) -> Option<(u64, &[u8])> {
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (digits, rest) = text.split_at_checked(digits)?;
    if digits.is_empty() {
        return None;
    }
    let number = digits.iter().fold(0u64, |number, digit| {
        number
            .saturating_mul(10)
            .saturating_add(u64::from(digit - b'0'))
    });
    Some((number, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_are_found_wherever_they_stand_and_never_in_text() {
        let text = br#"{"type":"presence","project":"p","peers":[
            {"s":1,"name":"\"x\":7,\"y\":8","cursor":{"x":12,"y":34}},{"s":2,"cursor":null},
            {"s":3,"cursor":{"x":5.0,"y":6.0,"nodeId":"n"}}],"left":[]}"#;

        assert_eq!(Kind::of(text), Kind::Presence);
        assert_eq!(positions(text).collect::<Vec<_>>(), [(12, 34), (5, 6)]);
    }

    #[test]
    fn the_numbers_of_events_are_found_in_order() {
        let text = br#"{"project":"p","type":"events","events":[{"seq":41,"op":"a"},{"seq":42}]}"#;

        assert_eq!(Kind::of(text), Kind::Events);
        assert_eq!(numbers(text).collect::<Vec<_>>(), [41, 42]);
    }

    #[test]
    fn what_is_sent_is_json_of_the_contract() {
        for frame in [cursor("p", 1, 2), move_node("i", "p", "n", 3, 4)] {
            let read: Value = serde_json::from_str(&frame).unwrap();
            assert_eq!(read["project"], "p");
            assert_eq!(positions(frame.as_bytes()).count(), 1);
        }
        let ack = br#"{"type":"ack","id":"abc","seq":1}"#;
        assert_eq!(between(ack, br#""id":""#, b'"'), Some(&b"abc"[..]));
    }
}

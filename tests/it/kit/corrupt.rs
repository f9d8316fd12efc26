//! Spoils what is good, at random, for tests that nothing may fail.

use proptest::{collection::vec, prelude::*, sample::Index, test_runner::TestRunner};
use serde_json::{Map, Value};

use super::long;

/// Runs a test with many inputs.
pub(crate) fn run<S: Strategy>(strategy: S, test: impl Fn(S::Value) -> Result<(), TestCaseError>) {
    let config = ProptestConfig {
        cases: if long() { 20_000 } else { 1_500 },
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    if let Err(error) = TestRunner::new(config).run(&strategy, test) {
        panic!("{error}");
    }
}

/// What is done to one value somewhere in a body.
#[derive(Clone, Debug)]
pub(crate) enum Change {
    Replace(Index, Value),
    Remove(Index),
    Add(Index, String, Value),
    /// One value of the body in the place of another.
    Copy(Index, Index),
}

pub(crate) fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        4 => (any::<Index>(), value()).prop_map(|(place, value)| Change::Replace(place, value)),
        1 => any::<Index>().prop_map(Change::Remove),
        1 => (any::<Index>(), key(), value())
            .prop_map(|(place, key, value)| Change::Add(place, key, value)),
        1 => (any::<Index>(), any::<Index>()).prop_map(|(place, from)| Change::Copy(place, from)),
    ]
}

fn key() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("id".to_owned()),
        Just("ownerId".to_owned()),
        Just("baseVersion".to_owned()),
        Just("metadata".to_owned()),
        Just("parentIds".to_owned()),
        ".{0,8}",
    ]
}

fn value() -> impl Strategy<Value = Value> {
    let plain = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        prop::sample::select(vec![0_i64, -1, 1, i64::MIN, i64::MAX, 200, 201])
            .prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        "\\PC{0,300}".prop_map(Value::from),
        prop::sample::select(vec![
            "",
            "\0",
            "\u{202e}",
            "%",
            "'; DROP TABLE nodes; --",
            "\u{feff}",
            "a@b.c",
            "OWNER",
            "GENERATING",
            "node.delete",
            "batch",
            "00000000-0000-0000-0000-000000000000",
            "ffffffff-ffff-ffff-ffff-ffffffffffff",
            "\u{10ffff}",
            "é",
            "e\u{301}",
            "\r\n",
        ])
        .prop_map(Value::from),
        (1_000..60_000_usize).prop_map(|length| Value::from("x".repeat(length))),
    ];
    plain.prop_recursive(3, 24, 6, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..6).prop_map(Value::from),
            vec((key(), inner), 0..6)
                .prop_map(|fields| Value::Object(fields.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

pub(crate) fn apply(mut body: Value, change: Change) -> Value {
    let places = places(&body);
    match change {
        Change::Replace(place, value) => {
            if let Some(found) = body.pointer_mut(at(place, &places)) {
                *found = value;
            }
        }
        Change::Remove(place) => {
            let (parent, key) = at(place, &places).rsplit_once('/').unwrap_or_default();
            match body.pointer_mut(parent) {
                Some(Value::Object(fields)) => drop(fields.remove(key)),
                Some(Value::Array(items)) => drop(items.pop()),
                _ => {}
            }
        }
        Change::Add(place, key, value) => match body.pointer_mut(at(place, &places)) {
            Some(Value::Object(fields)) => drop(fields.insert(key, value)),
            Some(Value::Array(items)) => items.push(value),
            _ => {}
        },
        Change::Copy(place, from) => {
            let copy = body.pointer(at(from, &places)).cloned();
            if let (Some(found), Some(copy)) = (body.pointer_mut(at(place, &places)), copy) {
                *found = copy;
            }
        }
    }
    body
}

fn at(place: Index, places: &[String]) -> &str {
    places[place.index(places.len())].as_str()
}

/// Where the values of a body stand, the body itself among them.
fn places(value: &Value) -> Vec<String> {
    let mut places = vec![String::new()];
    let below = |key: &str, inner: &Value, places: &mut Vec<String>| {
        let key = key.replace('~', "~0").replace('/', "~1");
        for place in self::places(inner) {
            places.push(format!("/{key}{place}"));
        }
    };
    match value {
        Value::Object(fields) => {
            for (key, inner) in fields {
                below(key, inner, &mut places);
            }
        }
        Value::Array(items) => {
            for (index, inner) in items.iter().enumerate() {
                below(&index.to_string(), inner, &mut places);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
    places
}

/// What is done to the bytes of a body.
#[derive(Clone, Debug)]
pub(crate) enum Damage {
    Anything(Vec<u8>),
    Cut(Index),
    Put(Index, Vec<u8>),
    Overwrite(Index, u8),
}

pub(crate) fn damage() -> impl Strategy<Value = Damage> {
    let piece = prop_oneof![
        vec(any::<u8>(), 1..8),
        prop::sample::select(vec![
            "{", "}", "[", "]", ",", ":", "\"", "\\", "\\u0000", "\\ud800", "1e999", "NaN", "-",
            "null", "//", "/**/", "\u{feff}", "0", "[[[[[[[[",
        ])
        .prop_map(|piece| piece.as_bytes().to_vec()),
    ];
    prop_oneof![
        1 => vec(any::<u8>(), 0..200).prop_map(Damage::Anything),
        1 => any::<Index>().prop_map(Damage::Cut),
        4 => (any::<Index>(), piece).prop_map(|(place, piece)| Damage::Put(place, piece)),
        2 => (any::<Index>(), any::<u8>()).prop_map(|(place, byte)| Damage::Overwrite(place, byte)),
    ]
}

pub(crate) fn break_with(mut bytes: Vec<u8>, damage: Damage) -> Vec<u8> {
    match damage {
        Damage::Anything(other) => return other,
        Damage::Cut(place) => bytes.truncate(place.index(bytes.len() + 1)),
        Damage::Put(place, piece) => {
            let at = place.index(bytes.len() + 1);
            drop(bytes.splice(at..at, piece));
        }
        Damage::Overwrite(place, byte) => {
            if !bytes.is_empty() {
                let at = place.index(bytes.len());
                bytes[at] = byte;
            }
        }
    }
    bytes
}

use proptest::prelude::*;
use serde_json::Value;

use super::FaultKind::{BadText, DuplicateKey, NotFinite, Syntax, TooDeep};
use super::{Fault, FaultKind, check};

const LEVELS_MAX: usize = 64;

fn refusal(body: impl AsRef<[u8]>) -> Fault {
    let body = body.as_ref();
    check(body, LEVELS_MAX).expect_err(&String::from_utf8_lossy(body))
}

fn kind(body: impl AsRef<[u8]>) -> FaultKind {
    refusal(body).kind
}

#[test]
fn every_form_of_the_grammar_is_accepted() {
    let bodies = [
        "0",
        " -0.5e+3\t",
        "1E-400",
        "\"\"",
        r#""\"\\\/\b\f\n\r\t\u00e9\uD83D\uDE00 é 😀""#,
        "[]",
        "{ }",
        "\r\n[1 , true,false , null,\"x\" ,{}, [ ]]\n",
        r#"{"a":{"a":1},"b":[{"a":2},{"a":3}],"":0}"#,
    ];
    for body in bodies {
        assert_eq!(check(body.as_bytes(), LEVELS_MAX), Ok(()), "{body}");
    }
}

#[test]
fn what_is_not_json_is_a_fault_of_syntax() {
    let bodies = [
        "",
        " ",
        "[",
        "]",
        "{",
        "[1,]",
        "[,1]",
        "[1 2]",
        r#"{"a"}"#,
        r#"{"a":}"#,
        r#"{"a":1,}"#,
        r#"{a:1}"#,
        "{1:1}",
        "01",
        "-",
        "+1",
        ".5",
        "1.",
        "1e",
        "1e+",
        "0x1",
        "tru",
        "truex",
        "nulll",
        "'a'",
        r#"""#,
        r#""\x""#,
        r#""\u12""#,
        r#""\u+123""#,
        r#""\u00é""#,
        "\"\n\"",
        "1 1",
        "[1]]",
        "\u{feff}1",
        "/**/1",
        "\0",
    ];
    for body in bodies {
        assert_eq!(kind(body), Syntax, "{body}");
    }
    assert_eq!(kind(b"\"\xff\""), Syntax);
    assert_eq!(kind(b"\"\xed\xa0\x80\""), Syntax);
}

#[test]
fn as_many_levels_as_allowed_are_accepted_and_no_more() {
    for (open, close) in [("[", "]"), (r#"{"a":"#, "}"), (r#"[{"a":"#, "}]")] {
        let levels = LEVELS_MAX / open.matches(['[', '{']).count();
        let nested = |levels| [open.repeat(levels), "1".into(), close.repeat(levels)].concat();
        assert_eq!(check(nested(levels).as_bytes(), LEVELS_MAX), Ok(()));
        assert_eq!(kind(nested(levels + 1)), TooDeep);
        assert_eq!(kind(open.repeat(10_000)), TooDeep);
    }
    assert_eq!(check(b"[[],[],[[]]]", 3), Ok(()));
    assert_eq!(check(b"1", 0), Ok(()));
}

#[test]
fn a_key_may_stand_once_in_its_object_however_it_is_written() {
    assert_eq!(kind(r#"{"a":1,"b":2,"a":3}"#), DuplicateKey);
    assert_eq!(kind(r#"{"a":1,"\u0061":2}"#), DuplicateKey);
    assert_eq!(kind(r#"{"\ud83d\ude00":1,"😀":2}"#), DuplicateKey);
    assert_eq!(kind(r#"[{"x":{"":1,"":1}}]"#), DuplicateKey);
    assert_eq!(check(br#"{"a":1,"A":2,"\\u0061":3}"#, LEVELS_MAX), Ok(()));
}

#[test]
fn numbers_must_be_finite() {
    let long = "9".repeat(400);
    for body in [
        "1e999",
        "-1E309",
        &long,
        "NaN",
        "Infinity",
        "-Infinity",
        r#"{"x":NaN}"#,
    ] {
        assert_eq!(kind(body), NotFinite, "{body}");
    }
    assert_eq!(kind("-NaN"), Syntax);
    assert_eq!(kind("inf"), Syntax);
}

#[test]
fn text_holds_neither_nul_nor_half_a_character() {
    let bodies = [
        "\"\0\"",
        r#""\u0000""#,
        r#"{"\u0000":1}"#,
        r#""\ud800""#,
        r#""\uDC00""#,
        r#""\ud800x""#,
        r#""\ud800\n""#,
        r#""\ud800\ud800""#,
        r#"{"\udfff":1}"#,
    ];
    for body in bodies {
        assert_eq!(kind(body), BadText, "{body}");
    }
    assert_eq!(check(br#""\\u0000 \\ud800""#, LEVELS_MAX), Ok(()));
}

#[test]
fn a_fault_points_at_its_place() {
    let cases = [
        (
            r#"{"x":1,"list":[0,{"a/b~c":1e999}]}"#,
            NotFinite,
            "/list/1/a~1b~0c",
            26,
        ),
        (r#"{"x":{"y":1,"\u0079":2}}"#, DuplicateKey, "/x/y", 12),
        (r#"{"text":"ab\u0000"}"#, BadText, "/text", 11),
        (r#"[[],[1 2]]"#, Syntax, "/1", 7),
        (r#"{"a":tru}"#, Syntax, "/a", 5),
        ("nope", Syntax, "", 0),
    ];
    for (body, kind, pointer, offset) in cases {
        let expected = Fault {
            kind,
            pointer: pointer.into(),
            offset,
        };
        assert_eq!(refusal(body), expected, "{body}");
    }
}

fn any_document() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::hash_map(any::<String>(), inner, 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

fn holds_nul(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => items.iter().any(holds_nul),
        Value::Object(members) => members
            .iter()
            .any(|(key, value)| key.contains('\0') || holds_nul(value)),
    }
}

/// Serde and the check agree on a body, save for what the check alone refuses.
pub(super) fn compare_with_serde(body: &[u8]) {
    match (
        check(body, LEVELS_MAX),
        serde_json::from_slice::<Value>(body),
    ) {
        (Ok(()), serde) => assert!(serde.is_ok_and(|value| !holds_nul(&value))),
        (Err(_), Err(_)) => {}
        (Err(fault), Ok(_)) => match fault.kind {
            DuplicateKey | TooDeep => {}
            // Not looked up in the value, where a later key may have taken its place.
            BadText => assert!(String::from_utf8_lossy(body).contains("\\u0000")),
            Syntax | NotFinite => panic!("{fault:?} in {}", String::from_utf8_lossy(body)),
        },
    }
}

proptest! {
    #[test]
    fn documents_serde_writes_are_accepted_unless_they_hold_nul(document in any_document()) {
        for body in [serde_json::to_vec(&document), serde_json::to_vec_pretty(&document)] {
            let kind = check(&body.unwrap(), LEVELS_MAX).err().map(|fault| fault.kind);
            prop_assert_eq!(kind, holds_nul(&document).then_some(BadText));
        }
    }

    #[test]
    fn a_document_cut_short_or_changed_in_one_byte_is_judged_as_serde_judges_it(
        document in any_document(),
        place: prop::sample::Index,
        byte: u8,
    ) {
        let mut body = document.to_string().into_bytes();
        let place = place.index(body.len());
        compare_with_serde(&body[..place]);
        body[place] = byte;
        compare_with_serde(&body);
    }
}

//! Bodies that nobody thought of.

use bolero::{check, produce_with};

use super::tests::compare_with_serde;

/// How many pieces a body is made of.
const PIECES_MAX: usize = 40;
/// They make documents nearly right far more often than arbitrary bytes would.
const PIECES: &[&[u8]] = &[
    b"{",
    b"}",
    b"[",
    b"]",
    b":",
    b",",
    b"\"",
    b"\"a\"",
    b"\"b\":",
    b"\"\\u0061\":",
    b" ",
    b"\\",
    b"\\u",
    b"\\ud83d",
    b"\\ude00",
    b"\\u0000",
    b"\0",
    b"\n",
    b"0",
    b"-",
    b"12",
    b".5",
    b"e",
    b"E+9",
    b"e999",
    b"true",
    b"null",
    b"NaN",
    b"Infinity",
    b"\xc3\xa9",
    b"\xff",
];

#[test]
fn any_bytes_are_judged_as_serde_judges_them() {
    check!().for_each(compare_with_serde);
}

#[test]
fn nearly_right_documents_are_judged_as_serde_judges_them() {
    let places = produce_with::<Vec<usize>>()
        .values(0..PIECES.len())
        .len(0..=PIECES_MAX);
    check!().with_generator(places).for_each(|places| {
        let pieces: Vec<_> = places.iter().map(|place| PIECES[*place]).collect();
        compare_with_serde(&pieces.concat());
    });
}

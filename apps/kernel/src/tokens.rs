//! How many tokens a text has, about.
//!
//! Every vendor cuts words in its own way and tells the true number with its answer; this is for what
//! must be known before: whether a context fits, and what to reserve. It errs upwards.

/// In how many parts a token is counted.
const PARTS: u64 = 20;

/// What each byte adds, in parts of a token. A byte's weight hangs on nothing beside it, so counts of
/// pieces add up to the count of the whole.
const WEIGHTS: [u8; 256] = weights();

#[expect(
    clippy::indexing_slicing,
    clippy::as_conversions,
    reason = "worked out by the compiler, which refuses what does not fit"
)]
const fn weights() -> [u8; 256] {
    let mut weights = [0; 256];
    let mut byte = 0;
    while byte < weights.len() {
        weights[byte] = match byte as u8 {
            b'a'..=b'z' => 5,
            // Words in capitals are cut into more pieces.
            b'A'..=b'Z' => 7,
            // A space belongs to the word after it, and rows of them are one token.
            b' ' => 3,
            b'\t' => 6,
            b'\n' => 10,
            b'0'..=b'9' => 10,
            // Other control characters are tokens of their own.
            0..=31 | 127 => 20,
            // Punctuation.
            33..=126 => 14,
            // What follows in a character of several bytes.
            128..=191 => 9,
            // Two bytes: accents, Greek, Cyrillic, Hebrew, Arabic.
            192..=223 => 6,
            // Three: most other scripts; a character is seldom more than a token.
            224..=239 => 8,
            // Four: emoji, which take two or three.
            _ => 33,
        };
        byte += 1;
    }
    weights
}

/// About how many tokens `text` is.
#[must_use]
pub fn estimate(text: &str) -> u32 {
    let weight = |byte: u8| WEIGHTS.get(usize::from(byte)).copied().unwrap_or_default();
    let parts: u64 = text.bytes().map(|byte| u64::from(weight(byte))).sum();
    u32::try_from(parts.div_ceil(PARTS)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn nothing_has_no_tokens() {
        assert_eq!(estimate(""), 0);
    }

    /// The true numbers are those of `o200k_base`, rounded up.
    #[test]
    fn it_errs_upwards_but_not_wildly() {
        let english = "The quick brown fox jumps over the lazy dog, and nobody is surprised.";
        let code = "fn main() {\n    let total: u64 = values.iter().sum();\n}\n";
        let chinese = "今天天气很好，我们去公园散步吧。";
        for (text, at_least, at_most) in [(english, 15, 24), (code, 18, 32), (chinese, 11, 26)] {
            let estimate = estimate(text);
            assert!(
                (at_least..=at_most).contains(&estimate),
                "{estimate}: {text}"
            );
        }
    }

    proptest! {
        #[test]
        fn pieces_add_up_to_the_whole_within_one(a in ".*", b in ".*") {
            let whole = estimate(&format!("{a}{b}"));
            let pieces = estimate(&a) + estimate(&b);
            prop_assert!(whole >= estimate(&a).max(estimate(&b)));
            prop_assert!(whole <= pieces && pieces <= whole + 1);
        }
    }
}

//! The short form of a text: its first sentences, taken word for word.

/// What goes into another node's context instead of the whole.
const BRIEF_CHARS_MAX: usize = 400;

/// The beginning of a text up to the end of a sentence. It depends on nothing but the text.
pub(crate) fn brief(text: &str) -> String {
    let mut words = String::new();
    let mut chars = 0;
    for word in text.split_whitespace() {
        let length = word.chars().count();
        if chars + length + 1 > BRIEF_CHARS_MAX {
            return cut(&words, word);
        }
        if !words.is_empty() {
            words.push(' ');
        }
        words.push_str(word);
        chars += length + 1;
    }
    words
}

/// Ends after the last whole sentence if that keeps at least half, else after the last whole word.
fn cut(words: &str, next: &str) -> String {
    let mut ends = words.rmatch_indices(['.', '!', '?', '。', '！', '？']);
    let last = ends
        .find(|(at, end)| words.get(at + end.len()..).is_some_and(begins_anew))
        .map(|(at, end)| at + end.len());
    match last.filter(|at| at * 2 >= words.len()) {
        Some(at) => words.get(..at).unwrap_or(words).to_owned(),
        None if words.is_empty() => next.chars().take(BRIEF_CHARS_MAX).chain(['…']).collect(),
        None => format!("{words} …"),
    }
}

/// Whether what follows a full stop shows that it was the end of a sentence.
fn begins_anew(rest: &str) -> bool {
    rest.is_empty() || rest.starts_with(' ')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_short_text_is_its_own_brief() {
        assert_eq!(brief("  One.\n\nTwo.  "), "One. Two.");
        assert_eq!(brief(""), "");
    }

    #[test]
    fn a_long_text_ends_with_a_sentence_or_says_that_it_goes_on() {
        let sentence = "Rivers carry sand to the sea. ".repeat(40);
        let short = brief(&sentence);
        assert!(short.ends_with("sea."), "{short}");
        assert!(brief(&"word ".repeat(400)).ends_with(" …"));
        assert!(brief(&"x".repeat(4_000)).ends_with('…'));
    }

    proptest! {
        #[test]
        fn a_brief_is_never_longer_than_it_may_be(text in "\\PC{0,3000}") {
            prop_assert!(brief(&text).chars().count() <= BRIEF_CHARS_MAX + 2);
        }
    }
}

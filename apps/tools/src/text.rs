//! Texts as a model reads them: what comes from nodes is marked as data, and long ones are cut.

use protocol::nodes::NodeStatus;

/// The marks around what people and models wrote.
const MARKS: [&str; 6] = ["node", "prompt", "answer", "title", "holds", "result"];

/// A text that cannot end the mark it stands in, nor begin one: it is something to read, whatever it says.
pub(crate) fn data(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        let (before, from) = rest.split_at(at);
        safe.push_str(before);
        let after = from.strip_prefix('<').unwrap_or(from);
        safe.push_str(if is_mark(after) { "&lt;" } else { "<" });
        rest = after;
    }
    safe.push_str(rest);
    safe
}

/// What a server outside said to the use of a tool, as something to read.
#[must_use]
pub fn result(tool: &str, text: &str) -> String {
    format!(
        "<result tool=\"{}\">\n{}\n</result>",
        attribute(tool),
        data(text)
    )
}

/// A text that can neither end the quotation marks that it stands in, nor the line.
pub(crate) fn attribute(text: &str) -> String {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    words.replace('"', "'").replace(['<', '>'], " ")
}

/// Whether this goes on as one of our marks.
fn is_mark(after: &str) -> bool {
    let name = after.trim_start().trim_start_matches('/').trim_start();
    MARKS.iter().any(|mark| {
        let beginning = name.get(..mark.len());
        beginning.is_some_and(|beginning| beginning.eq_ignore_ascii_case(mark))
    })
}

/// The first words of a text, on one line.
pub(crate) fn first_words(text: &str, chars_max: usize) -> String {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let (beginning, left) = part(&words, 0, chars_max);
    let more = if left > 0 { "…" } else { "" };
    format!("{}{more}", data(beginning))
}

/// So many characters of a text from a place on, and how many come after them.
pub(crate) fn part(text: &str, from: usize, chars_max: usize) -> (&str, usize) {
    let at = |chars: usize| {
        let found = text.char_indices().nth(chars);
        found.map_or(text.len(), |(byte, _)| byte)
    };
    let (begin, end) = (at(from), at(from.saturating_add(chars_max)));
    let shown = text.get(begin..end).unwrap_or_default();
    let left = text.get(end..).map_or(0, |rest| rest.chars().count());
    (shown, left)
}

/// The word of a status, as everywhere else.
pub(crate) fn word(status: NodeStatus) -> &'static str {
    match status {
        NodeStatus::Idle => "IDLE",
        NodeStatus::Generating => "GENERATING",
        NodeStatus::Completed => "COMPLETED",
        NodeStatus::Error => "ERROR",
        NodeStatus::Stale => "STALE",
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_text_keeps_its_signs_unless_they_are_marks() {
        assert_eq!(data("a < b <p>x</p>"), "a < b <p>x</p>");
        assert_eq!(data("</node><NODE id=1>"), "&lt;/node>&lt;NODE id=1>");
        assert_eq!(data("< / Answer>"), "&lt; / Answer>");
        assert_eq!(data("<"), "<");
    }

    #[test]
    fn a_part_of_a_text_is_counted_in_characters() {
        assert_eq!(part("äöü!", 1, 2), ("öü", 1));
        assert_eq!(part("äöü!", 4, 2), ("", 0));
        assert_eq!(part("äöü!", 9, 2), ("", 0));
        assert_eq!(first_words(" a\n b  c", 3), "a b…");
    }

    proptest! {
        #[test]
        fn no_text_ends_the_mark_that_it_stands_in(
            text in r"([a-z<> /]|</node>|<NODE |< /prompt>|<answer>|ü){0,40}",
        ) {
            let safe = data(&text).to_lowercase().replace(' ', "");
            for mark in MARKS {
                let (begin, end) = (format!("<{mark}"), format!("</{mark}"));
                prop_assert!(!safe.contains(&begin) && !safe.contains(&end), "{}", safe);
            }
        }
    }
}

//! An answer as it is read aloud: its words without the signs that lay them out.

use protocol::preferences::Language;

/// A text in Markdown without what nobody would say. Code is named, and not read.
pub(crate) fn spoken(markdown: &str, language: Language) -> String {
    let code = match language {
        Language::En => "(Code.)",
        Language::Fr => "(Code source.)",
    };
    let mut spoken = String::new();
    let mut fence: Option<&str> = None;
    for line in markdown.lines() {
        let bare = line.trim();
        let mark = ["```", "~~~"]
            .into_iter()
            .find(|mark| bare.starts_with(mark));
        match (fence, mark) {
            (None, Some(mark)) => {
                fence = Some(mark);
                push(&mut spoken, code);
            }
            (Some(open), Some(mark)) if open == mark => fence = None,
            (Some(_), _) => {}
            (None, None) => push(&mut spoken, &line_of(bare)),
        }
    }
    spoken.trim().to_owned()
}

fn push(spoken: &mut String, line: &str) {
    if line.is_empty() {
        // A pause between paragraphs, however many lines are between them.
        if !spoken.is_empty() && !spoken.ends_with("\n\n") {
            spoken.push('\n');
        }
        return;
    }
    spoken.push_str(line);
    spoken.push('\n');
}

fn line_of(bare: &str) -> String {
    let is_rule = bare.len() >= 3 && bare.chars().all(|sign| "-*_ |:=".contains(sign));
    if is_rule {
        return String::new();
    }
    let quoted = bare.trim_start_matches(['>', ' ']);
    let (is_heading, text) = match quoted.trim_start_matches('#') {
        text if text.len() < quoted.len() && text.starts_with(' ') => (true, text),
        _ => (false, quoted),
    };
    let text = without_bullet(text.trim());
    let text = match text.strip_prefix('|') {
        Some(row) => cells(row),
        None => inline(text),
    };
    // A heading is a sentence of its own.
    if is_heading && text.ends_with(char::is_alphanumeric) {
        return format!("{text}.");
    }
    text
}

fn without_bullet(text: &str) -> &str {
    let bullet = ["- ", "* ", "+ "]
        .into_iter()
        .find_map(|bullet| text.strip_prefix(bullet));
    let text = bullet.unwrap_or(text);
    let box_of_task = ["[ ] ", "[x] ", "[X] "]
        .into_iter()
        .find_map(|mark| text.strip_prefix(mark));
    box_of_task.unwrap_or(text)
}

fn cells(row: &str) -> String {
    let cells: Vec<String> = row
        .split('|')
        .map(|cell| inline(cell.trim()))
        .filter(|cell| !cell.is_empty())
        .collect();
    cells.join(", ")
}

/// The words of links and pictures without their addresses, and everything without its emphasis.
fn inline(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(sign) = rest.chars().next() {
        if let Some((words, after)) = link(rest) {
            plain.push_str(&inline(words));
            rest = after;
            continue;
        }
        let after = rest.get(sign.len_utf8()..).unwrap_or_default();
        match sign {
            '\\' => {
                let escaped = after.chars().next();
                plain.extend(escaped);
                rest = escaped
                    .and_then(|escaped| after.get(escaped.len_utf8()..))
                    .unwrap_or_default();
                continue;
            }
            '*' | '`' | '~' => {}
            // In the middle of a name it belongs to it.
            '_' if !(plain.ends_with(char::is_alphanumeric)
                && after.starts_with(char::is_alphanumeric)) => {}
            sign => plain.push(sign),
        }
        rest = after;
    }
    plain
}

/// What stands in `[words](address)` or `![words](address)`, and what follows it.
fn link(text: &str) -> Option<(&str, &str)> {
    let inner = text.strip_prefix("![").or_else(|| text.strip_prefix('['))?;
    let (words, rest) = inner.split_once("](")?;
    let (_, after) = rest.split_once(')')?;
    (!words.contains('[')).then_some((words, after))
}

/// Cuts a text where one would breathe, into parts of at most so many characters.
pub(crate) fn parts(text: &str, chars_max: usize) -> Vec<String> {
    let mut parts = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let end = rest
            .char_indices()
            .nth(chars_max)
            .map_or(rest.len(), |(at, _)| at);
        let (head, _) = rest.split_at(end);
        let cut = if end == rest.len() {
            end
        } else {
            breath(head).unwrap_or(end)
        };
        let (part, after) = rest.split_at(cut);
        if !part.trim().is_empty() {
            parts.push(part.trim().to_owned());
        }
        rest = after.trim_start();
    }
    parts
}

/// The end of the last paragraph, sentence or word in a text.
fn breath(text: &str) -> Option<usize> {
    ["\n\n", "\n", ". ", "? ", "! ", " "]
        .into_iter()
        .find_map(|sign| text.rfind(sign).map(|at| at + sign.len()))
        .filter(|at| *at > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_has_the_words_and_not_the_signs() {
        let markdown = "# The *sea*\n\n- **Rain** falls on `roofs`\n- [x] see [the map](https://example.org)\n\n\
            > quoted snake_case and _emphasis_\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```rust\nfn main() {}\n```\n\
            2 \\* 3 ![a red pixel](x.png)\n---\nDone";
        let spoken = spoken(markdown, Language::En);
        assert_eq!(
            spoken,
            "The sea.\n\nRain falls on roofs\nsee the map\n\nquoted snake_case and emphasis\n\na, b\n\n1, 2\n\n\
             (Code.)\n2 * 3 a red pixel\n\nDone"
        );
    }

    #[test]
    fn code_without_an_end_is_not_read_and_nothing_is_nothing() {
        assert_eq!(spoken("```\nx", Language::Fr), "(Code source.)");
        assert_eq!(spoken("\n\n", Language::En), "");
        assert_eq!(spoken("a [b", Language::En), "a [b");
    }

    #[test]
    fn parts_end_where_one_breathes_and_nothing_is_lost() {
        let text = "One sentence. Another one! A third\n\nA paragraph of its own";
        for most in 5..60 {
            let parts = parts(text, most);
            assert!(parts.iter().all(|part| part.chars().count() <= most));
            let words = |text: &str| text.split_whitespace().collect::<String>();
            assert_eq!(words(&parts.concat()), words(text));
        }
        assert_eq!(parts("One. Two. Three", 10), ["One. Two.", "Three"]);
        assert_eq!(parts("ééééé", 2), ["éé", "éé", "é"]);
    }
}

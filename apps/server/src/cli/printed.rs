//! What the programs of the API print.

use std::io::Write;

use serde::Serialize;

/// Prints one thing after the other: for machines as JSON, for people in their line.
pub(crate) fn tell<T: Serialize>(
    as_json: bool,
    things: &[T],
    line: impl Fn(&T) -> String,
) -> anyhow::Result<()> {
    // Who closed the other end of standard output gets no panic.
    let mut out = std::io::stdout().lock();
    for thing in things {
        let told = if as_json {
            serde_json::to_string(thing)?
        } else {
            line(thing)
        };
        writeln!(out, "{told}")?;
    }
    out.flush()?;
    Ok(())
}

/// Without what could steer a terminal: models and people write it.
pub(crate) fn printable(text: &str) -> String {
    let is_shown = |letter: &char| !letter.is_control() || matches!(letter, '\n' | '\t');
    text.chars().filter(is_shown).collect()
}

/// The same in one line.
pub(crate) fn in_a_line(text: &str) -> String {
    printable(&text.replace(['\n', '\t'], " "))
}

/// The word that stands in JSON for a value.
pub(crate) fn word(value: impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_wrote_cannot_steer_a_terminal() {
        assert_eq!(printable("a\u{1b}[2Jb\r\u{9b}c\n\td"), "a[2Jbc\n\td");
        assert_eq!(in_a_line("a\nb"), "a b");
    }
}

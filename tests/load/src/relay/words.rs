//! What the bare provider says: when it said it, and then words that tell their place, so that
//! whoever reads them can tell how long they took and whether all are there.

use std::sync::LazyLock;

use rustix::time::{ClockId, clock_gettime};

/// An answer has no more words.
pub(crate) const WORDS_MAX: usize = 20_000;
const WORD_BYTES: usize = 6;
const FIRST_BYTES: usize = 18;

/// All words but the first, one after the other.
static REST: LazyLock<String> = LazyLock::new(|| (1..WORDS_MAX).map(word).collect());

/// Microseconds by a clock that all processes of the machine share.
pub(crate) fn now() -> u64 {
    let now = clock_gettime(ClockId::Monotonic);
    now.tv_sec as u64 * 1_000_000 + now.tv_nsec as u64 / 1_000
}

/// The first word of an answer that begins now.
pub(crate) fn first() -> String {
    format!("t{:016} ", now())
}

pub(crate) fn word(place: usize) -> String {
    format!("{place:05} ")
}

/// When an answer that begins so was begun.
pub(crate) fn begun_at(text: &[u8]) -> Option<u64> {
    let stamp = text.get(..FIRST_BYTES)?.strip_prefix(b"t")?;
    std::str::from_utf8(stamp).ok()?.trim_end().parse().ok()
}

/// Whether this is what stands in an answer from there on.
pub(crate) fn is_said_at(bytes_before: usize, text: &[u8]) -> bool {
    let Some(from) = bytes_before.checked_sub(FIRST_BYTES) else {
        let rest = text.get(FIRST_BYTES..).unwrap_or_default();
        return bytes_before == 0 && begun_at(text).is_some() && is_said_at(FIRST_BYTES, rest);
    };
    REST.as_bytes().get(from..from + text.len()) == Some(text)
}

/// Whether this is a whole answer of so many words.
pub(crate) fn is_whole(text: &[u8], words: usize) -> bool {
    text.len() == FIRST_BYTES + words.saturating_sub(1) * WORD_BYTES && is_said_at(0, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_whole_with_every_word_in_its_place() {
        let said: String = [first(), word(1), word(2)].concat();

        assert!(is_whole(said.as_bytes(), 3));
        assert!(!is_whole(said.as_bytes(), 4));
        assert!(!is_whole(
            [first(), word(2), word(1)].concat().as_bytes(),
            3
        ));
        assert!(is_said_at(24, word(2).as_bytes()) && !is_said_at(25, word(2).as_bytes()));
        assert!(begun_at(said.as_bytes()).is_some_and(|at| at <= now()));
    }
}

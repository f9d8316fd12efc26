//! Passwords that others try first.

use kernel::{Error, Result};
use protocol::Password;

/// Common passwords that are long enough, in lower case, one to a line.
const COMMON: &str = include_str!("blocklist.txt");
/// What must remain of a password without the person's own names.
const REST_CHARS_MIN: usize = 8;
const NAME_CHARS_MIN: usize = 3;
const UNIT_CHARS_MAX: usize = 4;

/// Refuses a new password that is too short or easy to guess for someone of these names.
pub(super) fn check_new(
    pointer: &str,
    password: &Password,
    names: [Option<&str>; 2],
) -> Result<()> {
    let weakness = match password.check_new() {
        Err(detail) => Some(detail),
        Ok(()) => weakness(password.reveal(), names).map(str::to_owned),
    };
    weakness.map_or(Ok(()), |detail| Err(Error::invalid(pointer, detail)))
}

fn weakness(password: &str, names: [Option<&str>; 2]) -> Option<&'static str> {
    let password = password.to_lowercase();
    let letters: Vec<char> = password.chars().collect();
    if COMMON.lines().any(|common| common == password) {
        Some("is one of the most common passwords; choose another")
    } else if repeats(&letters) || counts(&letters) {
        Some("is a simple repetition or row of characters; choose another")
    } else if names
        .into_iter()
        .flatten()
        .any(|name| is_made_of(&password, name))
    {
        Some("is hardly more than your e-mail address or username; choose another")
    } else {
        None
    }
}

/// One to four characters over and over.
fn repeats(letters: &[char]) -> bool {
    (1..=UNIT_CHARS_MAX).any(|unit| {
        letters
            .iter()
            .zip(letters.iter().skip(unit))
            .all(|(one, next)| one == next)
    })
}

/// Each character the successor of the one before, or each the predecessor; nine is followed by zero.
fn counts(letters: &[char]) -> bool {
    let follows = |one: char, next: char| {
        u32::from(one) + 1 == u32::from(next) || (one == '9' && next == '0')
    };
    let pairs = || letters.iter().zip(letters.iter().skip(1));
    pairs().all(|(one, next)| follows(*one, *next))
        || pairs().all(|(one, next)| follows(*next, *one))
}

fn is_made_of(password: &str, name: &str) -> bool {
    let name = name.to_lowercase();
    let local = name.split('@').next().unwrap_or_default();
    [name.as_str(), local].into_iter().any(|name| {
        name.chars().count() >= NAME_CHARS_MIN
            && password.contains(name)
            && password.replace(name, "").chars().count() < REST_CHARS_MIN
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: [Option<&str>; 2] = [Some("ada.lovelace@example.org"), Some("Countess")];

    #[test]
    fn passwords_that_others_try_first_are_refused() {
        for weak in [
            "Password1234",
            "qwertyuiop123",
            "aaaaaaaaaaaa",
            "abcabcabcabc",
            "123456789012",
            "098765432109",
            "ada.lovelace1",
            "countess2026",
            "Ada.Lovelace@example.org",
        ] {
            assert!(weakness(weak, NAMES).is_some(), "{weak}");
        }
    }

    #[test]
    fn passphrases_are_accepted_even_if_a_name_stands_in_them() {
        for good in [
            "tea with the countess",
            "DemoPassword123!",
            "an engine of brass",
            "1a2b3c4d5e6f",
        ] {
            assert_eq!(weakness(good, NAMES), None, "{good}");
        }
    }

    #[test]
    fn every_listed_password_could_otherwise_be_chosen() {
        for common in COMMON.lines() {
            assert!(common.chars().count() >= 12, "{common}");
            assert_eq!(common, common.to_lowercase());
        }
    }
}

//! Small values of agents.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

const SLUG_CHARS_MAX: usize = 100;

/// What an agent is mentioned by: lower-case letters, digits and hyphens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, pattern = "^[a-z0-9]+(-[a-z0-9]+)*$", max_length = 100)]
pub struct Slug(String);

impl Slug {
    /// Whether a text is one.
    fn is_one(text: &str) -> bool {
        let word = |word: &str| {
            !word.is_empty()
                && word
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        };
        text.len() <= SLUG_CHARS_MAX && text.split('-').all(word)
    }

    /// One that is like a name.
    #[must_use]
    pub fn like(name: &str) -> Self {
        let plain: String = name
            .to_lowercase()
            .chars()
            .map(|char| {
                if char.is_ascii_alphanumeric() {
                    char
                } else {
                    ' '
                }
            })
            .collect();
        let mut slug = String::new();
        for word in plain.split_whitespace() {
            if slug.len() + word.len() >= SLUG_CHARS_MAX / 2 {
                break;
            }
            if !slug.is_empty() {
                slug.push('-');
            }
            slug.push_str(word);
        }
        if slug.is_empty() {
            slug.push_str("agent");
        }
        Self(slug)
    }

    /// Another one that begins like it.
    #[must_use]
    pub fn numbered(&self, number: usize) -> Self {
        Self(format!("{}-{number}", self.0))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Slug {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        if Self::is_one(&text) {
            Ok(Self(text))
        } else {
            Err(format!(
                "must be words of lower-case letters and digits with hyphens between, at most {SLUG_CHARS_MAX} \
                 characters"
            ))
        }
    }
}

impl From<Slug> for String {
    fn from(value: Slug) -> Self {
        value.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slug_is_words_with_hyphens_and_one_can_be_made_from_any_name() {
        for good in ["critic", "a-1", "7"] {
            assert!(Slug::try_from(good.to_owned()).is_ok(), "{good}");
        }
        for bad in ["", "-a", "a-", "a--b", "A", "é", "a b"] {
            assert!(Slug::try_from(bad.to_owned()).is_err(), "{bad}");
        }
        for (name, like) in [
            ("The Critic!", "the-critic"),
            ("Été", "t"),
            ("???", "agent"),
        ] {
            let slug = Slug::like(name);
            assert_eq!(slug.as_str(), like);
            assert!(Slug::is_one(slug.numbered(2).as_str()));
        }
        assert!(Slug::is_one(Slug::like(&"word ".repeat(100)).as_str()));
        assert!(Slug::is_one(Slug::like(&"x".repeat(1_000)).as_str()));
    }
}

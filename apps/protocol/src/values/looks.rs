//! How things on the canvas look.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How wide or high a node may be made, in the canvas' own measure.
pub const EXTENT_MIN: f64 = 40.0;
pub const EXTENT_MAX: f64 = 100_000.0;
/// How many tags a node may have.
pub const TAGS_MAX: usize = 20;

/// A colour such as `#3B82F6`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, pattern = "^#[0-9A-Fa-f]{6}$")]
pub struct Color(String);

impl TryFrom<String> for Color {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6);
        if digits.is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit())) {
            Ok(Self(text))
        } else {
            Err("must be a colour such as #3B82F6".to_owned())
        }
    }
}

impl Color {
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<Color> for String {
    fn from(value: Color) -> Self {
        value.0
    }
}

/// The width or height of a node.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "f64", into = "f64")]
#[schema(value_type = f64, minimum = 40.0, maximum = 100_000.0)]
pub struct Extent(f64);

impl Extent {
    #[must_use]
    pub fn get(self) -> f64 {
        self.0
    }
}

impl TryFrom<f64> for Extent {
    type Error = String;

    fn try_from(value: f64) -> Result<Self, String> {
        if (EXTENT_MIN..=EXTENT_MAX).contains(&value) {
            Ok(Self(value))
        } else {
            Err(format!(
                "must be a number from {EXTENT_MIN} to {EXTENT_MAX}"
            ))
        }
    }
}

impl From<Extent> for f64 {
    fn from(value: Extent) -> Self {
        value.0
    }
}

/// The tags of a node: each once, in the order in which they were given.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "Vec<super::Tag>")]
#[schema(value_type = Vec<super::Tag>, max_items = 20)]
pub struct Tags(Vec<super::Tag>);

impl Tags {
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    #[must_use]
    pub fn words(&self) -> Vec<String> {
        self.0.iter().map(|tag| tag.as_str().to_owned()).collect()
    }
}

impl TryFrom<Vec<super::Tag>> for Tags {
    type Error = String;

    fn try_from(given: Vec<super::Tag>) -> Result<Self, String> {
        let mut tags: Vec<super::Tag> = Vec::with_capacity(given.len().min(TAGS_MAX));
        for tag in given {
            if !tags.contains(&tag) {
                tags.push(tag);
            }
            if tags.len() > TAGS_MAX {
                return Err(format!("must hold at most {TAGS_MAX} tags"));
            }
        }
        Ok(Self(tags))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colour_has_six_digits() {
        assert!(Color::try_from("#3B82F6".to_owned()).is_ok());
        for bad in ["3B82F6", "#3B82F", "#3B82FG", "#3B82F6A"] {
            assert!(Color::try_from(bad.to_owned()).is_err(), "{bad}");
        }
    }
}

//! A setting that nothing shows by accident.

use std::fmt;

use serde::{Deserialize, Serialize, Serializer, de::IgnoredAny};

const MASK: &str = "********";

/// A password or key: neither `Debug` nor serialization tell it, only `expose` does.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Given")]
pub struct Secret(String);

/// What stands where a secret is expected.
#[derive(Deserialize)]
#[serde(untagged)]
enum Given {
    Text(String),
    Other(IgnoredAny),
}

impl TryFrom<Given> for Secret {
    type Error = &'static str;

    fn try_from(given: Given) -> Result<Self, Self::Error> {
        match given {
            Given::Text(text) => Ok(Self(text)),
            // Left to serde, the refusal would tell what was found.
            Given::Other(_) => Err("must be a text in quotes"),
        }
    }
}

impl Secret {
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl From<&str> for Secret {
    fn from(secret: &str) -> Self {
        Self(secret.to_owned())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(MASK)
    }
}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(MASK)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_told_to_nobody_who_does_not_ask_for_it() {
        let secret = Secret::from("sk-canary");

        assert_eq!(format!("{secret:?}"), MASK);
        assert_eq!(serde_json::to_string(&secret).unwrap(), "\"********\"");
        assert_eq!(secret.expose(), "sk-canary");
        let refused = serde_json::from_str::<Secret>("1234567").unwrap_err();
        assert!(!refused.to_string().contains("1234567"), "{refused}");
    }
}

//! What names a person, and what proves it.

use std::fmt;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;
use unicode_security::GeneralSecurityProfile;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{KnownFormat, ObjectBuilder, RefOr, Schema, SchemaFormat, schema::Type},
};

/// An e-mail address, in lower case.
///
/// Only the shape is checked here: that it is reachable is shown by the mail that arrives there.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Email(String);

impl Email {
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Email {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let text: String = text.trim().nfc().collect::<String>().to_lowercase();
        let refusal = || "must be an e-mail address such as ada@example.org".to_owned();
        let (local, domain) = text.rsplit_once('@').ok_or_else(refusal)?;
        let clean = |part: &str| {
            !part.is_empty()
                && !part.starts_with('.')
                && !part.ends_with('.')
                && !part.contains("..")
                && part
                    .chars()
                    .all(|c| !c.is_control() && !c.is_whitespace() && c != '@')
                && part.chars().all(|c| !"<>()[]\\,;:\"".contains(c))
        };
        // Invisible characters would let two addresses look the same.
        let visible = |c: char| c.is_ascii() || (c.is_alphanumeric() && c.identifier_allowed());
        let fits = local.len() <= 64 && domain.len() <= 253 && domain.contains('.');
        let named = domain.split('.').all(is_label);
        if clean(local) && clean(domain) && named && text.chars().all(visible) && fits {
            Ok(Self(text))
        } else {
            Err(refusal())
        }
    }
}

/// A part of a domain, as mail servers are found by.
fn is_label(label: &str) -> bool {
    label.len() <= 63
        && label.starts_with(char::is_alphanumeric)
        && label.ends_with(char::is_alphanumeric)
        && label.chars().all(|c| c.is_alphanumeric() || c == '-')
}

impl From<Email> for String {
    fn from(value: Email) -> Self {
        value.0
    }
}

impl PartialSchema for Email {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Email)))
            .max_length(Some(318))
            .build()
            .into()
    }
}

impl ToSchema for Email {}

/// The name others see: 2 to 40 letters, digits, `.`, `-` or `_`, of one script, nothing invisible.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Username(String);

impl Username {
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What must differ between two people: two names that look alike have the same key.
    #[must_use]
    pub fn key(&self) -> String {
        unicode_security::skeleton(&self.0.to_lowercase()).collect()
    }
}

impl TryFrom<String> for Username {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        use unicode_security::MixedScript;
        let text: String = text.trim().nfc().collect();
        let chars = text.chars().count();
        if !(2..=40).contains(&chars) {
            return Err("must have 2 to 40 characters".to_owned());
        }
        let allowed =
            |c: char| "._-".contains(c) || (c.is_alphanumeric() && c.identifier_allowed());
        if !text.chars().all(allowed) {
            return Err("may hold letters, digits, `.`, `-` and `_` only".to_owned());
        }
        let ascii = text.is_ascii();
        if !text.is_single_script() || (!ascii && looks_ascii(&text)) {
            return Err("must not mix scripts or imitate other letters".to_owned());
        }
        Ok(Self(text))
    }
}

/// A name without ASCII letters whose look-alike is plain ASCII imitates somebody.
fn looks_ascii(text: &str) -> bool {
    let skeleton: String = unicode_security::skeleton(text).collect();
    skeleton.is_ascii()
}

impl From<Username> for String {
    fn from(value: Username) -> Self {
        value.0
    }
}

impl PartialSchema for Username {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .min_length(Some(2))
            .max_length(Some(40))
            .build()
            .into()
    }
}

impl ToSchema for Username {}

pub const PASSWORD_CHARS_MIN: usize = 12;
pub const PASSWORD_CHARS_MAX: usize = 256;

/// A password as typed, normalised to NFKC so that it is the same on every keyboard.
///
/// It can be read from a body, never written to one, and never shows itself in a log.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Password(String);

impl Password {
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What a new password must be, beyond what any typed password is.
    pub fn check_new(&self) -> Result<(), String> {
        let chars = self.0.chars().count();
        if chars < PASSWORD_CHARS_MIN {
            return Err(format!(
                "must have at least {PASSWORD_CHARS_MIN} characters"
            ));
        }
        Ok(())
    }
}

impl TryFrom<String> for Password {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let text: String = text.nfkc().collect();
        if text.chars().count() > PASSWORD_CHARS_MAX {
            return Err(format!("must have at most {PASSWORD_CHARS_MAX} characters"));
        }
        Ok(Self(text))
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

impl PartialSchema for Password {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Password)))
            .max_length(Some(PASSWORD_CHARS_MAX))
            .build()
            .into()
    }
}

impl ToSchema for Password {}

#[cfg(test)]
mod tests {
    use super::*;

    fn username(text: &str) -> Result<Username, String> {
        Username::try_from(text.to_owned())
    }

    #[test]
    fn a_username_that_hides_or_imitates_letters_is_refused() {
        for bad in [
            "a\u{200b}da",
            "аda",
            "раураl",
            "ada lovelace",
            "a",
            "ада\u{200d}",
            "x\u{202e}y",
        ] {
            assert!(username(bad).is_err(), "{bad:?}");
        }
        for good in ["ada", "Ada.Lovelace", "björn", "ада_лавлейс", "中村太郎"] {
            assert!(username(good).is_ok(), "{good:?}");
        }
    }

    #[test]
    fn names_that_look_alike_share_a_key() {
        let one = username("paypal").unwrap().key();
        let two = username("PayPaI").unwrap().key();
        assert_eq!(one, username("PAYPAL").unwrap().key());
        assert_ne!(one, username("someone").unwrap().key());
        assert!(!two.is_empty());
    }

    #[test]
    fn an_address_is_kept_in_lower_case_and_must_have_a_shape() {
        let email = Email::try_from(" Ada@Example.ORG ".to_owned()).unwrap();
        assert_eq!(email.as_str(), "ada@example.org");
        for bad in [
            "",
            "ada",
            "@x.y",
            "a@b",
            "a b@c.de",
            "a@b..c",
            "a\u{200b}@b.cd",
            "a@b.c\r\nX: y",
            "a@b_c.de",
            "a@-b.de",
            "a@b-.de",
            "a@b%c.de",
        ] {
            assert!(Email::try_from(bad.to_owned()).is_err(), "{bad:?}");
        }
    }
}

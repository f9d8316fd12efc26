//! Values that are valid once they exist: parsed at the edge, trusted inside.

use std::fmt;

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::value::RawValue;
use unicode_normalization::UnicodeNormalization;
use unicode_security::GeneralSecurityProfile;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{KnownFormat, ObjectBuilder, RefOr, Schema, SchemaFormat, schema::Type},
};

pub const PROMPT_CHARS_MAX: usize = 100_000;
pub const NODE_TEXT_CHARS_MAX: usize = 400_000;
pub const METADATA_BYTES_MAX: usize = 16 * 1024;
/// Far beyond any canvas, well inside what a browser draws exactly.
pub const COORDINATE_MAX: f64 = 1e9;

#[derive(Clone, Copy)]
struct TextRule {
    chars_min: usize,
    chars_max: usize,
    trimmed: bool,
    lines: bool,
}

impl TextRule {
    fn parse(self, text: String) -> Result<String, String> {
        let text = if self.trimmed {
            text.trim().to_owned()
        } else {
            text
        };
        let chars = text.chars().count();
        if chars < self.chars_min || chars > self.chars_max {
            return Err(format!(
                "must have {} to {} characters",
                self.chars_min, self.chars_max
            ));
        }
        if text.contains('\0') {
            return Err("must not contain a NUL character".to_owned());
        }
        if !self.lines && text.chars().any(char::is_control) {
            return Err("must be a single line without control characters".to_owned());
        }
        Ok(text)
    }

    fn schema(self, description: &str) -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .min_length(Some(self.chars_min))
            .max_length(Some(self.chars_max))
            .description(Some(description))
            .build()
            .into()
    }
}

macro_rules! text {
    ($(#[doc = $doc:literal])+ $name:ident, $min:expr, $max:expr, trimmed: $trimmed:expr, lines: $lines:expr) => {
        $(#[doc = $doc])+
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            const RULE: TextRule =
                TextRule { chars_min: $min, chars_max: $max, trimmed: $trimmed, lines: $lines };

            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = String;

            fn try_from(text: String) -> Result<Self, String> {
                Self::RULE.parse(text).map(Self)
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> Self {
                value.0
            }
        }

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                Self::RULE.schema(concat!($($doc),+).trim())
            }
        }

        impl ToSchema for $name {}
    };
}

text!(
    /// A project's name: trimmed, on one line.
    ProjectName, 1, 200, trimmed: true, lines: false
);
text!(
    /// What a project is about.
    Description, 0, 5_000, trimmed: true, lines: true
);
text!(
    /// What every model call in the project begins with.
    SystemPrompt, 0, 50_000, trimmed: false, lines: true
);
text!(
    /// A node's question.
    Prompt, 0, PROMPT_CHARS_MAX, trimmed: false, lines: true
);
text!(
    /// A node's answer, in Markdown.
    NodeText, 0, NODE_TEXT_CHARS_MAX, trimmed: false, lines: true
);
text!(
    /// A short form of an answer.
    Summary, 0, 2_000, trimmed: false, lines: true
);
text!(
    /// A person's given name.
    FirstName, 1, 100, trimmed: true, lines: false
);
text!(
    /// A person's family name.
    LastName, 1, 100, trimmed: true, lines: false
);
text!(
    /// The address of a picture.
    Avatar, 1, 500, trimmed: true, lines: false
);
text!(
    /// What an API token is for.
    TokenName, 1, 100, trimmed: true, lines: false
);
text!(
    /// One personal instruction to the models.
    Instruction, 0, 4_000, trimmed: true, lines: true
);
text!(
    /// One word of a personal instruction, such as a tone.
    InstructionWord, 0, 100, trimmed: true, lines: false
);

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
        let visible = text.chars().all(|c| c.is_ascii() || c.identifier_allowed());
        let fits = local.len() <= 64 && domain.len() <= 253 && domain.contains('.');
        if clean(local) && clean(domain) && visible && fits {
            Ok(Self(text))
        } else {
            Err(refusal())
        }
    }
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

/// A moment, in UTC with milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Timestamp(pub DateTime<Utc>);

impl From<DateTime<Utc>> for Timestamp {
    fn from(at: DateTime<Utc>) -> Self {
        Self(at)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.to_rfc3339_opts(SecondsFormat::Millis, true))
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        DateTime::parse_from_rfc3339(&text)
            .map(|at| Self(at.with_timezone(&Utc)))
            .map_err(|_| de::Error::custom("must be an RFC 3339 time such as 2026-01-31T09:30:00Z"))
    }
}

impl PartialSchema for Timestamp {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
            .build()
            .into()
    }
}

impl ToSchema for Timestamp {}

/// A coordinate on the canvas: finite and within ±1e9.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct Coordinate(f64);

impl Coordinate {
    #[must_use]
    pub fn get(self) -> f64 {
        self.0
    }

    /// For values that the database gives back.
    #[must_use]
    pub fn stored(value: f64) -> Self {
        Self(value)
    }
}

impl TryFrom<f64> for Coordinate {
    type Error = String;

    fn try_from(value: f64) -> Result<Self, String> {
        if value.is_finite() && value.abs() <= COORDINATE_MAX {
            // Negative zero would be stored and hashed differently from zero.
            Ok(Self(value + 0.0))
        } else {
            Err("must be a number between -1e9 and 1e9".to_owned())
        }
    }
}

impl From<Coordinate> for f64 {
    fn from(value: Coordinate) -> Self {
        value.0
    }
}

impl PartialSchema for Coordinate {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::Number)
            .minimum(Some(-COORDINATE_MAX))
            .maximum(Some(COORDINATE_MAX))
            .build()
            .into()
    }
}

impl ToSchema for Coordinate {}

/// Where a node stands.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Position {
    pub x: Coordinate,
    pub y: Coordinate,
}

/// What part of the canvas is seen: the offset and the scale.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Viewport {
    pub x: Coordinate,
    pub y: Coordinate,
    pub zoom: Zoom,
}

/// A scale from 0.01 to 100.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct Zoom(f64);

impl Zoom {
    #[must_use]
    pub fn get(self) -> f64 {
        self.0
    }

    #[must_use]
    pub fn stored(value: f64) -> Self {
        Self(value)
    }
}

impl TryFrom<f64> for Zoom {
    type Error = String;

    fn try_from(value: f64) -> Result<Self, String> {
        if (0.01..=100.0).contains(&value) {
            Ok(Self(value))
        } else {
            Err("must be a number between 0.01 and 100".to_owned())
        }
    }
}

impl From<Zoom> for f64 {
    fn from(value: Zoom) -> Self {
        value.0
    }
}

impl PartialSchema for Zoom {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::Number)
            .minimum(Some(0.01))
            .maximum(Some(100.0))
            .build()
            .into()
    }
}

impl ToSchema for Zoom {}

/// Whatever a client wants to keep with a thing: one JSON object of at most 16 KiB.
///
/// It is kept as text, since it is passed on far more often than it is looked into.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "serde_json::Map<String, serde_json::Value>")]
pub struct Metadata(Box<RawValue>);

impl Metadata {
    /// For what the database gives back.
    #[must_use]
    pub fn stored(text: String) -> Option<Self> {
        RawValue::from_string(text).ok().map(Self)
    }

    #[must_use]
    pub fn to_value(&self) -> serde_json::Value {
        serde_json::from_str(self.0.get()).unwrap_or_default()
    }
}

impl PartialEq for Metadata {
    fn eq(&self, other: &Self) -> bool {
        self.0.get() == other.0.get() || self.to_value() == other.to_value()
    }
}

impl Serialize for Metadata {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl TryFrom<serde_json::Map<String, serde_json::Value>> for Metadata {
    type Error = String;

    fn try_from(map: serde_json::Map<String, serde_json::Value>) -> Result<Self, String> {
        let text = serde_json::Value::Object(map).to_string();
        if text.len() > METADATA_BYTES_MAX {
            return Err(format!(
                "must have at most {METADATA_BYTES_MAX} bytes as JSON"
            ));
        }
        Self::stored(text).ok_or_else(|| "must be a JSON object".to_owned())
    }
}

impl From<Metadata> for serde_json::Value {
    fn from(metadata: Metadata) -> Self {
        metadata.to_value()
    }
}

impl PartialSchema for Metadata {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::Object)
            .additional_properties(Some(
                utoipa::openapi::schema::AdditionalProperties::FreeForm(true),
            ))
            .build()
            .into()
    }
}

impl ToSchema for Metadata {}

/// For `Option<Option<T>>` fields: absent is `None`, `null` is `Some(None)`.
pub(crate) fn present<'de, T, D>(deserializer: D) -> Result<Option<T>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    T::deserialize(deserializer).map(Some)
}

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
        ] {
            assert!(Email::try_from(bad.to_owned()).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn times_are_written_in_utc_with_milliseconds() {
        let at: Timestamp = serde_json::from_str("\"2026-01-02T03:04:05.6789+02:00\"").unwrap();
        assert_eq!(
            serde_json::to_string(&at).unwrap(),
            "\"2026-01-02T01:04:05.678Z\""
        );
    }
}

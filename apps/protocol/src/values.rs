//! Values that are valid once they exist: parsed at the edge, trusted inside.

mod answers;
mod looks;
mod people;
mod places;

use std::fmt;

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::value::RawValue;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{KnownFormat, ObjectBuilder, RefOr, Schema, SchemaFormat, schema::Type},
};

pub use answers::{OUTPUT_TOKENS_MAX, OutputTokens, TEMPERATURE_MAX, Temperature, TopP};
pub use looks::{Color, EXTENT_MAX, EXTENT_MIN, Extent, TAGS_MAX, Tags};
pub use people::{Email, PASSWORD_CHARS_MAX, PASSWORD_CHARS_MIN, Password, Username};
pub use places::{COORDINATE_MAX, Coordinate, Position, Viewport, Zoom};

pub const PROMPT_CHARS_MAX: usize = 100_000;
pub const NODE_TEXT_CHARS_MAX: usize = 400_000;
pub const METADATA_BYTES_MAX: usize = 16 * 1024;

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
        #[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
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
    /// Words of an answer, quoted.
    QuotedText, 1, 4_000, trimmed: true, lines: true
);
text!(
    /// A node's answer, in Markdown.
    NodeText, 0, NODE_TEXT_CHARS_MAX, trimmed: false, lines: true
);
text!(
    /// What a node, and the branch below it, is called.
    NodeTitle, 1, 200, trimmed: true, lines: false
);
text!(
    /// A word that nodes are found by.
    Tag, 1, 40, trimmed: true, lines: false
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
    /// A model as `GET /models` names it, or its name alone where no other provider has one of that name.
    ModelId, 1, 200, trimmed: true, lines: false
);
text!(
    /// What a preset is called.
    PresetName, 1, 100, trimmed: true, lines: false
);
text!(
    /// What a preset is for.
    PresetDescription, 0, 2_000, trimmed: true, lines: true
);
text!(
    /// A sign for a preset, such as an emoji.
    PresetIcon, 1, 16, trimmed: true, lines: false
);
text!(
    /// One word of a personal instruction, such as a tone.
    InstructionWord, 0, 100, trimmed: true, lines: false
);

text!(
    /// What an agent is called.
    AgentName, 1, 100, trimmed: true, lines: false
);
text!(
    /// What an agent, or a task, is for.
    AgentDescription, 0, 2_000, trimmed: true, lines: true
);
text!(
    /// What kind of agent it is, such as `researcher`.
    AgentType, 1, 50, trimmed: true, lines: false
);
text!(
    /// What an agent is, apart from its type, such as "assistant".
    AgentRole, 1, 255, trimmed: true, lines: false
);
text!(
    /// The name of an icon of Heroicons.
    AgentIcon, 1, 50, trimmed: true, lines: false
);
text!(
    /// What an agent is told before everything else.
    AgentPrompt, 1, 50_000, trimmed: false, lines: true
);
text!(
    /// Why a prompt was changed.
    ChangeNote, 1, 500, trimmed: true, lines: true
);
text!(
    /// What a task or a schedule is called.
    TaskName, 1, 200, trimmed: true, lines: false
);
text!(
    /// What an agent is to do, or is told while it does it.
    TaskPrompt, 1, 20_000, trimmed: true, lines: true
);
text!(
    /// A schedule in five fields, such as `0 9 * * MON-FRI`.
    Cron, 1, 100, trimmed: true, lines: false
);
text!(
    /// A time zone of the IANA database, such as `Europe/Paris`.
    TimeZone, 1, 50, trimmed: true, lines: false
);
text!(
    /// What somebody thinks of an answer.
    Comment, 1, 2_000, trimmed: true, lines: true
);

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_in_utc_with_milliseconds() {
        let at: Timestamp = serde_json::from_str("\"2026-01-02T03:04:05.6789+02:00\"").unwrap();
        assert_eq!(
            serde_json::to_string(&at).unwrap(),
            "\"2026-01-02T01:04:05.678Z\""
        );
    }
}

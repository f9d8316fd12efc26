//! Identifiers are types: time-ordered UUIDs, each of its own kind, in lower-case text outside.

use std::{fmt, marker::PhantomData, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, de};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{KnownFormat, ObjectBuilder, RefOr, Schema, SchemaFormat, schema::Type},
};
use uuid::{Uuid, Variant, Version};

/// A text that is no identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAnId(&'static str);

impl fmt::Display for NotAnId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for NotAnId {}

/// Reads the one spelling that an identifier has, so that equal ids are equal texts.
fn spelled(text: &str) -> Result<Uuid, NotAnId> {
    let uuid = Uuid::parse_str(text).ok();
    uuid.filter(|uuid| uuid.hyphenated().to_string() == text)
        .ok_or(NotAnId("must be a UUID in lower-case text"))
}

/// Reads what clients make: it becomes the id of a thing, and lists are in the order of ids.
fn ordered(text: &str) -> Result<Uuid, NotAnId> {
    let uuid = spelled(text).ok();
    // Other variants have their version elsewhere.
    uuid.filter(|uuid| uuid.get_variant() == Variant::RFC4122)
        .filter(|uuid| uuid.get_version() == Some(Version::SortRand))
        .ok_or(NotAnId("must be a UUIDv7 in lower-case text"))
}

/// Reads an identifier from a text.
struct FromText<T>(PhantomData<T>);

impl<T: FromStr<Err = NotAnId>> de::Visitor<'_> for FromText<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a UUID in lower-case text")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
        text.parse().map_err(E::custom)
    }
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        id!($(#[$doc])* $name, spelled, uuid_schema());
    };
    ($(#[$doc:meta])* $name:ident, $read:ident, $schema:expr) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// A new identifier, later than every one this process made before.
            #[must_use]
            pub fn generate() -> Self {
                Self(Uuid::now_v7())
            }

            #[must_use]
            pub const fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }

            #[must_use]
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0)
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;

            fn from_str(text: &str) -> Result<Self, NotAnId> {
                $read(text).map(Self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_str(FromText(PhantomData))
            }
        }

        impl From<Uuid> for $name {
            fn from(uuid: Uuid) -> Self {
                Self(uuid)
            }
        }

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                $schema.build().into()
            }
        }

        impl ToSchema for $name {}
    };
}

fn uuid_schema() -> ObjectBuilder {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Uuid)))
}

/// The format says nothing of the version, and a pattern says it all.
fn uuid_v7_schema() -> ObjectBuilder {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .pattern(Some(UUID_V7_PATTERN))
}

const UUID_V7_PATTERN: &str =
    "^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$";

id!(UserId);
id!(SessionId);
id!(ApiTokenId);
id!(ProjectId);
id!(InvitationId);
id!(NodeId);
id!(EdgeId);
id!(JobId);
id!(BatchId);
id!(GenerationId);
id!(RefreshId);
id!(PresetId);
id!(AgentId);
id!(TaskId);
id!(ScheduleId);
id!(ChangeSetId);
id!(MediaId);
id!(UploadId);
id!(VoiceId);
id!(NotificationId);
id!(PushSubscriptionId);
id!(
    /// Names one operation of one client, so that sending it again changes nothing.
    OpId, ordered, uuid_v7_schema()
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_has_one_spelling() {
        let id = NodeId::generate();
        let text = id.to_string();
        assert_eq!(text.parse(), Ok(id));
        for other in [
            text.to_uppercase(),
            id.uuid().simple().to_string(),
            id.uuid().braced().to_string(),
            id.uuid().urn().to_string(),
            format!(" {text}"),
            String::new(),
        ] {
            assert!(other.parse::<NodeId>().is_err(), "{other}");
        }
    }

    #[test]
    fn only_the_id_of_an_operation_must_be_of_version_seven() {
        let old = Uuid::from_u128(1).to_string();
        assert!(old.parse::<NodeId>().is_ok());
        assert!(old.parse::<OpId>().is_err());
        let new = OpId::generate();
        assert_eq!(new.to_string().parse(), Ok(new));
        let other_variant = Uuid::from_u128(new.uuid().as_u128() | 0xc << 60).to_string();
        assert!(other_variant.parse::<OpId>().is_err(), "{other_variant}");
    }
}

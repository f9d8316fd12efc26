//! What one family of events is: an enum whose variants are tagged by their word.

/// Declares a family: its variants with what they carry, and the word of each.
macro_rules! family {
    (
        $(#[$about:meta])*
        $family:ident { $( $(#[$doc:meta])* $variant:ident $payload:tt = $op:tt, )+ }
    ) => {
        $(#[$about])*
        #[derive(Clone, Debug, PartialEq, serde::Serialize, utoipa::ToSchema)]
        #[serde(tag = "op", content = "data")]
        pub enum $family {
            $( $(#[$doc])* #[serde(rename = $op)] $variant $payload, )+
        }

        impl $family {
            /// The words under which the family's events are stored and sent.
            pub const OPS: &'static [&'static str] = &[$($op),+];

            #[must_use]
            pub fn op(&self) -> &'static str {
                match self {
                    $( Self::$variant { .. } => $op, )+
                }
            }

            /// The event's `data`, encoded.
            pub(super) fn encode(&self) -> serde_json::Result<Box<serde_json::value::RawValue>> {
                match self {
                    $( $crate::events::family::pattern!(Self::$variant $payload data) => {
                        $crate::events::family::encode!($payload data)
                    } )+
                }
            }

            /// Reads an event of this family; nothing if `op` is none of its words.
            pub(super) fn decode(op: &str, data: &str) -> Option<serde_json::Result<Self>> {
                match op {
                    $( $op => Some($crate::events::family::decode!($family $variant $payload data)), )+
                    _ => None,
                }
            }
        }
    };
}

macro_rules! pattern {
    ($family:ident::$variant:ident ($payload:ty) $data:ident) => {
        $family::$variant($data)
    };
    ($family:ident::$variant:ident {} $data:ident) => {
        $family::$variant {}
    };
}

macro_rules! encode {
    (($payload:ty) $data:ident) => {
        serde_json::value::to_raw_value($data)
    };
    ({} $data:ident) => {
        serde_json::value::RawValue::from_string("{}".to_owned())
    };
}

macro_rules! decode {
    ($family:ident $variant:ident ($payload:ty) $data:ident) => {
        serde_json::from_str::<$payload>($data).map($family::$variant)
    };
    ($family:ident $variant:ident {} $data:ident) => {{ serde_json::from_str::<serde::de::IgnoredAny>($data).map(|_| $family::$variant {}) }};
}

pub(super) use {decode, encode, family, pattern};

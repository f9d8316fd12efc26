//! Push: the devices on which people are told what happens while no page is open (Web Push).

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use kernel::PushSubscriptionId;
use serde::{Deserialize, Serialize};
use url::Url;
use utoipa::ToSchema;

use crate::values::Timestamp;

/// How many devices a person is told on.
pub const DEVICES_PER_PERSON_MAX: usize = 20;
const ENDPOINT_CHARS_MAX: usize = 1_000;
/// A point of P-256, not compressed.
const POINT_BYTES: usize = 65;
/// What a browser shares with those who write to it (RFC 8291).
const SECRET_BYTES: usize = 16;

/// A device to be told on, in the words of a browser's `PushSubscription`: its `toJSON()` is this body.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreatePushSubscription {
    pub endpoint: Endpoint,
    pub keys: PushKeys,
    /// Browsers say it, and it is not looked at: a push service says itself what has ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expiration_time: Option<f64>,
}

/// For whom messages are sealed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PushKeys {
    #[schema(value_type = String)]
    pub p256dh: Point,
    #[schema(value_type = String)]
    pub auth: Secret,
}

impl PushKeys {
    /// As they are kept; nothing if that is something else.
    #[must_use]
    pub fn kept(p256dh: &[u8], auth: &[u8]) -> Option<Self> {
        Some(Self {
            p256dh: Bytes(p256dh.try_into().ok()?),
            auth: Bytes(auth.try_into().ok()?),
        })
    }
}

/// An address at a push service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, format = "uri", max_length = 1000)]
pub struct Endpoint(Url);

impl Endpoint {
    #[must_use]
    pub fn url(&self) -> &Url {
        &self.0
    }
}

impl TryFrom<String> for Endpoint {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let url = Url::parse(&text).ok().filter(Url::has_host);
        let url = url.ok_or("must be an address such as https://push.example.org/…")?;
        if url.as_str().len() > ENDPOINT_CHARS_MAX {
            return Err(format!("must have at most {ENDPOINT_CHARS_MAX} characters"));
        }
        Ok(Self(url))
    }
}

impl From<Endpoint> for String {
    fn from(endpoint: Endpoint) -> Self {
        endpoint.0.into()
    }
}

/// A public key on P-256.
pub type Point = Bytes<POINT_BYTES>;
pub type Secret = Bytes<SECRET_BYTES>;

/// So many bytes, in base64url without padding outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Bytes<const N: usize>([u8; N]);

impl<const N: usize> Bytes<N> {
    #[must_use]
    pub fn get(&self) -> &[u8; N] {
        &self.0
    }
}

impl<const N: usize> TryFrom<String> for Bytes<N> {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok();
        let bytes = bytes.and_then(|bytes| bytes.try_into().ok());
        bytes
            .map(Self)
            .ok_or_else(|| format!("must be {N} bytes in base64url without padding"))
    }
}

impl<const N: usize> From<Bytes<N>> for String {
    fn from(Bytes(bytes): Bytes<N>) -> Self {
        URL_SAFE_NO_PAD.encode(bytes)
    }
}

/// The devices that somebody is told on, and what another one needs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PushView {
    /// What a browser wants as `applicationServerKey`; null where this server pushes nothing.
    #[schema(required)]
    pub public_key: Option<String>,
    /// At most 20, the latest first.
    pub devices: Vec<PushDeviceView>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PushDeviceView {
    pub id: PushSubscriptionId,
    /// The browser, as it names itself.
    #[schema(required)]
    pub label: Option<String>,
    pub created_at: Timestamp,
    /// When something was last told there.
    #[schema(required)]
    pub last_used_at: Option<Timestamp>,
    /// Whether it is the one that asks.
    pub current: bool,
    /// Whether it was added for another key than the one that is used now: it hears what is told until
    /// that key is no more, and should be added anew.
    pub outdated: bool,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(endpoint: &str, p256dh: &str) -> Result<CreatePushSubscription, serde_json::Error> {
        serde_json::from_value(json!({
            "endpoint": endpoint,
            "expirationTime": null,
            "keys": {"p256dh": p256dh, "auth": "BTBZMqHH6r4Tts7J_aSIgg"},
        }))
    }

    #[test]
    fn what_browsers_say_is_read_and_nothing_shorter_or_longer() {
        let key = "B".repeat(87);
        // 87 letters are 65 bytes if the last one leaves nothing over.
        let key = format!("{}A", &key[..86]);
        let address = "https://push.example.org/abc";
        let kept = read(address, &key).unwrap();
        assert_eq!(kept.endpoint.url().as_str(), address);
        assert_eq!(serde_json::to_value(&kept).unwrap()["keys"]["p256dh"], key);
        let long = format!("https://push.example.org/{}", "a".repeat(1_000));
        for (endpoint, p256dh) in [
            (address, "AAAA"),
            (address, "=="),
            ("nowhere", &key),
            ("mailto:ada@example.org", &key),
            (&long, &key),
        ] {
            assert!(read(endpoint, p256dh).is_err(), "{endpoint} {p256dh}");
        }
    }
}

//! The key by which push services know this server (RFC 8292). It follows from the server's own keys: there is nothing
//! to make, to keep or to share, and each sealing key that is accepted has one.

use aws_lc_rs::{
    agreement::{ECDH_P256, PrivateKey},
    error::Unspecified,
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use kernel::{Error, Result};
use platform::{Platform, keys::Keys};
use serde_json::{Value, json};
use url::Url;

const DERIVED: &str = "push";
/// Push services accept a day at most.
const TOKEN_LIVES: TimeDelta = TimeDelta::hours(12);

pub(super) struct ServerKey {
    pair: EcdsaKeyPair,
    /// As browsers and push services are told it.
    pub(super) public: String,
}

impl ServerKey {
    /// The one that new devices are given; nothing where nothing is pushed.
    pub(super) fn used(platform: &Platform) -> Option<Self> {
        if !platform.settings.push.enabled {
            return None;
        }
        all(&platform.keys).next()
    }

    /// The one that a device was given; nothing if it is no more, or nothing is pushed.
    pub(super) fn known(platform: &Platform, public: &str) -> Option<Self> {
        if !platform.settings.push.enabled {
            return None;
        }
        all(&platform.keys).find(|key| key.public == public)
    }

    /// Of 32 bytes. One in four thousand millions is no key, and a server with that one pushes nothing.
    fn of(secret: &[u8]) -> Result<Self, Unspecified> {
        let private = PrivateKey::from_private_key(&ECDH_P256, secret)?;
        let public = private.compute_public_key()?;
        let pair = EcdsaKeyPair::from_private_key_and_public_key(
            &ECDSA_P256_SHA256_FIXED_SIGNING,
            secret,
            public.as_ref(),
        );
        Ok(Self {
            pair: pair.map_err(|_| Unspecified)?,
            public: URL_SAFE_NO_PAD.encode(public.as_ref()),
        })
    }

    /// What says to a push service, and to no other one, who sends.
    pub(super) fn authorization(
        &self,
        service: &Url,
        contact: &str,
        now: DateTime<Utc>,
    ) -> Result<String> {
        let claims = json!({
            "aud": service.origin().ascii_serialization(),
            "exp": (now + TOKEN_LIVES).timestamp(),
            "sub": contact,
        });
        let encoded = |part: Value| URL_SAFE_NO_PAD.encode(part.to_string());
        let head = encoded(json!({"typ": "JWT", "alg": "ES256"}));
        let signed = format!("{head}.{}", encoded(claims));
        let signature = self.pair.sign(&SystemRandom::new(), signed.as_bytes());
        let signature = signature.map_err(|_| Error::internal("nothing can be signed"))?;
        let signature = URL_SAFE_NO_PAD.encode(signature);
        Ok(format!("vapid t={signed}.{signature}, k={}", self.public))
    }
}

/// The one that is used first.
fn all(keys: &Keys) -> impl Iterator<Item = ServerKey> {
    let secrets = keys.derived_tokens(DERIVED, b"");
    let secrets = secrets.into_iter();
    let secrets = secrets.filter_map(|secret| URL_SAFE_NO_PAD.decode(secret).ok());
    secrets.filter_map(|secret| ServerKey::of(&secret).ok())
}

/// Where push services reach whoever runs this server.
pub(super) fn contact(platform: &Platform) -> String {
    let settings = &platform.settings;
    match &settings.push.contact {
        Some(contact) => contact.clone(),
        None if settings.is_https() => settings.public_url(),
        None => format!("mailto:{}", platform.mailer.sender()),
    }
}

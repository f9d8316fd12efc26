//! The server's secrets: made on first start and kept in one file, or given as one.
//!
//! Of each kind there may be several: the first is used, and all are accepted, so that each can be
//! replaced. What is made with a key that has a name begins with it.

mod error;
mod file;
mod named;
mod random;
mod stored;

use std::{fs, io, path::Path};

use aws_lc_rs::{
    aead::{AES_256_GCM, Aad, Nonce, RandomizedNonceKey},
    digest, hmac,
    signature::{Ed25519KeyPair, KeyPair},
};
use base64::{Engine, engine::general_purpose::STANDARD, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{DecodingKey, EncodingKey};
use kernel::{Error, Result};

pub use error::KeysError;
pub use file::{KeyFile, Kind};
use named::{Named, Ring};
pub use random::random_32;

const NONCE_BYTES: usize = 12;

pub struct Keys {
    peppers: Ring<hmac::Key>,
    sealing: Ring<Sealing>,
    signing: EncodingKey,
    signing_kid: String,
    verifying: Vec<(String, DecodingKey)>,
}

struct Sealing {
    derivation: hmac::Key,
    aead: RandomizedNonceKey,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Keys")
            .field("signing_kid", &self.signing_kid)
            .finish_non_exhaustive()
    }
}

impl Keys {
    /// Reads the keys from `file`; makes the file if it is not there.
    pub fn load_or_create(file: &Path) -> Result<Self, KeysError> {
        match fs::read_to_string(file) {
            Ok(text) => Self::of(&KeyFile::parse(&text)?),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                KeyFile::create(file)?;
                Self::of(&KeyFile::read(file)?)
            }
            Err(error) => Err(error.into()),
        }
    }

    fn of(file: &KeyFile) -> Result<Self, KeysError> {
        let invalid = |what: &str| KeysError::Invalid(what.to_owned());
        let peppers = Ring::of(&file.pepper, "pepper", |secret| {
            Some(hmac::Key::new(hmac::HMAC_SHA384, &decode_32(secret)?))
        })?;
        let sealing = Ring::of(&file.sealing, "sealing", |secret| {
            let secret = decode_32(secret)?;
            Some(Sealing {
                derivation: hmac::Key::new(hmac::HMAC_SHA256, &secret),
                aead: RandomizedNonceKey::new(&AES_256_GCM, &secret).ok()?,
            })
        })?;
        let mut pairs = Vec::new();
        for key in &file.signing {
            let der = STANDARD
                .decode(&key.secret)
                .map_err(|_| invalid("a signing key is not base64"))?;
            let pair = Ed25519KeyPair::from_pkcs8(&der)
                .map_err(|_| invalid("a signing key is not Ed25519 in PKCS#8"))?;
            let verifying = DecodingKey::from_ed_der(pair.public_key().as_ref());
            pairs.push((key.id.clone(), EncodingKey::from_ed_der(&der), verifying));
        }
        let (kid, signing, _) = pairs.first().ok_or_else(|| invalid("no signing key"))?;
        Ok(Self {
            peppers,
            sealing,
            signing: signing.clone(),
            signing_kid: kid.clone(),
            verifying: pairs
                .into_iter()
                .map(|(kid, _, verifying)| (kid, verifying))
                .collect(),
        })
    }

    /// What bcrypt gets to see: 64 characters, whatever the password's length.
    fn peppered(pepper: &Named<hmac::Key>, password: &str) -> String {
        STANDARD.encode(hmac::sign(&pepper.key, password.as_bytes()))
    }

    /// What is hashed of a new password, and what the hash begins with: the name of the pepper.
    #[must_use]
    pub(crate) fn pepper_new(&self, password: &str) -> (String, &str) {
        let pepper = self.peppers.used();
        (Self::peppered(pepper, password), pepper.label())
    }

    /// What was hashed of a password if this hash is its own, and the hash without the pepper's name.
    /// Nothing where that pepper is no more.
    pub(crate) fn pepper_of<'a>(&self, hash: &'a str, password: &str) -> Option<(String, &'a str)> {
        let (label, _) = hash.split_once('$')?;
        let bare = hash.strip_prefix(label)?;
        let pepper = self.peppers.labelled(label)?;
        Some((Self::peppered(pepper, password), bare))
    }

    /// Whether a password was hashed with the pepper that is used now.
    pub(crate) fn has_used_pepper(&self, hash: &str) -> bool {
        let label = hash.split_once('$').map(|(label, _)| label);
        label == Some(self.peppers.used().label())
    }

    /// A token that can be made again from what it is for, so that it need not be stored in clear.
    #[must_use]
    pub fn derived_token(&self, purpose: &str, from: &[u8]) -> String {
        derive(self.sealing.used(), purpose, from)
    }

    /// The token that was derived before, maybe with an older key: the one that `is_it`; and the name
    /// of that key.
    pub fn derived_before(
        &self,
        purpose: &str,
        from: &[u8],
        is_it: impl Fn(&str) -> bool,
    ) -> Option<(String, &str)> {
        self.sealing.all().iter().find_map(|key| {
            let token = derive(key, purpose, from);
            is_it(&token).then_some((token, key.id.as_str()))
        })
    }

    /// What this token could be, by whichever key it is derived: the key that is used first.
    #[must_use]
    pub fn derived_tokens(&self, purpose: &str, from: &[u8]) -> Vec<String> {
        let keys = self.sealing.all().iter();
        keys.map(|key| derive(key, purpose, from)).collect()
    }

    /// Encrypts a secret that must be readable again; `about` ties it to its place.
    pub fn seal(&self, secret: &[u8], about: &[u8]) -> Result<Vec<u8>> {
        let key = self.sealing.used();
        let mut sealed = secret.to_vec();
        let nonce = key
            .key
            .aead
            .seal_in_place_append_tag(Aad::from(about), &mut sealed)
            .map_err(|_| Error::internal("sealing failed"))?;
        let mut whole = key.mark();
        whole.extend_from_slice(nonce.as_ref());
        whole.append(&mut sealed);
        Ok(whole)
    }

    pub fn unseal(&self, sealed: &[u8], about: &[u8]) -> Result<Vec<u8>> {
        let damaged = || Error::internal("a sealed secret cannot be opened with these keys");
        let (key, sealed) = self.sealing.marked(sealed).ok_or_else(damaged)?;
        let (nonce, rest) = sealed.split_at_checked(NONCE_BYTES).ok_or_else(damaged)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| damaged())?;
        let mut rest = rest.to_vec();
        let plain = key
            .key
            .aead
            .open_in_place(nonce, Aad::from(about), &mut rest)
            .map_err(|_| damaged())?;
        Ok(plain.to_vec())
    }

    /// The name of the key that something is sealed with.
    #[must_use]
    pub fn sealed_with(&self, sealed: &[u8]) -> Option<&str> {
        let (key, _) = self.sealing.marked(sealed)?;
        Some(&key.id)
    }

    /// Seals it with the key that is used now; nothing if it is.
    pub fn reseal(&self, sealed: &[u8], about: &[u8]) -> Result<Option<Vec<u8>>> {
        if self.sealed_with(sealed) == Some(&self.sealing.used().id) {
            return Ok(None);
        }
        let secret = self.unseal(sealed, about)?;
        self.seal(&secret, about).map(Some)
    }

    #[must_use]
    pub fn signing(&self) -> (&str, &EncodingKey) {
        (&self.signing_kid, &self.signing)
    }

    #[must_use]
    pub fn verifying(&self, kid: &str) -> Option<&DecodingKey> {
        self.verifying
            .iter()
            .find(|(known, _)| known == kid)
            .map(|(_, key)| key)
    }
}

fn derive(key: &Named<Sealing>, purpose: &str, from: &[u8]) -> String {
    let mut context = hmac::Context::with_key(&key.key.derivation);
    context.update(purpose.as_bytes());
    context.update(&[0]);
    context.update(from);
    URL_SAFE_NO_PAD.encode(context.sign())
}

fn decode_32(text: &str) -> Option<[u8; 32]> {
    STANDARD.decode(text).ok()?.try_into().ok()
}

/// A new secret to hand out: 256 random bits as text.
#[must_use]
pub fn random_token() -> String {
    URL_SAFE_NO_PAD.encode(random_32())
}

/// What is stored of a secret that was handed out.
#[must_use]
pub fn token_hash(token: &str) -> Vec<u8> {
    digest::digest(&digest::SHA256, token.as_bytes())
        .as_ref()
        .to_vec()
}

#[cfg(test)]
mod tests;

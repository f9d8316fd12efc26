//! The server's secrets: made on first start and kept in one file, or given as one.

use std::{
    fs,
    io::{self, Write},
    path::Path,
};

use aws_lc_rs::{
    aead::{AES_256_GCM, Aad, Nonce, RandomizedNonceKey},
    digest, hmac, rand,
    signature::{Ed25519KeyPair, KeyPair},
};
use base64::{Engine, engine::general_purpose::STANDARD, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{DecodingKey, EncodingKey};
use kernel::{Error, Result};
use serde::{Deserialize, Serialize};

use crate::private;

const NONCE_BYTES: usize = 12;

/// The file as it stands on disk.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyFile {
    /// 32 bytes that every password is mixed with.
    pepper: String,
    /// 32 bytes that secrets at rest are sealed with, and that mailed tokens are derived from.
    sealing: String,
    /// Ed25519 keys (PKCS#8). The first signs; all are accepted, so that keys can be rotated.
    signing: Vec<SigningKeyFile>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SigningKeyFile {
    kid: String,
    private: String,
}

pub struct Keys {
    pepper: hmac::Key,
    derivation: hmac::Key,
    sealing: RandomizedNonceKey,
    signing: EncodingKey,
    signing_kid: String,
    verifying: Vec<(String, DecodingKey)>,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Keys")
            .field("signing_kid", &self.signing_kid)
            .finish_non_exhaustive()
    }
}

#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    #[error("the key file cannot be read or written: {0}")]
    Io(#[from] io::Error),
    #[error("the key file is not valid: {0}")]
    Invalid(String),
}

impl Keys {
    /// Reads the keys from `file`; makes the file if it is not there.
    pub fn load_or_create(file: &Path) -> Result<Self, KeysError> {
        match fs::read_to_string(file) {
            Ok(text) => Self::parse(&text),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                create(file)?;
                Self::parse(&fs::read_to_string(file)?)
            }
            Err(error) => Err(error.into()),
        }
    }

    fn parse(text: &str) -> Result<Self, KeysError> {
        let invalid = |what: &str| KeysError::Invalid(what.to_owned());
        let file: KeyFile =
            toml::from_str(text).map_err(|error| KeysError::Invalid(error.message().to_owned()))?;
        let pepper = decode_32(&file.pepper).ok_or_else(|| invalid("`pepper` is not 32 bytes"))?;
        let sealing =
            decode_32(&file.sealing).ok_or_else(|| invalid("`sealing` is not 32 bytes"))?;
        let mut pairs = Vec::new();
        for key in &file.signing {
            let der = STANDARD
                .decode(&key.private)
                .map_err(|_| invalid("a signing key is not base64"))?;
            let pair = Ed25519KeyPair::from_pkcs8(&der)
                .map_err(|_| invalid("a signing key is not Ed25519 in PKCS#8"))?;
            let verifying = DecodingKey::from_ed_der(pair.public_key().as_ref());
            pairs.push((key.kid.clone(), EncodingKey::from_ed_der(&der), verifying));
        }
        let (kid, signing, _) = pairs.first().ok_or_else(|| invalid("no signing key"))?;
        Ok(Self {
            pepper: hmac::Key::new(hmac::HMAC_SHA384, &pepper),
            derivation: hmac::Key::new(hmac::HMAC_SHA256, &sealing),
            sealing: RandomizedNonceKey::new(&AES_256_GCM, &sealing)
                .map_err(|_| invalid("`sealing` cannot be used"))?,
            signing: signing.clone(),
            signing_kid: kid.clone(),
            verifying: pairs
                .into_iter()
                .map(|(kid, _, verifying)| (kid, verifying))
                .collect(),
        })
    }

    /// What bcrypt gets to see: 64 characters, whatever the password's length.
    #[must_use]
    pub fn peppered(&self, password: &str) -> String {
        STANDARD.encode(hmac::sign(&self.pepper, password.as_bytes()))
    }

    /// A token that can be made again from what it is for, so that it need not be stored in clear.
    #[must_use]
    pub fn derived_token(&self, purpose: &str, from: &[u8]) -> String {
        let mut context = hmac::Context::with_key(&self.derivation);
        context.update(purpose.as_bytes());
        context.update(&[0]);
        context.update(from);
        URL_SAFE_NO_PAD.encode(context.sign())
    }

    /// Encrypts a secret that must be readable again; `about` ties it to its place.
    pub fn seal(&self, secret: &[u8], about: &[u8]) -> Result<Vec<u8>> {
        let mut sealed = secret.to_vec();
        let nonce = self
            .sealing
            .seal_in_place_append_tag(Aad::from(about), &mut sealed)
            .map_err(|_| Error::internal("sealing failed"))?;
        let mut whole = nonce.as_ref().to_vec();
        whole.append(&mut sealed);
        Ok(whole)
    }

    pub fn unseal(&self, sealed: &[u8], about: &[u8]) -> Result<Vec<u8>> {
        let damaged = || Error::internal("a sealed secret cannot be opened with these keys");
        let (nonce, rest) = sealed.split_at_checked(NONCE_BYTES).ok_or_else(damaged)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| damaged())?;
        let mut rest = rest.to_vec();
        let plain = self
            .sealing
            .open_in_place(nonce, Aad::from(about), &mut rest)
            .map_err(|_| damaged())?;
        Ok(plain.to_vec())
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

fn decode_32(text: &str) -> Option<[u8; 32]> {
    STANDARD.decode(text).ok()?.try_into().ok()
}

/// Writes a new key file. When several instances start at once in one folder, one file wins whole.
fn create(file: &Path) -> Result<(), KeysError> {
    let pair = Ed25519KeyPair::generate()
        .and_then(|pair| pair.to_pkcs8())
        .map_err(|_| KeysError::Invalid("no key could be made".to_owned()))?;
    let keys = KeyFile {
        pepper: STANDARD.encode(random_32()),
        sealing: STANDARD.encode(random_32()),
        signing: vec![SigningKeyFile {
            kid: URL_SAFE_NO_PAD.encode(random_32().first_chunk::<6>().unwrap_or(&[0; 6])),
            private: STANDARD.encode(pair.as_ref()),
        }],
    };
    let text = toml::to_string(&keys).map_err(|error| KeysError::Invalid(error.to_string()))?;
    if let Some(folder) = file.parent() {
        private::make_folder(folder)?;
    }
    let draft = file.with_extension(format!("draft-{}", std::process::id()));
    let mut handle = private::file().truncate(true).open(&draft)?;
    handle.write_all(text.as_bytes())?;
    handle.sync_all()?;
    let linked = fs::hard_link(&draft, file);
    fs::remove_file(&draft)?;
    match linked {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error.into()),
        _ => Ok(()),
    }
}

/// 256 random bits.
#[must_use]
pub fn random_32() -> [u8; 32] {
    let mut bytes = [0; 32];
    // The generator of the operating system only fails where nothing else would work either.
    if rand::fill(&mut bytes).is_err() {
        std::process::abort();
    }
    bytes
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
mod tests {
    use super::*;

    #[test]
    fn keys_are_made_once_and_kept() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("keys.toml");
        let first = Keys::load_or_create(&file).unwrap();
        let second = Keys::load_or_create(&file).unwrap();

        assert_eq!(first.signing_kid, second.signing_kid);
        assert_eq!(first.peppered("x"), second.peppered("x"));
        assert_ne!(first.peppered("x"), first.peppered("y"));
        let sealed = first.seal(b"secret", b"here").unwrap();
        assert_eq!(second.unseal(&sealed, b"here").unwrap(), b"secret");
        assert!(second.unseal(&sealed, b"elsewhere").is_err());
    }
}

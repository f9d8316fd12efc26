//! The fingerprint: SHA-256 over what is sent, so that equal means: the same call.

use std::fmt;

use protocol::generations::MessageRole;
use sha2::{Digest, Sha256};

use super::{facts::Text, plan::Asked};

/// Grows when the meaning of a fingerprint changes.
const VERSION: &[u8] = b"nonlinear context 1";

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Fingerprint([u8; 32]);

impl Fingerprint {
    /// Over the model and its parameters, and of each message its role and the SHA-256 of its text:
    /// so it can be told from texts that were read long ago.
    pub(crate) fn of(
        asked: &Asked,
        messages: impl IntoIterator<Item = (MessageRole, Text)>,
    ) -> Self {
        let mut hash = Sha256::new();
        hash.update(VERSION);
        hash.update([0]);
        hash.update(asked.model.as_bytes());
        hash.update([0]);
        match asked.temperature {
            // No temperature is another call than any temperature.
            None => hash.update([0]),
            Some(temperature) => {
                hash.update([1]);
                hash.update(temperature.to_be_bytes());
            }
        }
        hash.update(asked.max_tokens.to_be_bytes());
        for (role, text) in messages {
            hash.update([match role {
                MessageRole::System => 1,
                MessageRole::User => 2,
                MessageRole::Assistant => 3,
            }]);
            hash.update(text.sha256);
        }
        Self(hash.finalize().into())
    }

    pub(crate) fn to_vec(self) -> Vec<u8> {
        self.0.to_vec()
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        Self::stored(&hex::decode(text).ok()?)
    }

    pub(crate) fn stored(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fingerprint({self})")
    }
}

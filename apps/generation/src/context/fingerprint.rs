//! The fingerprint: SHA-256 over what is sent, so that equal means: the same call.

use std::fmt;

use protocol::context::MessageRole;
use sha2::{Digest, Sha256};

use super::{
    facts::{Facts, Text},
    request::ModelRequest,
};

/// Grows when the meaning of a fingerprint changes.
const VERSION: &[u8] = b"nonlinear context 2";

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Fingerprint([u8; 32]);

/// A fingerprint as far as it is about ancestors. They are hashed first: that much of it is the same
/// for all who rest on them, whoever is asked.
#[derive(Clone, Debug)]
pub(super) struct FingerprintBuilder(Sha256);

impl Default for FingerprintBuilder {
    fn default() -> Self {
        let mut hash = Sha256::new();
        hash.update(VERSION);
        hash.update([0]);
        Self(hash)
    }
}

impl FingerprintBuilder {
    /// Of each message its role and the SHA-256 of its text, so that a fingerprint can be told from
    /// texts that were read long ago.
    fn say(&mut self, role: MessageRole, text: &Text) {
        if text.is_empty() {
            return;
        }
        let role = match role {
            MessageRole::System => 1,
            MessageRole::User => 2,
            MessageRole::Assistant => 3,
        };
        // In one piece: two short updates take noticeably longer.
        let mut message = [role; 33];
        if let Some((_, sha256)) = message.split_first_mut() {
            sha256.copy_from_slice(&text.sha256);
        }
        self.0.update(message);
    }

    /// A node with all it says.
    pub(super) fn say_whole(&mut self, facts: &Facts) {
        self.say(facts.speaks_as(), &facts.prompt.whole);
        if let Some(response) = &facts.response {
            self.say(MessageRole::Assistant, &response.whole);
        }
    }

    pub(super) fn say_brief(&mut self, facts: &Facts) {
        self.say(facts.speaks_as(), &facts.brief());
    }

    /// Who is asked, and how, and what.
    pub(super) fn asked(
        mut self,
        asked: &ModelRequest,
        system: &Text,
        prompt: &Text,
    ) -> Fingerprint {
        // No role: the ancestors end here.
        self.0.update([0]);
        self.0.update(asked.model.as_bytes());
        self.0.update([0]);
        match asked.temperature {
            // No temperature is another call than any temperature.
            None => self.0.update([0]),
            Some(temperature) => {
                self.0.update([1]);
                self.0.update(temperature.to_be_bytes());
            }
        }
        self.0.update(asked.max_tokens.to_be_bytes());
        if let Some(top_p) = asked.top_p {
            // No role: what follows is none of the messages.
            self.0.update([4]);
            self.0.update(top_p.to_be_bytes());
        }
        self.say(MessageRole::System, system);
        self.say(MessageRole::User, prompt);
        Fingerprint(self.0.finalize().into())
    }
}

impl Fingerprint {
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

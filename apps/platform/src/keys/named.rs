//! Keys of one kind, of which each has a name.

use super::{
    error::KeysError,
    file::{Entry, FIRST},
};

pub(super) struct Named<K> {
    pub(super) id: String,
    pub(super) key: K,
}

impl<K> Named<K> {
    /// How what is made with it names it.
    pub(super) fn label(&self) -> &str {
        if self.id == FIRST { "" } else { &self.id }
    }

    /// What bytes begin with that are made with it. A nonce that begins like this by chance, where
    /// there is no name, takes 2^72 tries.
    pub(super) fn mark(&self) -> Vec<u8> {
        match self.label() {
            "" => Vec::new(),
            label => format!("{label}$").into_bytes(),
        }
    }
}

/// At least one key: the first is used, and all are accepted.
pub(super) struct Ring<K>(Vec<Named<K>>);

impl<K> Ring<K> {
    pub(super) fn of(
        entries: &[Entry],
        kind: &str,
        read: impl Fn(&str) -> Option<K>,
    ) -> Result<Self, KeysError> {
        let invalid = |what: &str| KeysError::Invalid(format!("`{kind}` {what}"));
        let mut keys: Vec<Named<K>> = Vec::new();
        for Entry { id, secret } in entries {
            // `$` ends a name, and names are compared as they are.
            let is_name = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
            if !is_name || keys.iter().any(|known| known.id == *id) {
                return Err(invalid(
                    "needs keys with ids of their own: letters and digits",
                ));
            }
            keys.push(Named {
                id: id.clone(),
                key: read(secret).ok_or_else(|| invalid("is not 32 bytes"))?,
            });
        }
        if keys.is_empty() {
            return Err(invalid("has no key"));
        }
        Ok(Self(keys))
    }

    #[expect(clippy::indexing_slicing, reason = "there is at least one, by `of`")]
    pub(super) fn used(&self) -> &Named<K> {
        &self.0[0]
    }

    pub(super) fn all(&self) -> &[Named<K>] {
        &self.0
    }

    pub(super) fn labelled(&self, label: &str) -> Option<&Named<K>> {
        self.0.iter().find(|key| key.label() == label)
    }

    /// The key that bytes are made with, and what follows its name.
    pub(super) fn marked<'a>(&self, bytes: &'a [u8]) -> Option<(&Named<K>, &'a [u8])> {
        let named = self.0.iter().filter(|key| !key.label().is_empty());
        for key in named {
            if let Some(rest) = bytes.strip_prefix(key.mark().as_slice()) {
                return Some((key, rest));
            }
        }
        Some((self.labelled("")?, bytes))
    }
}

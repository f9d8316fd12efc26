//! `keys.toml`: made on first start, and changed by `nonlinear keys`.

use std::{
    fmt, fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use aws_lc_rs::signature::Ed25519KeyPair;
use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};

use super::{error::KeysError, random::random_32};
use crate::private;

/// The key of a file that never had another one. What is made with it names no key, as it did when
/// there was but one, so that a file that is left alone means what it always meant.
pub(super) const FIRST: &str = "first";

/// What a key is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Every password is mixed with it.
    Pepper,
    /// Seals secrets at rest; mailed tokens are derived from it.
    Sealing,
    /// Signs access tokens.
    Signing,
}

impl Kind {
    pub const ALL: [Self; 3] = [Self::Pepper, Self::Sealing, Self::Signing];
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Pepper => "pepper",
            Self::Sealing => "sealing",
            Self::Signing => "signing",
        })
    }
}

/// The keys as they stand on disk: of each kind the first is used, and all are accepted.
#[derive(Clone, Serialize, Deserialize)]
#[serde(from = "Stored", into = "Stored")]
pub struct KeyFile {
    pub(super) pepper: Vec<Entry>,
    pub(super) sealing: Vec<Entry>,
    pub(super) signing: Vec<Entry>,
}

#[derive(Clone)]
pub(super) struct Entry {
    pub(super) id: String,
    /// Base64: 32 bytes, or an Ed25519 key as PKCS#8.
    pub(super) secret: String,
}

impl fmt::Debug for KeyFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyFile").finish_non_exhaustive()
    }
}

impl KeyFile {
    pub fn read(file: &Path) -> Result<Self, KeysError> {
        Self::parse(&fs::read_to_string(file)?)
    }

    pub(super) fn parse(text: &str) -> Result<Self, KeysError> {
        toml::from_str(text).map_err(|error| KeysError::Invalid(error.message().to_owned()))
    }

    /// Keeps others from changing the file until what it gives is dropped.
    pub fn lock(file: &Path) -> Result<fs::File, KeysError> {
        let lock = private::file().open(file.with_extension("lock"))?;
        lock.lock()?;
        Ok(lock)
    }

    /// Puts the file in the place of the one that is there.
    pub fn write(&self, file: &Path) -> Result<(), KeysError> {
        let draft = self.draft(file)?;
        Ok(fs::rename(draft, file)?)
    }

    /// Makes a new file. When several instances start at once in one folder, one file wins whole.
    pub(super) fn create(file: &Path) -> Result<(), KeysError> {
        if let Some(folder) = file.parent() {
            private::make_folder(folder)?;
        }
        let draft = Self::new()?.draft(file)?;
        let linked = fs::hard_link(&draft, file);
        fs::remove_file(&draft)?;
        match linked {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error.into()),
            _ => Ok(()),
        }
    }

    fn new() -> Result<Self, KeysError> {
        let first = |kind| {
            let mut entry = Entry::new(kind)?;
            FIRST.clone_into(&mut entry.id);
            Ok::<_, KeysError>(vec![entry])
        };
        Ok(Self {
            pepper: first(Kind::Pepper)?,
            sealing: first(Kind::Sealing)?,
            signing: vec![Entry::new(Kind::Signing)?],
        })
    }

    fn draft(&self, file: &Path) -> Result<PathBuf, KeysError> {
        let text = toml::to_string(self).map_err(|error| KeysError::Invalid(error.to_string()))?;
        let draft = file.with_extension(format!("draft-{}", std::process::id()));
        let mut handle = private::file().truncate(true).open(&draft)?;
        handle.write_all(text.as_bytes())?;
        handle.sync_all()?;
        Ok(draft)
    }

    fn of(&mut self, kind: Kind) -> &mut Vec<Entry> {
        match kind {
            Kind::Pepper => &mut self.pepper,
            Kind::Sealing => &mut self.sealing,
            Kind::Signing => &mut self.signing,
        }
    }

    /// The names of the keys of a kind. The first one is used.
    #[must_use]
    pub fn ids(&self, kind: Kind) -> Vec<&str> {
        let entries = match kind {
            Kind::Pepper => &self.pepper,
            Kind::Sealing => &self.sealing,
            Kind::Signing => &self.signing,
        };
        entries.iter().map(|entry| entry.id.as_str()).collect()
    }

    /// Makes another key, which is accepted and not used yet, and gives its name.
    pub fn add(&mut self, kind: Kind) -> Result<String, KeysError> {
        let entry = Entry::new(kind)?;
        let id = entry.id.clone();
        self.of(kind).push(entry);
        Ok(id)
    }

    /// Uses a key from now on.
    pub fn put_first(&mut self, kind: Kind, id: &str) -> Result<(), KeysError> {
        let entry = self.take(kind, id)?;
        self.of(kind).insert(0, entry);
        Ok(())
    }

    /// Forgets a key that is not used.
    pub fn remove(&mut self, kind: Kind, id: &str) -> Result<(), KeysError> {
        if self.ids(kind).first() == Some(&id) {
            return Err(KeysError::InUse(format!(
                "the {kind} key {id} is the one that is used; use another one first"
            )));
        }
        self.take(kind, id).map(drop)
    }

    fn take(&mut self, kind: Kind, id: &str) -> Result<Entry, KeysError> {
        let entries = self.of(kind);
        let place = entries.iter().position(|entry| entry.id == id);
        let unknown = || KeysError::Unknown(format!("there is no {kind} key {id}"));
        Ok(entries.remove(place.ok_or_else(unknown)?))
    }
}

impl Entry {
    fn new(kind: Kind) -> Result<Self, KeysError> {
        let secret = match kind {
            Kind::Pepper | Kind::Sealing => STANDARD.encode(random_32()),
            Kind::Signing => {
                let pair = Ed25519KeyPair::generate().and_then(|pair| pair.to_pkcs8());
                let none = |_| KeysError::Invalid("no key could be made".to_owned());
                STANDARD.encode(pair.map_err(none)?.as_ref())
            }
        };
        let [a, b, c, d, ..] = random_32();
        Ok(Self {
            id: format!("{:08x}", u32::from_be_bytes([a, b, c, d])),
            secret,
        })
    }
}

/// The file in its own words.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    pepper: StoredSecrets,
    sealing: StoredSecrets,
    /// Ed25519 keys.
    signing: Vec<StoredSigning>,
}

/// One without a name, as long as there never was another one.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum StoredSecrets {
    One(String),
    Several(Vec<StoredSecret>),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredSecret {
    id: String,
    secret: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredSigning {
    kid: String,
    private: String,
}

impl From<StoredSecrets> for Vec<Entry> {
    fn from(stored: StoredSecrets) -> Self {
        let stored = match stored {
            StoredSecrets::One(secret) => vec![(FIRST.to_owned(), secret)],
            StoredSecrets::Several(all) => all.into_iter().map(|s| (s.id, s.secret)).collect(),
        };
        let entries = stored.into_iter().map(|(id, secret)| Entry { id, secret });
        entries.collect()
    }
}

impl From<Vec<Entry>> for StoredSecrets {
    fn from(entries: Vec<Entry>) -> Self {
        let stored = |Entry { id, secret }| StoredSecret { id, secret };
        let mut all: Vec<StoredSecret> = entries.into_iter().map(stored).collect();
        match all.pop_if(|one| one.id == FIRST) {
            Some(only) if all.is_empty() => Self::One(only.secret),
            last => {
                all.extend(last);
                Self::Several(all)
            }
        }
    }
}

impl From<Stored> for KeyFile {
    fn from(stored: Stored) -> Self {
        let Stored {
            pepper,
            sealing,
            signing,
        } = stored;
        let signing = signing
            .into_iter()
            .map(|StoredSigning { kid, private }| Entry {
                id: kid,
                secret: private,
            });
        Self {
            pepper: pepper.into(),
            sealing: sealing.into(),
            signing: signing.collect(),
        }
    }
}

impl From<KeyFile> for Stored {
    fn from(file: KeyFile) -> Self {
        let KeyFile {
            pepper,
            sealing,
            signing,
        } = file;
        let signing = signing
            .into_iter()
            .map(|Entry { id, secret }| StoredSigning {
                kid: id,
                private: secret,
            });
        Self {
            pepper: pepper.into(),
            sealing: sealing.into(),
            signing: signing.collect(),
        }
    }
}

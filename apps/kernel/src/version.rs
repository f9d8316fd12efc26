//! Versions: what a caller saw of a thing before changing it.

use crate::error::{Error, Result};

/// Which version a caller expects to change.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Expected {
    /// The caller did not say.
    #[default]
    Unsaid,
    /// Whatever it is now.
    Any,
    /// This one and no other.
    Exactly(i64),
}

impl Expected {
    /// Refuses a version other than the expected one.
    pub fn check(self, current: i64) -> Result<()> {
        match self {
            Self::Exactly(seen) if seen != current => Err(Error::VersionMismatch { current }),
            Self::Exactly(_) | Self::Any | Self::Unsaid => Ok(()),
        }
    }
}

impl From<Option<i64>> for Expected {
    fn from(seen: Option<i64>) -> Self {
        seen.map_or(Self::Unsaid, Self::Exactly)
    }
}

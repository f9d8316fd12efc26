//! What the log says of files. It names them; what they are is read over REST, by whoever may.

use kernel::{Error, MediaId, Resource, Result};
use platform::Write;
use protocol::events::{FeatureEvent, FeatureFamily};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "op", content = "data")]
pub(crate) enum MediaEvent {
    #[serde(rename = "media.add")]
    Add(MediaRef),
    /// It was read, or somebody said more of it.
    #[serde(rename = "media.update")]
    Update(MediaRef),
    #[serde(rename = "media.remove")]
    Remove(MediaRef),
}

/// Which file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct MediaRef {
    pub(crate) id: MediaId,
}

impl FeatureFamily for MediaEvent {
    fn op(&self) -> &'static str {
        match self {
            Self::Add(_) => "media.add",
            Self::Update(_) => "media.update",
            Self::Remove(_) => "media.remove",
        }
    }

    fn visible_with(&self) -> Option<Resource> {
        Some(Resource::Media)
    }
}

pub(crate) fn emit(write: &mut Write, event: MediaEvent) -> Result<()> {
    write.emit(FeatureEvent::of(&event).map_err(Error::internal)?);
    Ok(())
}

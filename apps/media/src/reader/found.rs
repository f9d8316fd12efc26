//! What the parts of the reader share: what is asked of them and what they find.

use protocol::media::{MediaFault, MediaMetadata, MediaPage};
use serde::{Deserialize, Serialize};

/// Pages that are read of one file.
pub(super) const PAGES_MAX: usize = 2_000;

/// What kind of reading a file wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Format {
    Png,
    Jpeg,
    Webp,
    Gif,
    Pdf,
    Docx,
    Pptx,
    Xlsx,
    Epub,
    Html,
    Text,
}

/// What was found.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Found {
    pub(crate) metadata: MediaMetadata,
    pub(crate) pages: Vec<MediaPage>,
    /// A small picture and one that models are sent, in base64.
    pub(crate) thumbnail: Option<String>,
    pub(crate) preview: Option<String>,
}

pub(super) type Reading<T> = Result<T, MediaFault>;

/// A page before it has a number.
#[derive(Clone, Debug, Default)]
pub(super) struct Page {
    pub(super) heading: Option<String>,
    pub(super) text: String,
}

impl Page {
    pub(super) fn of(text: String) -> Self {
        Self {
            heading: None,
            text,
        }
    }
}

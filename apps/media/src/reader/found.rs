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
    /// A page of the web, with what it says of itself.
    Web,
    Markdown,
    Text,
    /// Sound and films.
    Played,
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
    /// What a page of the web says of itself.
    #[serde(default)]
    pub(crate) about: About,
}

/// What a page of the web says of itself, as it says it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct About {
    pub(crate) title: Option<String>,
    pub(crate) description: Option<String>,
    /// Where a picture of it is.
    pub(crate) picture: Option<String>,
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

/// Pages that are made of a text, each with what stands under a heading.
#[derive(Debug)]
pub(super) struct Parts(Vec<Page>);

impl Default for Parts {
    fn default() -> Self {
        Self(vec![Page::default()])
    }
}

impl Parts {
    /// Goes on where it is.
    pub(super) fn say(&mut self, words: &str) {
        if let Some(last) = self.0.last_mut() {
            last.text.push_str(words);
        }
    }

    /// Begins a part. Of a text with more than are read, the last one holds the rest.
    pub(super) fn begin(&mut self, heading: &str) {
        let heading = heading.trim();
        if !heading.is_empty() && self.0.len() < PAGES_MAX {
            self.0.push(Page {
                heading: Some(heading.to_owned()),
                text: String::new(),
            });
        }
    }

    pub(super) fn pages(mut self) -> Vec<Page> {
        let is_alone = self.0.len() == 1;
        self.0
            .retain(|page| is_alone || !page.text.trim().is_empty());
        self.0
    }
}

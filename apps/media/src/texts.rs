//! What of a file enters a context: words for documents, and for pictures the picture itself.

use kernel::tokens::estimate;
use protocol::media::{Attachment, AttachmentPolicy, MediaPage, MediaType, Pages};
use sha2::{Digest, Sha256};

/// Characters of the beginning of a file that stand for the whole.
const SUMMARY_CHARS_MAX: usize = 1_500;
/// How many tokens a picture takes, as most providers count: so many for itself, and for each square of it, after it
/// was made to fit.
const PICTURE_TOKENS: u32 = 85;
const SQUARE_TOKENS: u32 = 170;
const SQUARE_SIDE: f64 = 512.0;
const PICTURE_SIDE_MAX: f64 = 1_536.0;
const PICTURE_SHORT_SIDE_MAX: f64 = 768.0;

/// What of a file enters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enters {
    /// The words; for a picture those that stand for it where it cannot be seen.
    pub words: String,
    /// Whether models that see are shown the picture.
    pub is_shown: bool,
}

/// What of an attached file enters. It depends on nothing but the file and how it is attached.
#[must_use]
pub fn enters(attached: &Attachment, pages: &[MediaPage]) -> Enters {
    let nothing = Enters {
        words: String::new(),
        is_shown: false,
    };
    match (attached.policy, attached.r#type) {
        (AttachmentPolicy::None, _) => nothing,
        (_, MediaType::Image) => Enters {
            words: picture(attached),
            is_shown: attached.width.is_some(),
        },
        (_, MediaType::Audio | MediaType::Video | MediaType::Link) if pages.is_empty() => Enters {
            words: format!("[Attached: {}]", attached.name),
            is_shown: false,
        },
        _ => Enters {
            words: document(attached, pages),
            is_shown: false,
        },
    }
}

fn picture(attached: &Attachment) -> String {
    let name = &attached.name;
    match attached.alt.as_deref().filter(|alt| !alt.is_empty()) {
        Some(alt) => format!("[Picture {name}: {alt}]"),
        None => format!("[Picture {name}]"),
    }
}

/// How an answer says where it has something from: browsers open the place.
fn how_to_cite(name: &str, pages: &[MediaPage]) -> String {
    match pages {
        [first, _, ..] => format!(
            "Cite what you take from it as [{name}, p. {}], with its page.\n",
            first.page
        ),
        _ => format!("Cite what you take from it as [{name}].\n"),
    }
}

/// Pages are named, so that an answer can say where it has something from.
fn document(attached: &Attachment, pages: &[MediaPage]) -> String {
    let name = &attached.name;
    let chosen: Option<Pages> = attached.pages.clone().and_then(|text| text.try_into().ok());
    let is_chosen =
        |page: &&MediaPage| chosen.as_ref().is_none_or(|chosen| chosen.holds(page.page));
    let mut words = match &attached.url {
        Some(url) => format!("[Document {name}, {url}]\n"),
        None => format!("[Document {name}]\n"),
    };
    words.push_str(&how_to_cite(name, pages));
    for page in pages.iter().filter(is_chosen) {
        if pages.len() > 1 {
            words.push_str(&format!("[{name}, p. {}]\n", page.page));
        }
        words.push_str(&page.text);
        words.push('\n');
    }
    if attached.policy == AttachmentPolicy::Summary {
        let end = words
            .char_indices()
            .nth(SUMMARY_CHARS_MAX)
            .map(|(at, _)| at);
        if let Some(end) = end {
            words.truncate(end);
            words.push('…');
        }
        words.push('\n');
    }
    words.push_str(&format!("[End of {name}]"));
    words
}

impl Enters {
    /// About how many tokens it takes.
    #[must_use]
    pub fn tokens(&self, attached: &Attachment) -> u32 {
        let picture = match (attached.width, attached.height) {
            (Some(width), Some(height)) if self.is_shown => picture_tokens(width, height),
            _ => 0,
        };
        estimate(&self.words).saturating_add(picture)
    }

    /// Names what enters, in hexadecimal.
    #[must_use]
    pub fn sha256(&self, preview: Option<&[u8]>) -> String {
        let mut hash = Sha256::new();
        hash.update(self.words.as_bytes());
        if self.is_shown {
            hash.update([0]);
            hash.update(preview.unwrap_or_default());
        }
        hex::encode(hash.finalize())
    }
}

fn picture_tokens(width: u32, height: u32) -> u32 {
    let (width, height) = (f64::from(width.max(1)), f64::from(height.max(1)));
    let fit = (PICTURE_SIDE_MAX / width.max(height)).min(1.0);
    let fit = fit * (PICTURE_SHORT_SIDE_MAX / (width.min(height) * fit)).min(1.0);
    let squares = (width * fit / SQUARE_SIDE).ceil() * (height * fit / SQUARE_SIDE).ceil();
    // At most nine: the sides have limits.
    let squares = (1..=64)
        .find(|count| f64::from(*count) >= squares)
        .unwrap_or(64);
    PICTURE_TOKENS + SQUARE_TOKENS * squares
}

/// What comes before a question, of the files at it.
#[must_use]
pub fn before(words: &[String], prompt: &str) -> String {
    let said = words.iter().map(String::as_str).chain([prompt]);
    let said: Vec<&str> = said.filter(|text| !text.is_empty()).collect();
    said.join("\n\n")
}

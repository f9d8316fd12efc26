//! Files: what they are, what is known of them, and how they are attached to nodes.

use kernel::{MediaId, NodeId, ProjectId, UserId};
use serde::{Deserialize, Serialize};
use url::Url;
use utoipa::{IntoParams, ToSchema};

use crate::Timestamp;

/// How many files may be attached to one node.
pub const ATTACHMENTS_MAX: usize = 20;
/// Characters of a choice of pages.
const PAGES_CHARS_MAX: usize = 200;
const ALT_CHARS_MAX: usize = 2_000;
/// Bytes of an address, and characters of what is shown of it.
const URL_BYTES_MAX: usize = 2_048;
const LINK_NAME_CHARS_MAX: usize = 255;

/// What a file is, by its content and not by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum MediaType {
    Image,
    Video,
    Document,
    Audio,
    Link,
}

/// How far the server is with reading a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum ProcessingStatus {
    Pending,
    Processing,
    /// It can be attached to nodes.
    Completed,
    /// It can be downloaded; `error` says why there is no more to it.
    Failed,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MediaView {
    pub id: MediaId,
    pub project_id: ProjectId,
    /// The node that it was dropped on. Which nodes use it, they say themselves: `attachments`.
    #[schema(required)]
    pub node_id: Option<NodeId>,
    pub r#type: MediaType,
    /// Of a link, its title once it was read.
    pub filename: String,
    /// Of a link, where it leads.
    #[schema(required)]
    pub url: Option<String>,
    pub mime_type: String,
    /// Bytes.
    pub size: u64,
    /// In hexadecimal.
    pub sha256: String,
    pub processing_status: ProcessingStatus,
    /// Of a link that could not be read again, why: what was read before is still there.
    #[schema(required)]
    pub error: Option<MediaFault>,
    pub has_thumbnail: bool,
    /// Pixels, pages and characters, as far as it has such.
    pub metadata: MediaMetadata,
    /// What it shows, for those who do not see it, and for models that see no pictures.
    #[schema(required)]
    pub alt: Option<String>,
    pub download_count: i64,
    #[schema(required)]
    pub expires_at: Option<Timestamp>,
    /// Who uploaded it; null for those who may not see the members.
    #[schema(required)]
    pub user_id: Option<UserId>,
    pub version: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MediaMetadata {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub width: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub height: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub pages: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub characters: Option<u32>,
    /// Seconds, of sound and films whose containers say so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub duration: Option<f64>,
    /// What a page that was linked to says it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub description: Option<String>,
}

/// Why a file could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum MediaFault {
    /// It is not whole, or not what it begins as.
    Damaged,
    /// It has more pixels, pages or text than is read.
    TooLarge,
    /// Reading it took too long or too much memory.
    TooMuchWork,
    /// It asks for a password.
    Locked,
    /// No text is in it: it may be a picture of paper.
    NoText,
    /// A virus scanner found harm in it. It is not given out.
    Harmful,
    /// It is larger than the virus scanner takes. It is not given out.
    NotScanned,
    /// A link that leads to where the server may not go, such as a private network.
    AddressRefused,
    /// Nobody answers where a link leads.
    Unreachable,
    /// What a link leads to did not come in time.
    TooSlow,
    /// A link that leads on and on.
    TooManyRedirects,
    /// The server that a link leads to does not give it.
    Denied,
    /// A link to something that is not read: neither a page nor a text nor a PDF.
    UnknownKind,
    /// There is no room for what a link leads to.
    NoRoom,
}

/// How much of a file enters contexts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum AttachmentPolicy {
    #[default]
    Whole,
    /// Those that `pages` names.
    Pages,
    /// Its beginning.
    Summary,
    None,
}

/// A file at a node, and what of it enters contexts. That is settled when it is attached: a file never changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Attachment {
    pub media_id: MediaId,
    pub r#type: MediaType,
    pub name: String,
    /// Of a link, where it leads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub url: Option<String>,
    pub policy: AttachmentPolicy,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub pages: Option<String>,
    /// About how many tokens it takes; for pictures as providers count them.
    pub tokens: u32,
    /// Of what enters, in hexadecimal.
    pub sha256: String,
    /// What a picture shows, as it was said when it was attached.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub alt: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub width: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub height: Option<u32>,
}

/// Attaches a file of the project to a node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AttachMedia {
    pub media_id: MediaId,
    #[serde(default)]
    pub policy: AttachmentPolicy,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pages: Option<Pages>,
}

impl From<&Attachment> for AttachMedia {
    fn from(attached: &Attachment) -> Self {
        Self {
            media_id: attached.media_id,
            policy: attached.policy,
            pages: attached
                .pages
                .clone()
                .and_then(|pages| pages.try_into().ok()),
        }
    }
}

/// The files of a node, in their order, each once.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "Vec<AttachMedia>", into = "Vec<AttachMedia>")]
#[schema(value_type = Vec<AttachMedia>, max_items = 20)]
pub struct Attachments(Vec<AttachMedia>);

impl Attachments {
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    #[must_use]
    pub fn as_slice(&self) -> &[AttachMedia] {
        &self.0
    }
}

impl TryFrom<Vec<AttachMedia>> for Attachments {
    type Error = String;

    fn try_from(given: Vec<AttachMedia>) -> Result<Self, String> {
        if given.len() > ATTACHMENTS_MAX {
            return Err(format!("must hold at most {ATTACHMENTS_MAX} files"));
        }
        for (place, one) in given.iter().enumerate() {
            if given
                .iter()
                .take(place)
                .any(|other| other.media_id == one.media_id)
            {
                return Err("must hold each file once".to_owned());
            }
            if (one.policy == AttachmentPolicy::Pages) != one.pages.is_some() {
                return Err("must say `pages` with the policy PAGES, and only then".to_owned());
            }
        }
        Ok(Self(given))
    }
}

impl From<Attachments> for Vec<AttachMedia> {
    fn from(value: Attachments) -> Self {
        value.0
    }
}

/// Which pages: such as `1-3,7`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, max_length = 200, pattern = "^[0-9]+(-[0-9]+)?(,[0-9]+(-[0-9]+)?)*$")]
pub struct Pages(String);

/// The page or pages that a part such as `1-3` names.
fn range(part: &str) -> Option<(u32, u32)> {
    let (first, last) = part.split_once('-').unwrap_or((part, part));
    let number = |digits: &str| {
        let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
        digits
            .parse::<u32>()
            .ok()
            .filter(|page| is_number && *page > 0)
    };
    number(first)
        .zip(number(last))
        .filter(|(first, last)| first <= last)
}

impl Pages {
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    #[must_use]
    pub fn holds(&self, page: u32) -> bool {
        let mut ranges = self.0.split(',').filter_map(range);
        ranges.any(|(first, last)| (first..=last).contains(&page))
    }
}

impl TryFrom<String> for Pages {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        if text.len() > PAGES_CHARS_MAX {
            return Err(format!("must have at most {PAGES_CHARS_MAX} characters"));
        }
        if text.split(',').any(|part| range(part).is_none()) {
            return Err("must name pages such as 1-3,7".to_owned());
        }
        Ok(Self(text))
    }
}

impl From<Pages> for String {
    fn from(value: Pages) -> Self {
        value.0
    }
}

/// `node.attach`
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AttachToNode {
    pub id: NodeId,
    pub media_id: MediaId,
    #[serde(default)]
    pub policy: AttachmentPolicy,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pages: Option<Pages>,
}

/// `node.detach`
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DetachFromNode {
    pub id: NodeId,
    pub media_id: MediaId,
}

/// A link that becomes a file of a project: what it leads to is read by the server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AddLink {
    pub project_id: ProjectId,
    pub url: LinkUrl,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub node_id: Option<NodeId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alt: Option<AltText>,
}

/// An address on the web.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, format = "uri", max_length = 2048)]
pub struct LinkUrl(Url);

impl LinkUrl {
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    #[must_use]
    pub fn url(&self) -> Url {
        self.0.clone()
    }

    /// What stands for the title until that is known: the address without what all have.
    #[must_use]
    pub fn name(&self) -> String {
        let host = self.0.host_str().unwrap_or_default();
        let path = self.0.path().trim_end_matches('/');
        let name = host.chars().chain(path.chars());
        name.take(LINK_NAME_CHARS_MAX).collect()
    }
}

impl TryFrom<String> for LinkUrl {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        if text.len() > URL_BYTES_MAX {
            return Err(format!("must have at most {URL_BYTES_MAX} bytes"));
        }
        let url = Url::parse(text.trim()).ok();
        let url = url.filter(|url| ["http", "https"].contains(&url.scheme()) && url.has_host());
        let Some(url) = url else {
            return Err("must begin with http:// or https:// and a host".to_owned());
        };
        if !url.username().is_empty() || url.password().is_some() {
            return Err("must hold neither a name nor a password".to_owned());
        }
        // What is not ASCII is longer once it is written as the web does.
        if url.as_str().len() > URL_BYTES_MAX {
            return Err(format!("must have at most {URL_BYTES_MAX} bytes"));
        }
        Ok(Self(url))
    }
}

impl From<LinkUrl> for String {
    fn from(value: LinkUrl) -> Self {
        value.0.into()
    }
}

/// What can be said of a file afterwards.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PatchMedia {
    #[serde(
        default,
        with = "::serde_with::rust::double_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub alt: Option<Option<AltText>>,
    /// When it is removed by itself.
    #[serde(
        default,
        with = "::serde_with::rust::double_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub expires_at: Option<Option<Timestamp>>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, max_length = 2000)]
pub struct AltText(String);

impl TryFrom<String> for AltText {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let text = text.trim();
        if text.chars().count() > ALT_CHARS_MAX {
            return Err(format!("must have at most {ALT_CHARS_MAX} characters"));
        }
        if text.contains('\0') {
            return Err("must not hold NUL".to_owned());
        }
        Ok(Self(text.to_owned()))
    }
}

impl From<AltText> for String {
    fn from(value: AltText) -> Self {
        value.0
    }
}

/// Where a file can be had for a while without a header, such as by `<img>`.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MediaAddress {
    /// The content; with `/thumbnail` in place of `/content`, the small picture.
    pub url: String,
    #[schema(required)]
    pub thumbnail_url: Option<String>,
    pub expires_at: Timestamp,
}

/// What is written on a page of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MediaPage {
    pub page: u32,
    #[schema(required)]
    pub heading: Option<String>,
    pub text: String,
}

/// Which pages of a file.
#[derive(Clone, Copy, Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PagesQuery {
    /// Only this one; the first is 1.
    pub page: Option<u32>,
}

/// Which files.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct MediaQuery {
    /// Of which project.
    pub project_id: ProjectId,
    pub r#type: Option<MediaType>,
    /// How many items at most.
    #[param(minimum = 1, maximum = 200, default = 50)]
    pub limit: Option<u32>,
    /// Where the page before ended.
    pub cursor: Option<String>,
}

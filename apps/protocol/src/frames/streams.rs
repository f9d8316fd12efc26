//! Texts that are being written, of whatever kind. How those of a kind look is documented beside their
//! other frames, such as [`super::DeltaFrame`] for answers.

use kernel::ProjectId;
use serde::{Serialize, Serializer};
use serde_json::Value;

/// What a stream is about, such as a node: fields that stand beside its text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct About(Vec<(&'static str, Value)>);

impl<const N: usize> From<[(&'static str, Value); N]> for About {
    fn from(fields: [(&'static str, Value); N]) -> Self {
        Self(fields.into())
    }
}

impl Serialize for About {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

/// A piece of a stream's text.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct StreamFrame<'a> {
    #[serde(rename = "type")]
    pub kind: &'static str,
    pub project: ProjectId,
    #[serde(flatten)]
    pub about: &'a About,
    pub chunk: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<u64>,
    pub text: &'a str,
}

/// An open stream: its text up to and with this chunk.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StreamSoFar {
    #[serde(flatten)]
    about: About,
    chunk: Option<u64>,
    text: String,
}

impl StreamSoFar {
    /// A text that so many chunks made.
    #[must_use]
    pub fn new(about: About, chunks: u64, text: String) -> Self {
        Self {
            about,
            chunk: chunks.checked_sub(1),
            text,
        }
    }
}

/// The open streams of a project: a list of each kind, also where there are none.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StreamLists(Vec<(&'static str, Vec<StreamSoFar>)>);

impl FromIterator<(&'static str, Vec<StreamSoFar>)> for StreamLists {
    fn from_iter<I: IntoIterator<Item = (&'static str, Vec<StreamSoFar>)>>(lists: I) -> Self {
        Self(lists.into_iter().collect())
    }
}

impl Serialize for StreamLists {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, list)| (name, list)))
    }
}

//! What is known of a node's texts without keeping them: how long they are, and their SHA-256.

use protocol::{
    context::MessageRole,
    media::{Attachment, AttachmentPolicy},
    nodes::{NodeRole, NodeStatus, NodeView},
};
use sha2::{Digest, Sha256};

use super::brief::brief;
use crate::providers::estimate;

/// What a message costs besides its text.
const MESSAGE_TOKENS: u32 = 4;

/// What stands between a file and what follows it.
const FILE_TOKENS: u32 = 2;

/// A text as a message would hold it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Text {
    pub(crate) sha256: [u8; 32],
    /// None if the text is empty: then it is no message.
    pub(crate) tokens: u32,
}

impl Text {
    pub(crate) fn of(text: &str) -> Self {
        let tokens = match estimate(text) {
            0 => 0,
            tokens => tokens.saturating_add(MESSAGE_TOKENS),
        };
        Self {
            sha256: Sha256::digest(text.as_bytes()).into(),
            tokens,
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.tokens == 0
    }
}

/// How a short form is introduced to the model.
pub(crate) fn as_summary(text: &str) -> String {
    if text.trim().is_empty() {
        return String::new();
    }
    format!("Summary of an earlier step: {text}")
}

/// An answer, and what it would be if it were cut short.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Long {
    pub(crate) whole: Text,
    pub(crate) brief: Text,
}

impl Long {
    pub(crate) fn of(text: &str) -> Self {
        Self {
            whole: Text::of(text),
            brief: Text::of(&as_summary(&brief(text))),
        }
    }
}

/// The files at a node, as far as they enter, or nothing. What each says was settled when it was attached.
pub(crate) fn files(attachments: &[Attachment]) -> Option<Text> {
    let entering = attachments
        .iter()
        .filter(|one| one.policy != AttachmentPolicy::None);
    let (mut hash, mut tokens) = (Sha256::new(), 0_u32);
    for one in entering {
        // Of a fixed length, so that no other files have the same in a row.
        hash.update(Sha256::digest(one.sha256.as_bytes()));
        tokens = tokens
            .saturating_add(one.tokens)
            .saturating_add(FILE_TOKENS);
    }
    (tokens > 0).then(|| Text {
        sha256: hash.finalize().into(),
        tokens,
    })
}

/// What a node asks, with its files before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Question {
    words: Long,
    files: Option<Text>,
    /// Both, as they are sent.
    pub(crate) whole: Text,
}

impl Question {
    pub(crate) fn of(prompt: &str, attachments: &[Attachment]) -> Self {
        Self::put(Long::of(prompt), files(attachments))
    }

    fn put(words: Long, files: Option<Text>) -> Self {
        let whole = match files {
            None => words.whole,
            Some(files) => {
                let mut hash = Sha256::new();
                hash.update(files.sha256);
                hash.update(words.whole.sha256);
                let own = words.whole.tokens.max(MESSAGE_TOKENS);
                Text {
                    sha256: hash.finalize().into(),
                    tokens: files.tokens.saturating_add(own),
                }
            }
        };
        Self {
            words,
            files,
            whole,
        }
    }

    pub(crate) fn ask(&mut self, prompt: &str) {
        *self = Self::put(Long::of(prompt), self.files);
    }

    pub(crate) fn attach(&mut self, attachments: &[Attachment]) {
        *self = Self::put(self.words, files(attachments));
    }

    /// The words alone, cut short: files enter whole or not at all.
    pub(crate) fn brief(&self) -> Text {
        self.words.brief
    }
}

/// A node as contexts see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Facts {
    pub(crate) version: i64,
    pub(crate) status: NodeStatus,
    pub(crate) pinned: bool,
    pub(crate) role: NodeRole,
    pub(crate) prompt: Question,
    pub(crate) response: Option<Long>,
    pub(crate) summary: Option<Text>,
}

impl Facts {
    pub(crate) fn of(node: &NodeView) -> Self {
        Self {
            version: node.version,
            status: node.status,
            pinned: node.pinned,
            role: node.role,
            prompt: Question::of(&node.prompt, &node.attachments),
            response: node.response.as_deref().map(Long::of),
            summary: summary(node.summary.as_deref()),
        }
    }

    /// As whom the node speaks.
    pub(crate) fn speaks_as(&self) -> MessageRole {
        spoken_as(self.role)
    }

    /// What the node takes with all it says.
    pub(crate) fn whole_tokens(&self) -> u32 {
        let response = self.response.as_ref();
        let response = response.map_or(0, |long| long.whole.tokens);
        self.prompt.whole.tokens.saturating_add(response)
    }

    /// The node in short: its summary if it has one, else the beginning of what it says.
    pub(crate) fn brief(&self) -> Text {
        let response = self.response.map(|response| response.brief);
        let said = response.unwrap_or_else(|| self.prompt.brief());
        self.summary.unwrap_or(said)
    }
}

pub(crate) fn spoken_as(role: NodeRole) -> MessageRole {
    match role {
        NodeRole::User => MessageRole::User,
        NodeRole::System => MessageRole::System,
    }
}

pub(crate) fn summary(text: Option<&str>) -> Option<Text> {
    let text = text.filter(|text| !text.trim().is_empty())?;
    Some(Text::of(&as_summary(text)))
}

/// The words behind `Facts::brief`.
pub(crate) fn brief_of(prompt: &str, response: Option<&str>, summary: Option<&str>) -> String {
    match summary.filter(|text| !text.trim().is_empty()) {
        Some(summary) => as_summary(summary),
        None => as_summary(&brief(response.unwrap_or(prompt))),
    }
}

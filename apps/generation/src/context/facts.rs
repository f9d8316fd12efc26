//! What is known of a node's texts without keeping them: how long they are, and their SHA-256.

use protocol::{
    context::MessageRole,
    nodes::{NodeRole, NodeStatus, NodeView},
};
use sha2::{Digest, Sha256};

use super::brief::brief;
use crate::providers::estimate;

/// What a message costs besides its text.
const MESSAGE_TOKENS: u32 = 4;

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

/// A node as contexts see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Facts {
    pub(crate) version: i64,
    pub(crate) status: NodeStatus,
    pub(crate) pinned: bool,
    pub(crate) role: NodeRole,
    pub(crate) prompt: Long,
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
            prompt: Long::of(&node.prompt),
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
        let said = self.response.unwrap_or(self.prompt).brief;
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

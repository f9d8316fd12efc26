//! What a model is sent, and what comes back.

use std::sync::Arc;

use protocol::context::MessageRole;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use kernel::{MediaId, tokens};
use platform::blobs::BlobId;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Message {
    pub(crate) role: MessageRole,
    pub(crate) content: Arc<str>,
    /// What an assistant's message asked for besides what it says.
    pub(crate) calls: Arc<[ToolCall]>,
    /// The call that this is the result of.
    pub(crate) result_of: Option<Arc<str>>,
    /// What those models are shown that see.
    pub(crate) pictures: Arc<[Picture]>,
}

/// A picture beside a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Picture {
    pub(crate) media: MediaId,
    /// What is shown of it.
    pub(crate) blob: BlobId,
    pub(crate) tokens: u32,
    /// Itself, as an address of data; it is read for those models that see.
    pub(crate) data: Option<Arc<str>>,
}

impl Message {
    pub(crate) fn new(role: MessageRole, content: impl Into<Arc<str>>) -> Self {
        Self {
            role,
            content: content.into(),
            calls: [].into(),
            result_of: None,
            pictures: [].into(),
        }
    }
}

/// A model wants a tool to be used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToolCall {
    pub id: String,
    pub name: String,
    /// JSON, unless the model got it wrong.
    pub arguments: String,
}

/// A tool that a model may use.
#[derive(Clone, Debug, PartialEq)]
pub struct ToolSpec {
    pub name: String,
    pub description: String,
    /// The JSON schema of its arguments.
    pub parameters: Value,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Prompt {
    pub(crate) messages: Arc<[Message]>,
    pub(crate) temperature: Option<f64>,
    pub(crate) top_p: Option<f64>,
    pub(crate) tools: Arc<[ToolSpec]>,
    /// How many tokens the answer may have.
    pub(crate) max_tokens: u32,
}

/// What a message costs beyond its words, by all vendors' accounts of it.
const TOKENS_PER_MESSAGE: u32 = 4;

impl Prompt {
    /// About how many tokens are sent.
    #[must_use]
    pub(crate) fn estimate(&self) -> u32 {
        let tools = self.tools.iter().fold(0, |sum: u32, tool| {
            sum.saturating_add(tokens::estimate(&tool.description))
                .saturating_add(tokens::estimate(&tool.parameters.to_string()))
        });
        self.messages.iter().fold(tools, |sum: u32, message| {
            let calls = message.calls.iter();
            calls
                .map(|call| tokens::estimate(&call.arguments))
                .fold(sum, u32::saturating_add)
                .saturating_add(TOKENS_PER_MESSAGE)
                .saturating_add(tokens::estimate(&message.content))
                .saturating_add(message.pictures.iter().map(|picture| picture.tokens).sum())
        })
    }
}

/// What comes of an answer, in order: texts, then maybe the usage, then the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    Text(String),
    /// As the provider counts. Some never say.
    Usage(Usage),
    End(FinishReason),
}

/// Tokens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Usage {
    /// All that was sent, with what was cached.
    pub(crate) input: u32,
    /// How many of those the provider had kept from an earlier call.
    pub(crate) cached: u32,
    pub(crate) output: u32,
}

impl Usage {
    pub(crate) fn sent(input: u32) -> Self {
        Self {
            input,
            ..Self::default()
        }
    }

    pub(crate) fn answered(output: u32) -> Self {
        Self {
            output,
            ..Self::default()
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FinishReason {
    Stop,
    /// It waits for tools.
    Calls,
    /// It may have no more tokens.
    Length,
    /// The provider withheld the rest.
    ContentFilter,
    Other,
}

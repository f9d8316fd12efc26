//! Follow-ups: the next question below an answer.

use kernel::NodeId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    generations::GenerationView,
    media::Attachments,
    nodes::NodeWithEdges,
    values::{ModelId, OutputTokens, Position, Prompt, QuotedText, Temperature, TopP},
};

/// The next question: a child of a node, placed below it and asked at once.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Followup {
    pub prompt: Prompt,
    /// Words of the answer that the question is about. They begin the prompt as a quotation, and
    /// `metadata.quote` of the new node says where they stood.
    #[serde(
        default,
        with = "::serde_with::rust::unwrap_or_skip",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(nullable = false)]
    pub quote: Option<QuotedText>,
    /// Files of the project that the question is about.
    #[serde(default, skip_serializing_if = "Attachments::is_empty")]
    pub attachments: Attachments,
    /// Below the node, beside its other children, unless this says where.
    #[serde(
        default,
        with = "::serde_with::rust::unwrap_or_skip",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(nullable = false)]
    pub position: Option<Position>,
    /// Whether it is asked at once.
    #[serde(default = "yes")]
    #[schema(default = true)]
    pub ask: bool,
    #[serde(
        default,
        with = "::serde_with::rust::unwrap_or_skip",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(nullable = false)]
    pub model: Option<ModelId>,
    #[serde(
        default,
        with = "::serde_with::rust::unwrap_or_skip",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(nullable = false)]
    pub temperature: Option<Temperature>,
    /// How long the answer may be.
    #[serde(
        default,
        with = "::serde_with::rust::unwrap_or_skip",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(nullable = false)]
    pub max_tokens: Option<OutputTokens>,
    #[serde(
        default,
        with = "::serde_with::rust::unwrap_or_skip",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(nullable = false)]
    pub top_p: Option<TopP>,
}

fn yes() -> bool {
    true
}

/// `node.followup`.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AddFollowup {
    /// The node that it goes on from.
    pub node_id: NodeId,
    pub prompt: Prompt,
    #[serde(
        default,
        with = "::serde_with::rust::unwrap_or_skip",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(nullable = false)]
    pub quote: Option<QuotedText>,
    /// Files of the project that the question is about.
    #[serde(default, skip_serializing_if = "Attachments::is_empty")]
    pub attachments: Attachments,
    #[serde(
        default,
        with = "::serde_with::rust::unwrap_or_skip",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(nullable = false)]
    pub position: Option<Position>,
    #[serde(default = "yes")]
    #[schema(default = true)]
    pub ask: bool,
    #[serde(
        default,
        with = "::serde_with::rust::unwrap_or_skip",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(nullable = false)]
    pub model: Option<ModelId>,
    #[serde(
        default,
        with = "::serde_with::rust::unwrap_or_skip",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(nullable = false)]
    pub temperature: Option<Temperature>,
    #[serde(
        default,
        with = "::serde_with::rust::unwrap_or_skip",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(nullable = false)]
    pub max_tokens: Option<OutputTokens>,
    #[serde(
        default,
        with = "::serde_with::rust::unwrap_or_skip",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(nullable = false)]
    pub top_p: Option<TopP>,
}

impl AddFollowup {
    #[must_use]
    pub fn split(self) -> (NodeId, Followup) {
        let Self {
            node_id,
            prompt,
            quote,
            attachments,
            position,
            ask,
            model,
            temperature,
            max_tokens,
            top_p,
        } = self;
        let followup = Followup {
            prompt,
            quote,
            attachments,
            position,
            ask,
            model,
            temperature,
            max_tokens,
            top_p,
        };
        (node_id, followup)
    }
}

/// The new node, and the attempt at its answer if it was asked.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct FollowupAdded {
    pub node: NodeWithEdges,
    #[schema(required)]
    pub generation: Option<GenerationView>,
}

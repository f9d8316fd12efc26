//! Contexts: what a model is sent for a node, and how its ancestors entered.

use kernel::{MediaId, NodeId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    settings::InheritedSetting,
    values::{ModelId, OutputTokens, Temperature, TopP},
};

/// How an ancestor entered a context.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum Entered {
    Full,
    Summary,
    /// There was no room for it.
    Cut,
    /// Edges keep it out.
    Excluded,
    /// It says nothing.
    Empty,
}

/// Why an ancestor did not enter whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum Because {
    /// Of the policy of an edge.
    Policy,
    /// Of the model's limit.
    Budget,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ManifestItem {
    pub node_id: NodeId,
    pub version: i64,
    pub entered: Entered,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub because: Option<Because>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub pinned: bool,
    /// An estimate, as all counts before the provider's own.
    pub tokens: u32,
}

/// What a model is sent, ancestor by ancestor in the order of the messages.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Manifest {
    pub model: String,
    #[schema(required)]
    pub temperature: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub top_p: Option<f64>,
    /// How many tokens the answer may have.
    pub max_tokens: u32,
    /// How many the messages have, by estimate.
    pub tokens: u32,
    /// How many they may have.
    pub tokens_max: u32,
    pub system_tokens: u32,
    pub items: Vec<ManifestItem>,
    /// The node itself, as it was.
    pub node_version: i64,
    pub prompt_tokens: u32,
    pub fingerprint: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum MessageRole {
    System,
    User,
    Assistant,
}

impl MessageRole {
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::User => "user",
            Self::Assistant => "assistant",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MessageView {
    pub role: MessageRole,
    pub content: String,
    /// What models that see are shown with it; the others get the words alone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pictures: Vec<MediaId>,
}

/// `GET /projects/{p}/nodes/{n}/context`: what would be sent, to the byte.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ContextView {
    /// Null for tokens that may not read the graph and the project's instructions.
    #[schema(required)]
    pub messages: Option<Vec<MessageView>>,
    pub manifest: Manifest,
    pub price: PriceView,
    /// Whether the node's answer rests on exactly this.
    pub answered: bool,
    /// The settings of the branch that hold here. Those of edges that exclude are none of it.
    pub settings: Vec<InheritedSetting>,
}

/// In US dollars, by estimate.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PriceView {
    pub input: f64,
    /// For an answer that is as long as it may be.
    pub output_max: f64,
}

/// As whom and how to look at a context.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ContextQuery {
    #[param(value_type = Option<String>)]
    pub model: Option<ModelId>,
    #[param(value_type = Option<f64>, minimum = 0, maximum = 2)]
    pub temperature: Option<Temperature>,
    #[param(value_type = Option<u32>, minimum = 1)]
    pub max_tokens: Option<OutputTokens>,
    #[param(value_type = Option<f64>, minimum = 0, maximum = 1)]
    pub top_p: Option<TopP>,
}

//! Siblings: the same question to several models, side by side.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    generations::GenerationView,
    nodes::NodeWithEdges,
    values::{ModelId, OutputTokens, Temperature, TopP},
};

pub const SIBLINGS_MAX: usize = 10;

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Siblings {
    /// One node is made for each; a model may be named more than once.
    #[schema(min_items = 1, max_items = 10)]
    pub models: Vec<ModelId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub temperature: Option<Temperature>,
    /// How long each answer may be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_tokens: Option<OutputTokens>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub top_p: Option<TopP>,
}

/// The new nodes and the generations of their answers, in the order of the models.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct SiblingsStarted {
    pub nodes: Vec<NodeWithEdges>,
    pub generations: Vec<GenerationView>,
}

//! Models: who can be asked.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::values::Timestamp;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ModelList {
    pub items: Vec<ModelView>,
    /// The model that the caller asks where neither branch nor project nor preset says one: the one of their
    /// instructions, else the one that they asked last.
    #[schema(required)]
    pub last_model: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ModelView {
    /// `provider/name`.
    pub id: String,
    pub provider: String,
    pub name: String,
    /// What fits into a prompt and its answer together.
    pub context_tokens: u32,
    /// What an answer may have at most.
    pub output_tokens: u32,
    pub price: ModelPrice,
    /// Whether it can be told how freely to choose its words.
    pub takes_temperature: bool,
    /// Whether it can be offered tools. Agents have others ask for tools in JSON.
    pub takes_tools: bool,
    /// Whether it sees pictures. Others get the words that stand for them.
    pub sees_pictures: bool,
    /// Whether it answers when nobody was chosen.
    pub is_default: bool,
    /// Whether it is the built-in one, which understands nothing and needs no network.
    pub is_offline: bool,
    pub health: ModelHealth,
}

/// US dollars for a million tokens.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ModelPrice {
    pub input: f64,
    /// For what the provider had kept from an earlier call.
    pub cached_input: f64,
    pub output: f64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ModelHealth {
    pub state: ModelHealthState,
    /// Failures in all.
    pub failure_count: i64,
    /// The code of the last failure, and the provider's HTTP status if it gave one.
    #[schema(required)]
    pub last_error: Option<String>,
    #[schema(required)]
    pub last_failed_at: Option<Timestamp>,
    /// Until then others are asked instead.
    #[schema(required)]
    pub open_until: Option<Timestamp>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum ModelHealthState {
    Ok,
    /// It failed last time.
    Failing,
    /// It failed so often that it is left alone for a while.
    Open,
}

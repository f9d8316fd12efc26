//! Generations: attempts at an answer, what they were sent, and what came of them.

use kernel::{GenerationId, NodeId, RefreshId, Resource, UserId, Visibility};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    context::Manifest,
    nodes::NodeStatus,
    settings::AskedUnder,
    values::{ModelId, OutputTokens, Temperature, Timestamp, TopP},
};

/// How a model is to answer. What is left out stays as somebody chose it for the attempt before, and null is up to
/// the branch, the project and the model.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Generate {
    #[serde(
        default,
        with = "::serde_with::rust::double_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub model: Option<Option<ModelId>>,
    #[serde(
        default,
        with = "::serde_with::rust::double_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub temperature: Option<Option<Temperature>>,
    /// How long the answer may be.
    #[serde(
        default,
        with = "::serde_with::rust::double_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub max_tokens: Option<Option<OutputTokens>>,
    #[serde(
        default,
        with = "::serde_with::rust::double_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub top_p: Option<Option<TopP>>,
    /// Ask even if an answer to exactly this context exists.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub force: bool,
}

/// `generation.start`.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StartGeneration {
    pub node_id: NodeId,
    #[serde(
        default,
        with = "::serde_with::rust::double_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub model: Option<Option<ModelId>>,
    #[serde(
        default,
        with = "::serde_with::rust::double_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub temperature: Option<Option<Temperature>>,
    #[serde(
        default,
        with = "::serde_with::rust::double_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub max_tokens: Option<Option<OutputTokens>>,
    #[serde(
        default,
        with = "::serde_with::rust::double_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub top_p: Option<Option<TopP>>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub force: bool,
}

impl StartGeneration {
    #[must_use]
    pub fn split(self) -> (NodeId, Generate) {
        let Self {
            node_id,
            model,
            temperature,
            max_tokens,
            top_p,
            force,
        } = self;
        (
            node_id,
            Generate {
                model,
                temperature,
                max_tokens,
                top_p,
                force,
            },
        )
    }
}

/// `generation.cancel`: whatever the node's generation is.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CancelGeneration {
    pub node_id: NodeId,
    /// Only if it is this one.
    #[serde(
        default,
        with = "::serde_with::rust::unwrap_or_skip",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(nullable = false)]
    pub generation: Option<GenerationId>,
}

/// Names one attempt at a node's answer.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GenerationRef {
    pub node_id: NodeId,
    pub generation: GenerationId,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum RunState {
    Queued,
    Running,
    Completed,
    Failed,
    Cancelled,
}

/// Where an answer came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum GenerationOrigin {
    Model,
    /// Somebody wrote it; it is kept so that a model's answer does not overwrite it.
    Person,
}

/// Why a generation failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RunError {
    /// A stable word, such as `provider_protocol`.
    pub code: String,
    /// What happened, and the way out.
    pub detail: String,
}

/// What an answer was made with: enough to tell later whether it would be sent the same again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Recipe {
    /// SHA-256, in hexadecimal, over what was sent.
    pub fingerprint: String,
    pub model: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub temperature: Option<f64>,
    pub max_tokens: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub top_p: Option<f64>,
    /// How much the model took, which decided what was cut.
    pub context_tokens: u32,
    /// Whose personal instructions were sent along.
    pub by: UserId,
    #[serde(default, skip_serializing_if = "AskedUnder::is_nothing")]
    pub under: AskedUnder,
}

/// A generation's event: how it stands, and the fields of its node that changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct GenerationChanged {
    pub node_id: NodeId,
    pub generation: GenerationId,
    pub state: RunState,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub refresh: Option<RefreshId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub error: Option<RunError>,
    /// Left out for those who may not see costs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub recipe: Option<Recipe>,
    pub node_status: NodeStatus,
    pub version: i64,
    pub updated_at: Timestamp,
    #[serde(
        default,
        with = "::serde_with::rust::double_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub response: Option<Option<String>>,
    #[serde(
        default,
        with = "::serde_with::rust::double_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub summary: Option<Option<String>>,
    #[serde(
        default,
        with = "::serde_with::rust::double_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub llm_model: Option<Option<String>>,
    #[serde(
        default,
        with = "::serde_with::rust::double_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub llm_tokens: Option<Option<i64>>,
    #[serde(
        default,
        with = "::serde_with::rust::double_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub llm_cost: Option<Option<f64>>,
    #[serde(
        default,
        with = "::serde_with::rust::double_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub generation_id: Option<Option<GenerationId>>,
    /// Whether the answer is now a part of one, where that changes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub is_partial: Option<bool>,
}

impl GenerationChanged {
    /// What of it somebody may see who may see how answers stand.
    pub(crate) fn shown_to(&self, visibility: Visibility) -> Self {
        let mut shown = self.clone();
        let Self {
            node_id: _,
            generation: _,
            state: _,
            refresh: _,
            error: _,
            recipe,
            node_status: _,
            version: _,
            updated_at: _,
            response,
            summary,
            llm_model: _,
            llm_tokens: _,
            llm_cost,
            generation_id: _,
            is_partial: _,
        } = &mut shown;
        let sees_costs = visibility.covers(Resource::Costs);
        if !sees_costs {
            *llm_cost = None;
        }
        // It also says who asked.
        if !(sees_costs && visibility.covers(Resource::Members)) {
            *recipe = None;
        }
        if !visibility.covers(Resource::Graph) {
            (*response, *summary) = (None, None);
        }
        shown
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TokenCounts {
    pub input: i64,
    /// How many of those the provider had kept from an earlier call.
    pub cached: i64,
    pub output: i64,
}

/// An attempt at an answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct GenerationView {
    pub id: GenerationId,
    pub node_id: NodeId,
    pub state: RunState,
    pub origin: GenerationOrigin,
    /// Whether the node's answer is this one.
    pub is_current: bool,
    pub requested_by: UserId,
    #[schema(required)]
    pub refresh: Option<RefreshId>,
    /// The model that was asked for.
    pub model: String,
    /// The model that answered: another one if that failed.
    #[schema(required)]
    pub answered_by: Option<String>,
    #[schema(required)]
    pub temperature: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub top_p: Option<f64>,
    #[schema(required)]
    pub max_tokens: Option<i64>,
    /// SHA-256, in hexadecimal, over what was sent.
    #[schema(required)]
    pub fingerprint: Option<String>,
    /// What was tried, and what became of it.
    pub tries: Vec<TryView>,
    #[schema(required)]
    pub error: Option<RunError>,
    /// What came so far, or in all. Null for tokens that may not read the graph.
    #[schema(required)]
    pub text: Option<String>,
    /// How many chunks made that text.
    pub chunks: i64,
    #[schema(required)]
    pub tokens: Option<TokenCounts>,
    /// In US dollars.
    #[schema(required)]
    pub cost: Option<f64>,
    pub created_at: Timestamp,
    #[schema(required)]
    pub started_at: Option<Timestamp>,
    #[schema(required)]
    pub first_token_at: Option<Timestamp>,
    #[schema(required)]
    pub finished_at: Option<Timestamp>,
}

/// One call of a provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TryView {
    pub model: String,
    /// `answered`, `skipped`, or why it failed.
    pub outcome: String,
    /// The provider's HTTP status, if it gave one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub status: Option<u16>,
    pub at: Timestamp,
    /// How long it was waited before.
    pub waited_ms: u64,
}

/// An attempt with what it was sent.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct GenerationDetail {
    #[serde(flatten)]
    pub generation: GenerationView,
    /// Null until it is sent, and for answers by people.
    #[schema(required)]
    pub manifest: Option<Manifest>,
}

/// What came of the wish for an answer.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct GenerationStarted {
    pub generation: GenerationView,
    /// Whether an answer to exactly this context existed, so that no model was called.
    pub reused: bool,
}

/// A server-sent event of a generation's text, field by field.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct StreamEvent {
    /// `delta`, or `end` as the last.
    pub event: String,
    /// The number of the chunk, to come back with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub id: Option<String>,
    /// JSON: of a delta `chunk`, `text` and, if it holds several chunks, `from`; of the end `state` and,
    /// if it failed, `error`.
    pub data: String,
}

/// From where to follow a generation's text.
#[derive(Clone, Copy, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct StreamQuery {
    /// The last chunk that arrived; from the start if left out.
    #[param(minimum = 0)]
    pub after: Option<u64>,
}

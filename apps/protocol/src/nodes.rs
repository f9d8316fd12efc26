//! Nodes: a prompt and its answer.

use kernel::{GenerationId, NodeId, PresetId, Resource, Visibility};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    edges::EdgeView,
    values::{Metadata, NodeText, Position, Prompt, Summary, Timestamp},
};

/// How many nodes one project may hold, deleted ones included.
pub const NODES_PER_PROJECT_MAX: usize = 200_000;
pub const PARENTS_PER_NODE_MAX: usize = 100;
pub const MOVES_MAX: usize = 1_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum NodeStatus {
    Idle,
    Generating,
    Completed,
    Error,
    Stale,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NodeView {
    pub id: NodeId,
    pub prompt: String,
    #[schema(required)]
    pub response: Option<String>,
    #[schema(required)]
    pub summary: Option<String>,
    pub status: NodeStatus,
    pub position: Position,
    #[schema(required)]
    pub metadata: Option<Metadata>,
    #[schema(required)]
    pub llm_model: Option<String>,
    #[schema(required)]
    pub llm_tokens: Option<i64>,
    /// Null for those who may not see costs.
    #[schema(required)]
    pub llm_cost: Option<f64>,
    /// Whether descendants keep it whole in their contexts before others.
    pub pinned: bool,
    /// The preset that its model calls use instead of the project's.
    #[schema(required)]
    pub preset_id: Option<PresetId>,
    /// The attempt that the answer is from; null for answers that people wrote.
    #[schema(required)]
    pub generation_id: Option<GenerationId>,
    pub version: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl NodeView {
    /// What of it somebody may see who may see the graph.
    pub(crate) fn shown_to(&self, visibility: Visibility) -> Self {
        let mut shown = self.clone();
        let Self {
            id: _,
            prompt: _,
            response: _,
            summary: _,
            status: _,
            position: _,
            metadata: _,
            llm_model: _,
            llm_tokens: _,
            llm_cost,
            pinned: _,
            preset_id: _,
            generation_id: _,
            version: _,
            created_at: _,
            updated_at: _,
        } = &mut shown;
        if !visibility.covers(Resource::Costs) {
            *llm_cost = None;
        }
        shown
    }
}

/// A new node, with the edges from its parents.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateNode {
    pub prompt: Prompt,
    pub position: Position,
    /// The nodes whose answers become this one's context.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 100)]
    pub parent_ids: Vec<NodeId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Metadata>,
    /// An answer that exists already; the node is then COMPLETED.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub response: Option<NodeText>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<Summary>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub pinned: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preset_id: Option<PresetId>,
    /// Where the answer came from: known to the server's own importers only, never taken from a body.
    #[serde(skip)]
    #[schema(ignore)]
    pub provenance: Provenance,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Provenance {
    pub llm_model: Option<String>,
    pub llm_tokens: Option<i64>,
}

/// The fields to change; those left out stay as they are, null empties one.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PatchNode {
    #[serde(
        default,
        with = "::serde_with::rust::unwrap_or_skip",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(nullable = false)]
    pub prompt: Option<Prompt>,
    #[serde(
        default,
        with = "::serde_with::rust::double_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub response: Option<Option<NodeText>>,
    #[serde(
        default,
        with = "::serde_with::rust::double_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub summary: Option<Option<Summary>>,
    #[serde(
        default,
        with = "::serde_with::rust::unwrap_or_skip",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(nullable = false)]
    pub position: Option<Position>,
    #[serde(
        default,
        with = "::serde_with::rust::double_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub metadata: Option<Option<Metadata>>,
    #[serde(
        default,
        with = "::serde_with::rust::unwrap_or_skip",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(nullable = false)]
    pub pinned: Option<bool>,
    #[serde(
        default,
        with = "::serde_with::rust::double_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub preset_id: Option<Option<PresetId>>,
    #[serde(
        default,
        with = "::serde_with::rust::unwrap_or_skip",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(inline, nullable = false)]
    pub while_generating: Option<WhileGenerating>,
}

/// What an edit of a node's text does while its answer is being written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum WhileGenerating {
    /// It is refused; so it is if nothing is said.
    Refuse,
    /// It ends the generation and goes ahead.
    Cancel,
}

impl PatchNode {
    /// Text is compared and set; the rest is last writer wins, field by field.
    #[must_use]
    pub fn changes_text(&self) -> bool {
        self.prompt.is_some() || self.response.is_some() || self.summary.is_some()
    }
}

/// `node.update`, where text changes with the version it was based on.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UpdateNode {
    pub id: NodeId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base_version: Option<i64>,
    #[serde(
        default,
        with = "::serde_with::rust::unwrap_or_skip",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(nullable = false)]
    pub prompt: Option<Prompt>,
    #[serde(
        default,
        with = "::serde_with::rust::double_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub response: Option<Option<NodeText>>,
    #[serde(
        default,
        with = "::serde_with::rust::double_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub summary: Option<Option<Summary>>,
    #[serde(
        default,
        with = "::serde_with::rust::unwrap_or_skip",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(nullable = false)]
    pub position: Option<Position>,
    #[serde(
        default,
        with = "::serde_with::rust::double_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub metadata: Option<Option<Metadata>>,
    #[serde(
        default,
        with = "::serde_with::rust::unwrap_or_skip",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(nullable = false)]
    pub pinned: Option<bool>,
    #[serde(
        default,
        with = "::serde_with::rust::double_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub preset_id: Option<Option<PresetId>>,
    #[serde(
        default,
        with = "::serde_with::rust::unwrap_or_skip",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(nullable = false, inline)]
    pub while_generating: Option<WhileGenerating>,
}

impl UpdateNode {
    #[must_use]
    pub fn split(self) -> (NodeId, Option<i64>, PatchNode) {
        let Self {
            id,
            base_version,
            prompt,
            response,
            summary,
            position,
            metadata,
            pinned,
            preset_id,
            while_generating,
        } = self;
        (
            id,
            base_version,
            PatchNode {
                prompt,
                response,
                summary,
                position,
                metadata,
                pinned,
                preset_id,
                while_generating,
            },
        )
    }
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MoveNodes {
    #[schema(min_items = 1, max_items = 1000)]
    pub positions: Vec<MoveNode>,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MoveNode {
    pub id: NodeId,
    pub x: crate::values::Coordinate,
    pub y: crate::values::Coordinate,
}

/// Names one node.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NodeRef {
    pub id: NodeId,
}

/// A node with the edges that came or came back with it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct NodeWithEdges {
    #[serde(flatten)]
    pub node: NodeView,
    pub edges: Vec<EdgeView>,
}

/// An ancestor or descendant, and how many edges away it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RelatedNode {
    pub id: NodeId,
    /// The fewest edges between the two.
    pub distance: usize,
    /// With `include=nodes`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub node: Option<NodeView>,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RelatedNodes {
    /// Sources before their targets; the same order on every instance.
    pub items: Vec<RelatedNode>,
    /// The number of the last change that this answer knows.
    pub seq: i64,
}

#[derive(Clone, Copy, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RelatedQuery {
    /// `nodes`: whole nodes instead of ids alone.
    #[param(inline)]
    pub include: Option<Include>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Include {
    Nodes,
}

/// Which nodes.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct NodesQuery {
    /// Those that were deleted instead of the living.
    pub trashed: Option<bool>,
    /// Only those with this status.
    #[param(inline)]
    pub status: Option<NodeStatus>,
    /// How many items at most.
    #[param(minimum = 1, maximum = 200, default = 50)]
    pub limit: Option<u64>,
    /// The `nextCursor` of the page before.
    pub cursor: Option<String>,
}

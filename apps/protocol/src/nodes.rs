//! Nodes: a prompt and its answer, a note, or a frame around others.

use kernel::{GenerationId, NodeId, Resource, Visibility};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::{
    edges::EdgeView,
    media::{Attachment, Attachments},
    settings::{NodeSettings, PatchSettings},
    values::{
        Color, Extent, Metadata, NodeText, NodeTitle, Position, Prompt, Summary, Tags, Timestamp,
    },
};

/// How many nodes one project may hold, deleted ones included.
pub const NODES_PER_PROJECT_MAX: usize = 200_000;
pub const PARENTS_PER_NODE_MAX: usize = 100;
pub const MOVES_MAX: usize = 1_000;
/// How many nodes one frame may hold, which all move with it.
pub const NODES_PER_FRAME_MAX: usize = 2_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum NodeStatus {
    Idle,
    Generating,
    Completed,
    Error,
    Stale,
}

/// What a node is. It stays what it was made as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum NodeKind {
    /// A question and its answer.
    #[default]
    Prompt,
    /// A text that asks nothing: a context holds it as it is.
    Note,
    /// Files and what is said of them: they ask nothing, and a context holds them as they are.
    Media,
    /// A region that holds other nodes, and that moves with them. It has no edges and is part of no context.
    Frame,
}

impl NodeKind {
    fn is_prompt(&self) -> bool {
        *self == Self::Prompt
    }
}

/// As whom a node speaks in a context.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum NodeRole {
    #[default]
    User,
    /// A system message, which is not asked itself.
    System,
}

impl NodeRole {
    fn is_user(&self) -> bool {
        *self == Self::User
    }
}

/// A node. Fields that are not required are left out where they say nothing: a node without `kind` is a
/// PROMPT, one without `role` speaks as USER.
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
    #[serde(default, skip_serializing_if = "NodeKind::is_prompt")]
    pub kind: NodeKind,
    #[serde(default, skip_serializing_if = "NodeRole::is_user")]
    pub role: NodeRole,
    /// What it, and the conversation below it, is called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height: Option<f64>,
    /// Such as `#3B82F6`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub color: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Files, in the order in which they enter contexts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
    /// What it says to all below it of how they are asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settings: Option<Box<NodeSettings>>,
    /// The frame that holds it. One in the trash holds it again when it comes back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub frame_id: Option<NodeId>,
    /// The attempt that the answer is from; null for answers that people wrote.
    #[schema(required)]
    pub generation_id: Option<GenerationId>,
    /// Whether that attempt ended before its answer was whole: it was stopped, or failed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_partial: bool,
    /// The person or the agent who made it, for those who may see members.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author_id: Option<Uuid>,
    pub version: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    /// Since when it is in the trash.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deleted_at: Option<Timestamp>,
}

impl NodeView {
    /// What of it somebody may see who may see the graph.
    #[must_use]
    pub fn shown_to(&self, visibility: Visibility) -> Self {
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
            kind: _,
            role: _,
            title: _,
            width: _,
            height: _,
            color: _,
            tags: _,
            attachments: _,
            settings,
            frame_id: _,
            generation_id: _,
            is_partial: _,
            author_id,
            version: _,
            created_at: _,
            updated_at: _,
            deleted_at: _,
        } = &mut shown;
        if !visibility.covers(Resource::Costs) {
            *llm_cost = None;
        }
        if !visibility.covers(Resource::Members) {
            *author_id = None;
        }
        *settings = settings
            .take()
            .and_then(|settings| settings.shown_to(visibility));
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
    #[serde(default, skip_serializing_if = "NodeKind::is_prompt")]
    pub kind: NodeKind,
    #[serde(default, skip_serializing_if = "NodeRole::is_user")]
    pub role: NodeRole,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<NodeTitle>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width: Option<Extent>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height: Option<Extent>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub color: Option<Color>,
    #[serde(default, skip_serializing_if = "Tags::is_empty")]
    pub tags: Tags,
    #[serde(default, skip_serializing_if = "Attachments::is_empty")]
    pub attachments: Attachments,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settings: Option<Box<NodeSettings>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub frame_id: Option<NodeId>,
    /// Where the answer came from: known to the server's own importers only, never taken from a body.
    #[serde(skip)]
    #[schema(ignore)]
    pub provenance: Provenance,
}

impl CreateNode {
    /// A question that says no more than that.
    #[must_use]
    pub fn asking(prompt: Prompt, position: Position, parent_ids: Vec<NodeId>) -> Self {
        Self {
            prompt,
            position,
            parent_ids,
            metadata: None,
            response: None,
            summary: None,
            pinned: false,
            kind: NodeKind::Prompt,
            role: NodeRole::User,
            title: None,
            width: None,
            height: None,
            color: None,
            tags: Tags::default(),
            attachments: Attachments::default(),
            settings: None,
            frame_id: None,
            provenance: Provenance::default(),
        }
    }
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
        with = "::serde_with::rust::unwrap_or_skip",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(nullable = false)]
    pub role: Option<NodeRole>,
    #[serde(
        default,
        with = "::serde_with::rust::double_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub title: Option<Option<NodeTitle>>,
    #[serde(
        default,
        with = "::serde_with::rust::double_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub width: Option<Option<Extent>>,
    #[serde(
        default,
        with = "::serde_with::rust::double_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub height: Option<Option<Extent>>,
    #[serde(
        default,
        with = "::serde_with::rust::double_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub color: Option<Option<Color>>,
    #[serde(
        default,
        with = "::serde_with::rust::unwrap_or_skip",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(nullable = false)]
    pub tags: Option<Tags>,
    /// All its files from now on.
    #[serde(
        default,
        with = "::serde_with::rust::unwrap_or_skip",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(nullable = false)]
    pub attachments: Option<Attachments>,
    /// Merged into those before; null inherits all of them again.
    #[serde(
        default,
        with = "::serde_with::rust::double_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub settings: Option<Option<Box<PatchSettings>>>,
    #[serde(
        default,
        with = "::serde_with::rust::double_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub frame_id: Option<Option<NodeId>>,
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
        with = "::serde_with::rust::unwrap_or_skip",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(nullable = false)]
    pub role: Option<NodeRole>,
    #[serde(
        default,
        with = "::serde_with::rust::double_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub title: Option<Option<NodeTitle>>,
    #[serde(
        default,
        with = "::serde_with::rust::double_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub width: Option<Option<Extent>>,
    #[serde(
        default,
        with = "::serde_with::rust::double_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub height: Option<Option<Extent>>,
    #[serde(
        default,
        with = "::serde_with::rust::double_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub color: Option<Option<Color>>,
    #[serde(
        default,
        with = "::serde_with::rust::unwrap_or_skip",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(nullable = false)]
    pub tags: Option<Tags>,
    /// All its files from now on.
    #[serde(
        default,
        with = "::serde_with::rust::unwrap_or_skip",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(nullable = false)]
    pub attachments: Option<Attachments>,
    /// Merged into those before; null inherits all of them again.
    #[serde(
        default,
        with = "::serde_with::rust::double_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub settings: Option<Option<Box<PatchSettings>>>,
    #[serde(
        default,
        with = "::serde_with::rust::double_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub frame_id: Option<Option<NodeId>>,
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
            role,
            title,
            width,
            height,
            color,
            tags,
            attachments,
            settings,
            frame_id,
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
                role,
                title,
                width,
                height,
                color,
                tags,
                attachments,
                settings,
                frame_id,
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
    /// Only those of this kind.
    #[param(inline)]
    pub kind: Option<NodeKind>,
    /// Only those with this tag.
    pub tag: Option<String>,
    /// How many items at most.
    #[param(minimum = 1, maximum = 200, default = 50)]
    pub limit: Option<u64>,
    /// The `nextCursor` of the page before.
    pub cursor: Option<String>,
}

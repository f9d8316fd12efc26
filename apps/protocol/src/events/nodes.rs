//! What happens to nodes and edges.

use kernel::{EdgeId, GenerationId, NodeId, Resource, Visibility};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::family::family;
use crate::{
    edges::{EdgePolicy, EdgeRef, EdgeView},
    media::Attachment,
    nodes::{NodeRef, NodeRole, NodeStatus, NodeView, NodeWithEdges},
    settings::NodeSettings,
    values::{Coordinate, Metadata, Position, Timestamp},
};

family! {
    NodeEvent {
        Create(NodeWithEdges) = "node.create",
        Update(NodeUpdated) = "node.update",
        Move(NodesMoved) = "node.move",
        Delete(NodeRef) = "node.delete",
        Restore(NodeRestored) = "node.restore",
    }
}

impl NodeEvent {
    pub(super) fn shown_to(&self, visibility: Visibility) -> Option<Self> {
        if !visibility.covers(Resource::Graph) {
            return None;
        }
        Some(match self {
            Self::Create(NodeWithEdges { node, edges }) => Self::Create(NodeWithEdges {
                node: node.shown_to(visibility),
                edges: edges.clone(),
            }),
            Self::Update(updated) => Self::Update(updated.shown_to(visibility)),
            Self::Move(moved) => Self::Move(moved.clone()),
            Self::Delete(deleted) => Self::Delete(*deleted),
            Self::Restore(NodeRestored { id, node, edges }) => Self::Restore(NodeRestored {
                id: *id,
                node: node.shown_to(visibility),
                edges: edges.clone(),
            }),
        })
    }
}

family! {
    EdgeEvent {
        Create(EdgeView) = "edge.create",
        Update(EdgeUpdated) = "edge.update",
        Delete(EdgeRef) = "edge.delete",
    }
}

impl EdgeEvent {
    pub(super) fn shown_to(&self, visibility: Visibility) -> Option<Self> {
        if !visibility.covers(Resource::Graph) {
            return None;
        }
        Some(match self {
            Self::Create(edge) => Self::Create(edge.clone()),
            Self::Update(updated) => Self::Update(*updated),
            Self::Delete(deleted) => Self::Delete(*deleted),
        })
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NodeUpdated {
    pub id: NodeId,
    pub version: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub prompt: Option<String>,
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
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub status: Option<NodeStatus>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub position: Option<Position>,
    #[serde(
        default,
        with = "::serde_with::rust::double_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub metadata: Option<Option<Metadata>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub pinned: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub role: Option<NodeRole>,
    #[serde(
        default,
        with = "::serde_with::rust::double_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub title: Option<Option<String>>,
    #[serde(
        default,
        with = "::serde_with::rust::double_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub width: Option<Option<f64>>,
    #[serde(
        default,
        with = "::serde_with::rust::double_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub height: Option<Option<f64>>,
    #[serde(
        default,
        with = "::serde_with::rust::double_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub color: Option<Option<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub tags: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub attachments: Option<Vec<Attachment>>,
    /// All of them, as they are now.
    #[serde(
        default,
        with = "::serde_with::rust::double_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub settings: Option<Option<Box<NodeSettings>>>,
    #[serde(
        default,
        with = "::serde_with::rust::double_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub frame_id: Option<Option<NodeId>>,
    /// This and what follows become null when somebody writes an answer in place of a model's.
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
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub is_partial: Option<bool>,
    pub updated_at: Timestamp,
}

impl NodeUpdated {
    /// What `node.update` says of a node about which nothing changed.
    #[must_use]
    pub fn nothing(id: NodeId, version: i64, updated_at: Timestamp) -> Self {
        Self {
            id,
            version,
            prompt: None,
            response: None,
            summary: None,
            status: None,
            position: None,
            metadata: None,
            pinned: None,
            role: None,
            title: None,
            width: None,
            height: None,
            color: None,
            tags: None,
            attachments: None,
            settings: None,
            frame_id: None,
            llm_model: None,
            llm_tokens: None,
            llm_cost: None,
            generation_id: None,
            is_partial: None,
            updated_at,
        }
    }

    fn shown_to(&self, visibility: Visibility) -> Self {
        let mut shown = self.clone();
        let Self {
            id: _,
            version: _,
            prompt: _,
            response: _,
            summary: _,
            status: _,
            position: _,
            metadata: _,
            pinned: _,
            role: _,
            title: _,
            width: _,
            height: _,
            color: _,
            tags: _,
            attachments: _,
            settings,
            frame_id: _,
            llm_model: _,
            llm_tokens: _,
            llm_cost,
            generation_id: _,
            is_partial: _,
            updated_at: _,
        } = &mut shown;
        if !visibility.covers(Resource::Costs) && llm_cost.is_some() {
            *llm_cost = Some(None);
        }
        if let Some(settings) = settings {
            *settings = settings
                .take()
                .and_then(|settings| settings.shown_to(visibility));
        }
        shown
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct NodesMoved {
    pub positions: Vec<NodeMoved>,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct NodeMoved {
    pub id: NodeId,
    pub x: Coordinate,
    pub y: Coordinate,
    pub version: i64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct NodeRestored {
    pub id: NodeId,
    pub node: NodeView,
    pub edges: Vec<EdgeView>,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct EdgeUpdated {
    pub id: EdgeId,
    pub version: i64,
    pub policy: EdgePolicy,
}

//! Edges: an answer becomes context.

use kernel::{EdgeId, NodeId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::values::Timestamp;

/// How much of the source enters the target's context.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum EdgePolicy {
    #[default]
    Full,
    Summary,
    Exclude,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EdgeView {
    pub id: EdgeId,
    pub source_id: NodeId,
    pub target_id: NodeId,
    pub policy: EdgePolicy,
    pub version: i64,
    pub created_at: Timestamp,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateEdge {
    pub source_id: NodeId,
    pub target_id: NodeId,
    #[serde(default)]
    pub policy: EdgePolicy,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PatchEdge {
    pub policy: EdgePolicy,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UpdateEdge {
    pub id: EdgeId,
    pub policy: EdgePolicy,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base_version: Option<i64>,
}

/// Names one edge.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EdgeRef {
    pub id: EdgeId,
}

//! The snapshot: a whole project, consistent at one number.

use kernel::Role;
use kernel::UserId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{edges::EdgeView, nodes::NodeView, projects::ProjectView};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct GraphView {
    pub project: ProjectView,
    /// Changes when the log is cut or restored: then forget what you had.
    pub epoch: Uuid,
    /// The number of the last change in here.
    pub seq: i64,
    pub nodes: Vec<NodeView>,
    pub edges: Vec<EdgeView>,
    /// Empty for those who may not see members.
    pub members: Vec<GraphMember>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct GraphMember {
    pub user_id: UserId,
    pub role: Role,
    pub name: String,
    #[schema(required)]
    pub avatar: Option<String>,
}

/// The fingerprint of a project's state, for comparing copies.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct StateHash {
    pub epoch: Uuid,
    pub seq: i64,
    /// SHA-256 in hexadecimal over the canonical state.
    pub hash: String,
}

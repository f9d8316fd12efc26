//! Merging: one node that rests on several.

use kernel::NodeId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::values::{Position, Prompt};

pub const MERGE_NODES_MIN: usize = 2;
pub const MERGE_NODES_MAX: usize = 10;

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Merge {
    #[schema(min_items = 2, max_items = 10)]
    pub node_ids: Vec<NodeId>,
    /// What the new node asks; proposed in the caller's language if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prompt: Option<Prompt>,
    /// Where it stands; below the middle of the others if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<Position>,
}

//! How a refusal is said: RFC 9457.

use kernel::{ErrorCode, FieldError, NodeId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Problem {
    /// `/problems/<code>`, where the code is explained.
    pub r#type: String,
    pub title: String,
    pub status: u16,
    /// What happened, and the way out.
    pub detail: String,
    pub code: ErrorCode,
    /// With `invalid` the fields at fault; of a batch the operation, whatever the refusal is.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
    /// With `cycle`: the nodes from the edge's target to its source.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub path: Vec<NodeId>,
}

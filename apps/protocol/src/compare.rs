//! Comparing two nodes by what they rest on.

use kernel::NodeId;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::nodes::NodeView;

#[derive(Clone, Copy, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CompareQuery {
    pub a: NodeId,
    pub b: NodeId,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ComparisonView {
    /// The nearest nodes that both rest on: where their ways part. One of the two itself if the other
    /// rests on it.
    pub common: Vec<NodeId>,
    pub a: Delta,
    pub b: Delta,
    /// The number of the last change that this answer knows.
    pub seq: i64,
}

/// One side of a comparison.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Delta {
    /// The node and its ancestors as far as the other one does not rest on them, sources first.
    pub only: Vec<NodeView>,
}

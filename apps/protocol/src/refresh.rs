//! Refresh: regenerating what is stale.

use kernel::{NodeId, RefreshId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::generations::RunState;

pub const REFRESH_NODES_MAX: usize = 1_000;

/// `POST /projects/{p}/refresh`.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Refresh {
    /// Only these, as far as they are stale; everything that is, if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, min_items = 1, max_items = 1000)]
    pub node_ids: Option<Vec<NodeId>>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RefreshStarted {
    pub refresh: RefreshId,
    /// How many nodes are stale now; answers that change may add to them.
    pub stale: usize,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RefreshEnded {
    pub refresh: RefreshId,
    pub state: RunState,
    /// How many nodes were run: as many as models were called for.
    pub ran: usize,
    /// Those that are still stale because something before them failed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left: Vec<NodeId>,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct RefreshAnswer {
    pub refresh: RefreshStarted,
}

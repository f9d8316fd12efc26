//! Refresh: regenerating what is stale.

use kernel::{GenerationId, NodeId, RefreshId, UserId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{generations::RunState, values::Timestamp};

pub const REFRESH_NODES_MAX: usize = 1_000;

/// `POST /projects/{p}/refresh`.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Refresh {
    /// Only these, as far as they are stale; everything that is, if left out.
    #[serde(
        default,
        with = "::serde_with::rust::unwrap_or_skip",
        skip_serializing_if = "Option::is_none"
    )]
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

/// A refresh as one thing: several runs with counts and an end.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RefreshView {
    pub id: RefreshId,
    /// What kind of batch it is: `generation.refresh`.
    pub name: String,
    pub state: RunState,
    pub requested_by: UserId,
    /// How many runs were begun so far.
    pub total_jobs: i64,
    /// How many of them are not over yet.
    pub pending_jobs: i64,
    pub failed_jobs: i64,
    /// The runs that failed.
    pub failed_job_ids: Vec<GenerationId>,
    pub options: RefreshOptions,
    pub created_at: Timestamp,
    #[schema(required)]
    pub cancelled_at: Option<Timestamp>,
    #[schema(required)]
    pub finished_at: Option<Timestamp>,
}

/// What a refresh is about, and how far it is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RefreshOptions {
    /// The nodes that were named; left out if it is about everything that is stale.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub node_ids: Option<Vec<NodeId>>,
    /// The nodes that were run.
    pub ran: Vec<NodeId>,
    /// Those that are still stale because something before them failed.
    #[serde(default)]
    pub left: Vec<NodeId>,
    /// When it goes on by itself, if whoever asked has had as many answers as a minute allows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub goes_on_at: Option<Timestamp>,
}

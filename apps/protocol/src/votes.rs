//! Votes: which answers people of a project find good, one vote of a person for an answer.

use kernel::{GenerationId, NodeId, UserId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// `generation.vote`: votes for an answer, or takes one's vote back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct VoteForGeneration {
    pub node_id: NodeId,
    pub generation: GenerationId,
    pub value: VoteValue,
}

/// Over REST, the answer stands in the address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Vote {
    pub value: VoteValue,
}

/// 1 votes, 0 takes the vote back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "u8", into = "u8")]
#[schema(value_type = u8, minimum = 0, maximum = 1)]
pub struct VoteValue(bool);

impl VoteValue {
    #[must_use]
    pub fn is_for(self) -> bool {
        self.0
    }
}

impl From<bool> for VoteValue {
    fn from(is_for: bool) -> Self {
        Self(is_for)
    }
}

impl TryFrom<u8> for VoteValue {
    type Error = &'static str;

    fn try_from(value: u8) -> Result<Self, &'static str> {
        match value {
            0 => Ok(Self(false)),
            1 => Ok(Self(true)),
            _ => Err("must be 1 to vote, or 0 to take the vote back"),
        }
    }
}

impl From<VoteValue> for u8 {
    fn from(value: VoteValue) -> Self {
        value.0.into()
    }
}

/// Somebody voted, or took their vote back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Voted {
    pub node_id: NodeId,
    pub generation: GenerationId,
    /// Whose vote it is.
    pub user_id: UserId,
    pub value: VoteValue,
    /// How many votes the answer has now.
    pub votes: u64,
}

/// How many votes an answer has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct VotesOfAnswer {
    pub node_id: NodeId,
    pub generation: GenerationId,
    pub votes: u64,
    /// Whether one of them is the caller's.
    pub own: bool,
}

/// Which answers.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct VotesQuery {
    /// Only those of this node.
    pub node: Option<NodeId>,
    /// How many items at most.
    #[param(minimum = 1, maximum = 200, default = 50)]
    pub limit: Option<u64>,
    /// The `nextCursor` of the page before.
    pub cursor: Option<String>,
}

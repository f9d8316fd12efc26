//! Conversations: a branch read as one, from its first question to its last answer.

use kernel::{NodeId, ProjectId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    context::MessageRole,
    nodes::{NodeKind, NodeStatus},
    values::Timestamp,
};

/// How many nodes of a thread are given at once.
pub const THREAD_LIMIT_DEFAULT: u64 = 50;
pub const THREAD_LIMIT_MAX: u64 = 200;

/// Where a branch ends, and how it stands there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConversationView {
    /// The last question of the branch.
    pub node_id: NodeId,
    pub project_id: ProjectId,
    pub project_name: String,
    /// The nearest title on the branch, else how its first question begins.
    pub title: String,
    /// How the last answer begins, else the last question.
    pub last_text: String,
    pub status: NodeStatus,
    /// When its last question or answer last changed.
    pub updated_at: Timestamp,
    /// Whether an answer came since the caller last read it, or else was last in the project.
    pub unread: bool,
}

/// Which conversations.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ConversationsQuery {
    /// Only those of this project.
    #[param(value_type = Option<String>)]
    pub project: Option<ProjectId>,
    /// Only those whose last question, answer or title holds this text.
    pub q: Option<String>,
    /// How many items at most.
    #[param(minimum = 1, maximum = 200, default = 50)]
    pub limit: Option<u64>,
    /// The `nextCursor` of the page before.
    pub cursor: Option<String>,
}

/// A branch as messages, the first one first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ThreadView {
    pub messages: Vec<ThreadMessage>,
    /// What is above: its last node, to be asked for with `before`.
    #[schema(required)]
    pub before: Option<NodeId>,
}

/// What a node says, as a question or as its answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ThreadMessage {
    pub node_id: NodeId,
    pub role: MessageRole,
    pub kind: NodeKind,
    pub text: String,
    pub status: NodeStatus,
    /// Of an answer: how many attempts at it there are. Null for those who may not see attempts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attempts: Option<u64>,
    /// Of a question: all that go on from the same place, itself among them, in the order in which they were made.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub siblings: Vec<NodeId>,
    /// Of a question: what else it is based on, beside what stands above it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<NodeId>,
}

/// Which part of a thread.
#[derive(Clone, Copy, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ThreadQuery {
    /// What is above this node and in the same thread: the `before` of the part below.
    #[param(value_type = Option<String>)]
    pub before: Option<NodeId>,
    /// How many nodes at most.
    #[param(minimum = 1, maximum = 200, default = 50)]
    pub limit: Option<u64>,
}

//! What happened: numbered per project, so that state + events = state.

mod view;

use kernel::{EdgeId, GenerationId, InvitationId, NodeId, PresetId, Role, UserId};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::{
    edges::{EdgePolicy, EdgeRef, EdgeView},
    generations::GenerationChanged,
    members::{MemberRef, UpdateMember},
    nodes::{NodeRef, NodeStatus, NodeView, NodeWithEdges},
    refresh::{RefreshEnded, RefreshStarted},
    values::{Coordinate, Metadata, Position, Timestamp, Viewport},
};

pub use view::{
    ActorView, EVENTS_LIMIT_MAX, EventView, EventsQuery, EventsView, Sight, Staleness, redact,
};

/// One thing that happened to a project. Variants and fields are added, never changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "op", content = "data")]
pub enum Event {
    #[serde(rename = "project.create")]
    ProjectCreate(ProjectCreated),
    #[serde(rename = "project.update")]
    ProjectUpdate(ProjectUpdated),
    #[serde(rename = "project.delete")]
    ProjectDelete {},
    #[serde(rename = "project.restore")]
    ProjectRestore {},
    #[serde(rename = "member.add")]
    MemberAdd(MemberAdded),
    #[serde(rename = "member.update")]
    MemberUpdate(UpdateMember),
    #[serde(rename = "member.remove")]
    MemberRemove(MemberRef),
    #[serde(rename = "invitation.create")]
    InvitationCreate(InvitationCreated),
    #[serde(rename = "invitation.revoke")]
    InvitationRevoke(InvitationRevoked),
    #[serde(rename = "node.create")]
    NodeCreate(NodeWithEdges),
    #[serde(rename = "node.update")]
    NodeUpdate(NodeUpdated),
    #[serde(rename = "node.move")]
    NodeMove(NodesMoved),
    #[serde(rename = "node.delete")]
    NodeDelete(NodeRef),
    #[serde(rename = "node.restore")]
    NodeRestore(NodeRestored),
    #[serde(rename = "edge.create")]
    EdgeCreate(EdgeView),
    #[serde(rename = "edge.update")]
    EdgeUpdate(EdgeUpdated),
    #[serde(rename = "edge.delete")]
    EdgeDelete(EdgeRef),
    /// A model is asked; the node's text stays as it is until the end.
    #[serde(rename = "generation.start")]
    GenerationStart(GenerationChanged),
    #[serde(rename = "generation.end")]
    GenerationEnd(GenerationChanged),
    #[serde(rename = "generation.cancel")]
    GenerationCancel(GenerationChanged),
    /// An attempt's answer became the node's again.
    #[serde(rename = "generation.select")]
    GenerationSelect(GenerationChanged),
    #[serde(rename = "refresh.start")]
    RefreshStart(RefreshStarted),
    #[serde(rename = "refresh.end")]
    RefreshEnd(RefreshEnded),
    /// Instructions changed elsewhere: what that means is in `stale` and `fresh`.
    #[serde(rename = "instructions.change")]
    InstructionsChange {},
    /// Several at once, under one number.
    #[serde(rename = "batch")]
    Batch(BatchEvent),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProjectCreated {
    pub name: String,
    /// Left out for those who may not see members.
    #[schema(required = false)]
    pub owner_id: UserId,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProjectUpdated {
    pub version: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub name: Option<String>,
    #[serde(
        default,
        with = "::serde_with::rust::double_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub description: Option<Option<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub system_prompt: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub is_public: Option<bool>,
    #[serde(
        default,
        with = "::serde_with::rust::double_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub viewport: Option<Option<Viewport>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub owner_id: Option<UserId>,
    #[serde(
        default,
        with = "::serde_with::rust::double_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub preset_id: Option<Option<PresetId>>,
    #[serde(
        default,
        with = "::serde_with::rust::double_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub model: Option<Option<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub fallback_models: Option<Vec<String>>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MemberAdded {
    pub user_id: UserId,
    pub role: Role,
    pub name: String,
    #[schema(required)]
    pub avatar: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct InvitationCreated {
    pub id: InvitationId,
    pub role: Role,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct InvitationRevoked {
    pub id: InvitationId,
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
    #[serde(
        default,
        with = "::serde_with::rust::double_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub preset_id: Option<Option<PresetId>>,
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
    pub updated_at: Timestamp,
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

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct BatchEvent {
    #[schema(no_recursion)]
    pub ops: Vec<Event>,
}

impl Event {
    /// The word under which it is stored and sent.
    #[must_use]
    pub fn op(&self) -> &'static str {
        match self {
            Self::ProjectCreate(_) => "project.create",
            Self::ProjectUpdate(_) => "project.update",
            Self::ProjectDelete {} => "project.delete",
            Self::ProjectRestore {} => "project.restore",
            Self::MemberAdd(_) => "member.add",
            Self::MemberUpdate(_) => "member.update",
            Self::MemberRemove(_) => "member.remove",
            Self::InvitationCreate(_) => "invitation.create",
            Self::InvitationRevoke(_) => "invitation.revoke",
            Self::NodeCreate(_) => "node.create",
            Self::NodeUpdate(_) => "node.update",
            Self::NodeMove(_) => "node.move",
            Self::NodeDelete(_) => "node.delete",
            Self::NodeRestore(_) => "node.restore",
            Self::EdgeCreate(_) => "edge.create",
            Self::EdgeUpdate(_) => "edge.update",
            Self::EdgeDelete(_) => "edge.delete",
            Self::GenerationStart(_) => "generation.start",
            Self::GenerationEnd(_) => "generation.end",
            Self::GenerationCancel(_) => "generation.cancel",
            Self::GenerationSelect(_) => "generation.select",
            Self::RefreshStart(_) => "refresh.start",
            Self::RefreshEnd(_) => "refresh.end",
            Self::InstructionsChange {} => "instructions.change",
            Self::Batch(_) => "batch",
        }
    }

    /// What happened one by one: the parts of a batch, or the event itself.
    #[must_use]
    pub fn parts(&self) -> &[Self] {
        if let Self::Batch(batch) = self {
            &batch.ops
        } else {
            std::slice::from_ref(self)
        }
    }

    /// The event's `data`.
    pub fn data(&self) -> serde_json::Result<Value> {
        let mut tagged = serde_json::to_value(self)?;
        Ok(tagged.get_mut("data").map(Value::take).unwrap_or_default())
    }

    pub fn from_stored(op: &str, data: Value) -> serde_json::Result<Self> {
        serde_json::from_value(serde_json::json!({ "op": op, "data": data }))
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn an_event_comes_back_from_the_log_as_it_went_in() {
        let id = NodeId::from_uuid(Uuid::nil());
        let events = [
            Event::NodeDelete(NodeRef { id }),
            Event::ProjectDelete {},
            Event::Batch(BatchEvent {
                ops: vec![Event::NodeDelete(NodeRef { id })],
            }),
            Event::ProjectUpdate(ProjectUpdated {
                version: 3,
                description: Some(None),
                ..ProjectUpdated::default()
            }),
        ];
        for event in events {
            let stored = event.data().unwrap();
            assert_eq!(Event::from_stored(event.op(), stored).unwrap(), event);
        }
    }
}

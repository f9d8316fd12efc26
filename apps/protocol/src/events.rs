//! What happened: numbered per project, so that state + events = state.

use std::collections::HashSet;

use kernel::{ActorKind, EdgeId, GenerationId, InvitationId, NodeId, OpId, PresetId, Role, UserId};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::{
    edges::{EdgePolicy, EdgeRef, EdgeView},
    generations::GenerationChanged,
    members::{MemberRef, UpdateMember},
    nodes::{NodeRef, NodeStatus, NodeView, NodeWithEdges},
    refresh::{RefreshEnded, RefreshStarted},
    values::{Coordinate, Metadata, Position, Timestamp, Viewport, present},
};

pub const EVENTS_LIMIT_MAX: u64 = 1_000;

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
        deserialize_with = "present",
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
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    pub viewport: Option<Option<Viewport>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub owner_id: Option<UserId>,
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    pub preset_id: Option<Option<PresetId>>,
    #[serde(
        default,
        deserialize_with = "present",
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
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    pub response: Option<Option<String>>,
    #[serde(
        default,
        deserialize_with = "present",
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
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    pub metadata: Option<Option<Metadata>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub pinned: Option<bool>,
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    pub preset_id: Option<Option<PresetId>>,
    /// This and what follows become null when somebody writes an answer in place of a model's.
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    pub llm_model: Option<Option<String>>,
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    pub llm_tokens: Option<Option<i64>>,
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    pub llm_cost: Option<Option<f64>>,
    #[serde(
        default,
        deserialize_with = "present",
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

/// An event as it leaves the server.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EventView {
    pub seq: i64,
    pub op: String,
    #[schema(value_type = Object)]
    pub data: Value,
    pub actor: ActorView,
    /// The client's own id for the operation.
    #[schema(required)]
    pub op_id: Option<OpId>,
    /// Nodes whose answers no longer rest on what their context is now.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stale: Vec<NodeId>,
    /// Nodes whose answers do so again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fresh: Vec<NodeId>,
    pub at: Timestamp,
}

/// How an event changed the staleness of nodes; their versions stay as they are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Staleness {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stale: Vec<NodeId>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fresh: Vec<NodeId>,
}

impl Staleness {
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.stale.is_empty() && self.fresh.is_empty()
    }

    /// Adds what a later change within the same event did. What that undoes was never so.
    pub fn then(&mut self, mut later: Self) {
        undo(&mut self.stale, &mut later.fresh);
        undo(&mut self.fresh, &mut later.stale);
        self.stale.append(&mut later.stale);
        self.fresh.append(&mut later.fresh);
    }

    /// Leaves out a node whose status the event itself says from here on: it is applied first.
    pub fn forget(&mut self, node: NodeId) {
        self.stale.retain(|known| *known != node);
        self.fresh.retain(|known| *known != node);
    }
}

fn undo(one: &mut Vec<NodeId>, other: &mut Vec<NodeId>) {
    if one.is_empty() || other.is_empty() {
        return;
    }
    let undone: HashSet<NodeId> = other.iter().copied().collect();
    let undone: HashSet<NodeId> = one.extract_if(.., |node| undone.contains(node)).collect();
    other.retain(|node| !undone.contains(node));
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ActorView {
    pub kind: ActorKind,
    /// Null for those who may not see members.
    #[schema(required)]
    pub id: Option<Uuid>,
    #[schema(required)]
    pub name: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct EventsView {
    pub epoch: Uuid,
    /// The number of the last change in the project, whether it is in this answer or not.
    pub head: i64,
    /// Contiguous, in order.
    pub events: Vec<EventView>,
}

/// Which events.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct EventsQuery {
    /// Those after this number.
    #[param(minimum = 0, default = 0)]
    pub after: Option<i64>,
    /// How many at most.
    #[param(minimum = 1, maximum = 1000, default = 200)]
    pub limit: Option<u64>,
}

/// What of an event someone may see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sight {
    pub system_prompt: bool,
    pub members: bool,
    pub costs: bool,
}

impl EventView {
    /// Takes out what `sight` does not cover. The number stays, so that the log has no gap.
    #[must_use]
    pub fn seen_with(mut self, sight: Sight) -> Self {
        if !sight.members {
            self.actor = ActorView {
                kind: self.actor.kind,
                id: None,
                name: None,
            };
        }
        redact(&self.op, &mut self.data, sight);
        self
    }
}

/// Takes out of an event's data what `sight` does not cover.
pub fn redact(op: &str, data: &mut Value, sight: Sight) {
    if op == "batch" {
        let inner = data.get_mut("ops").and_then(Value::as_array_mut);
        for event in inner.into_iter().flatten() {
            let op = event
                .get("op")
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned();
            if let Some(data) = event.get_mut("data") {
                redact(&op, data, sight);
            }
        }
        return;
    }
    let about_members = op.starts_with("member.") || op.starts_with("invitation.");
    if about_members && !sight.members {
        *data = Value::Object(serde_json::Map::new());
        return;
    }
    if op.starts_with("project.")
        && let Some(fields) = data.as_object_mut()
    {
        if !sight.system_prompt {
            fields.remove("systemPrompt");
        }
        if !sight.members {
            fields.remove("ownerId");
        }
    }
    if !sight.costs {
        hide_cost(data);
        if let Some(node) = data.get_mut("node") {
            hide_cost(node);
        }
        if op.starts_with("generation.")
            && let Some(fields) = data.as_object_mut()
        {
            fields.remove("llmCost");
            fields.remove("recipe");
        }
    }
}

fn hide_cost(node: &mut Value) {
    if let Some(cost) = node.get_mut("llmCost") {
        *cost = Value::Null;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONE: Sight = Sight {
        system_prompt: false,
        members: false,
        costs: false,
    };

    fn view(op: &str, data: Value) -> EventView {
        EventView {
            seq: 1,
            op: op.to_owned(),
            data,
            actor: ActorView {
                kind: ActorKind::User,
                id: Some(Uuid::nil()),
                name: Some("Ada".to_owned()),
            },
            op_id: None,
            stale: Vec::new(),
            fresh: Vec::new(),
            at: Timestamp(chrono::DateTime::UNIX_EPOCH),
        }
    }

    #[test]
    fn nobody_without_sight_reads_prompts_members_or_costs_even_inside_a_batch() {
        let data = serde_json::json!({ "ops": [
            { "op": "project.update", "data": { "version": 2, "systemPrompt": "secret", "ownerId": "x" } },
            { "op": "member.add", "data": { "userId": "u", "role": "ADMIN", "name": "Ada" } },
            { "op": "node.create", "data": { "id": "n", "llmCost": 1.5 } },
            { "op": "node.restore", "data": { "id": "n", "node": { "llmCost": 1.5 } } },
            { "op": "generation.end", "data": { "nodeId": "n", "llmCost": 1.5, "recipe": { "by": "u" } } },
        ]});

        let seen = view("batch", data).seen_with(NONE);

        insta::assert_json_snapshot!(seen, @r#"
        {
          "seq": 1,
          "op": "batch",
          "data": {
            "ops": [
              {
                "op": "project.update",
                "data": {
                  "version": 2
                }
              },
              {
                "op": "member.add",
                "data": {}
              },
              {
                "op": "node.create",
                "data": {
                  "id": "n",
                  "llmCost": null
                }
              },
              {
                "op": "node.restore",
                "data": {
                  "id": "n",
                  "node": {
                    "llmCost": null
                  }
                }
              },
              {
                "op": "generation.end",
                "data": {
                  "nodeId": "n"
                }
              }
            ]
          },
          "actor": {
            "kind": "USER",
            "id": null,
            "name": null
          },
          "opId": null,
          "at": "1970-01-01T00:00:00.000Z"
        }
        "#);
    }

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

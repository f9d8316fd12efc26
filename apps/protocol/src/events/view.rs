//! Events as they leave the server: numbered, with who did it, and no more than somebody may see.

use std::collections::HashSet;

use kernel::{ActorKind, NodeId, OpId};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::values::Timestamp;

pub const EVENTS_LIMIT_MAX: u64 = 1_000;

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
pub struct Visibility {
    pub system_prompt: bool,
    pub members: bool,
    pub costs: bool,
}

impl EventView {
    /// Takes out what `sight` does not cover. The number stays, so that the log has no gap.
    #[must_use]
    pub fn seen_with(mut self, visibility: Visibility) -> Self {
        if !visibility.members {
            self.actor = ActorView {
                kind: self.actor.kind,
                id: None,
                name: None,
            };
        }
        redact(&self.op, &mut self.data, visibility);
        self
    }
}

/// Takes out of an event's data what `sight` does not cover.
pub fn redact(op: &str, data: &mut Value, visibility: Visibility) {
    if op == "batch" {
        let inner = data.get_mut("ops").and_then(Value::as_array_mut);
        for event in inner.into_iter().flatten() {
            let op = event
                .get("op")
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned();
            if let Some(data) = event.get_mut("data") {
                redact(&op, data, visibility);
            }
        }
        return;
    }
    let about_members = op.starts_with("member.") || op.starts_with("invitation.");
    if about_members && !visibility.members {
        *data = Value::Object(serde_json::Map::new());
        return;
    }
    if op.starts_with("project.")
        && let Some(fields) = data.as_object_mut()
    {
        if !visibility.system_prompt {
            fields.remove("systemPrompt");
        }
        if !visibility.members {
            fields.remove("ownerId");
        }
    }
    if !visibility.costs {
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

    const NONE: Visibility = Visibility {
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
}

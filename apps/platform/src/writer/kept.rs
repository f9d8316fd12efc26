//! What of a change the audit keeps. Only fields that are named here are kept, so that no secret and nothing that
//! people or models wrote at length, such as a prompt, stands in two places: the log has the whole event.

use std::{borrow::Cow, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeSeed, IgnoredAny, MapAccess, Visitor},
};
use serde_json::{Map, Value, json, value::RawValue};

/// Of a batch so many parts are kept; of the others, how many they were.
const PARTS_KEPT_MAX: usize = 50;

/// The fields of an action that are kept. Of what is not named here, nothing is.
fn fields(action: &str) -> &'static [&'static str] {
    match action {
        "project.create" | "project.update" => &[
            "name",
            "isPublic",
            "isListed",
            "ownerId",
            "presetId",
            "model",
            "fallbackModels",
        ],
        "member.add" | "member.update" | "member.remove" => &["userId", "role"],
        "invitation.create" | "invitation.revoke" => &["id", "role"],
        "transfer.offer" => &["userId"],
        "node.create" | "node.delete" | "node.restore" => &["id"],
        "node.update" => &["id", "pinned", "presetId"],
        "edge.create" => &["id", "sourceId", "targetId", "policy"],
        "edge.update" => &["id", "policy"],
        "edge.delete" => &["id"],
        "generation.start" | "generation.end" | "generation.cancel" | "generation.select" => {
            &["nodeId", "generation", "state"]
        }
        "refresh.start" | "refresh.end" => &["refresh", "state"],
        "agent.add" | "agent.update" | "agent.remove" => {
            &["agentId", "name", "role", "mode", "paused"]
        }
        "task.start" | "task.update" | "task.cancel" | "task.end" => {
            &["taskId", "agentId", "nodeId", "status"]
        }
        "task.step" => &["taskId", "agentId", "number", "kind"],
        "schedule.create" | "schedule.update" | "schedule.delete" => {
            &["scheduleId", "agentId", "nodeId", "paused"]
        }
        "changeset.open" => &["id", "origin", "mode", "state"],
        "changeset.propose" | "changeset.accept" | "changeset.reject" | "changeset.revert" => {
            &["id"]
        }
        "user.update" => &["username", "firstName", "lastName", "language", "timezone"],
        "email.change_ask" | "email.change" => &["email"],
        "token.create" => &["name", "scopes", "expiresAt"],
        "preset.create" | "preset.update" => &["name"],
        _ => &[],
    }
}

/// Of an encoded event: what is kept of it, or of each of its parts. What is not kept is passed over without being
/// read into memory.
pub(super) fn of_event(action: &str, data: &str, is_batch: bool) -> Option<Value> {
    if !is_batch {
        return of_text(action, data);
    }
    let batch: Batch<'_> = serde_json::from_str(data).ok()?;
    let parts = batch.ops.iter().take(PARTS_KEPT_MAX);
    let mut kept: Vec<Value> = parts
        .map(|part| json!({"op": part.op, "data": of_text(&part.op, part.data.get())}))
        .collect();
    let more = batch.ops.len().saturating_sub(PARTS_KEPT_MAX);
    if more > 0 {
        kept.push(json!({"more": more}));
    }
    Some(json!({ "ops": kept }))
}

/// What parts of an event were before, by their places.
pub(super) fn of_parts(parts: &[(usize, &str, &Value)], is_batch: bool) -> Option<Value> {
    if !is_batch {
        let (_, action, was) = parts.first()?;
        return of_value(action, was);
    }
    let kept: Vec<Value> = parts
        .iter()
        .filter(|(place, _, _)| *place < PARTS_KEPT_MAX)
        .filter_map(|(_, action, was)| Some(json!({"op": action, "data": of_value(action, was)?})))
        .collect();
    (!kept.is_empty()).then(|| json!({ "ops": kept }))
}

/// Of values that a command gives.
pub(super) fn of_value(action: &str, values: &Value) -> Option<Value> {
    let values = values.as_object()?;
    let kept: Map<String, Value> = fields(action)
        .iter()
        .filter_map(|field| Some(((*field).to_owned(), values.get(*field)?.clone())))
        .collect();
    (!kept.is_empty()).then_some(Value::Object(kept))
}

fn of_text(action: &str, data: &str) -> Option<Value> {
    let fields = fields(action);
    if fields.is_empty() {
        return None;
    }
    let mut reader = serde_json::Deserializer::from_str(data);
    let kept = Pick(fields).deserialize(&mut reader).ok()?;
    (!kept.is_empty()).then_some(Value::Object(kept))
}

#[derive(Deserialize)]
struct Batch<'a> {
    #[serde(borrow)]
    ops: Vec<Part<'a>>,
}

#[derive(Deserialize)]
struct Part<'a> {
    #[serde(borrow)]
    op: Cow<'a, str>,
    #[serde(borrow)]
    data: &'a RawValue,
}

struct Pick(&'static [&'static str]);

impl<'de> DeserializeSeed<'de> for Pick {
    type Value = Map<String, Value>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Pick {
    type Value = Map<String, Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the data of an event")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut kept = Map::new();
        while let Some(key) = map.next_key::<String>()? {
            if self.0.contains(&key.as_str()) {
                kept.insert(key, map.next_value()?);
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(kept)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prompt_is_never_kept_and_a_name_is() {
        let node = r#"{"id":"n","prompt":"who?","response":"me","pinned":true}"#;
        assert_eq!(
            of_event("node.update", node, false),
            Some(json!({"id": "n", "pinned": true}))
        );
        let project = r#"{"version":2,"name":"P","systemPrompt":"be kind"}"#;
        assert_eq!(
            of_event("project.update", project, false),
            Some(json!({"name": "P"}))
        );
    }

    #[test]
    fn of_an_action_that_is_not_named_nothing_is_kept() {
        assert_eq!(of_event("secret.put", r#"{"name":"x"}"#, false), None);
        assert_eq!(of_value("password.change", &json!({"name": "x"})), None);
    }

    #[test]
    fn of_a_batch_each_part_is_kept_by_its_own_rule_and_no_more_than_a_record_holds() {
        let part = r#"{"op":"node.create","data":{"id":"n","prompt":"who?"}}"#;
        let many = vec![part; PARTS_KEPT_MAX + 2].join(",");
        let kept = of_event("batch", &format!(r#"{{"ops":[{many}]}}"#), true).unwrap();
        let kept = kept["ops"].as_array().unwrap();
        assert_eq!(kept.len(), PARTS_KEPT_MAX + 1);
        assert_eq!(kept[0], json!({"op": "node.create", "data": {"id": "n"}}));
        assert_eq!(kept[PARTS_KEPT_MAX], json!({"more": 2}));
    }
}

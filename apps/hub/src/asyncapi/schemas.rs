//! The schemas of frames, from the types that are read and written.

#![expect(
    clippy::indexing_slicing,
    reason = "what a JSON value lacks reads as null, and the values here are the same at every start"
)]

use std::collections::BTreeMap;

use platform::{feature::EventSpec, ops::OpSpec};
use protocol::{
    events::{Event, InvitationEvent, MemberEvent},
    frames::{ClientFrame, ServerFrame},
    ops::{Batch, OP_SCHEMA, op_schema},
};
use serde_json::{Map, Value, json};
use utoipa::{
    ToSchema,
    openapi::{RefOr, Schema},
};

use super::tables::{CLOSE_CODES, NACKS};

const SCHEMAS: &str = "#/components/schemas/";
/// The operation that holds others; it has no place in `Op`, which one batch holds many of.
const BATCH: &str = "batch";

/// What schemas refer to, by name.
pub(super) struct Schemas(Value);

/// One kind of frame.
pub(super) struct Message {
    /// Its name in the document: the same word may mean something else on the way back.
    pub(super) key: String,
    name: String,
    payload: Value,
}

impl Schemas {
    /// All that frames are made of.
    pub(super) fn new(ops: &[OpSpec], events: &[EventSpec]) -> Self {
        let mut schemas = Self(json!({}));
        schemas.add::<ClientFrame<'_>>();
        schemas.add::<ServerFrame<'_>>();
        schemas.add_ops(ops);
        schemas.add::<Batch>();
        schemas.add::<Event>();
        schemas.add_events(events);
        schemas.pair_operations();
        schemas.name_codes();
        schemas
    }

    /// The messages of one direction: the variants of an enum whose tag is `type`.
    pub(super) fn messages<T: ToSchema>(&self, side: &str, may_grow: bool) -> Vec<Message> {
        let variants = self.0[&*T::name()]["oneOf"].as_array();
        variants
            .into_iter()
            .flatten()
            .map(|variant| self.message(side, variant, may_grow))
            .collect()
    }

    fn message(&self, side: &str, variant: &Value, may_grow: bool) -> Message {
        let mut payload = self.merged(variant);
        let name = payload["properties"]["type"]["enum"][0].clone();
        let mut properties = Map::from_iter([("type".to_owned(), json!({"const": name}))]);
        if let Some(Value::Object(others)) = payload.get_mut("properties").map(Value::take) {
            properties.extend(others.into_iter().filter(|(name, _)| name != "type"));
        }
        payload["properties"] = Value::Object(properties);
        if !may_grow {
            payload["additionalProperties"] = json!(false);
        }
        let name = name.as_str().unwrap_or_default().to_owned();
        if name == "op" && !may_grow {
            let batch = pair(BATCH, json!({"$ref": reference::<Batch>()}));
            payload["oneOf"] = json!([{"$ref": op_reference()}, batch]);
        }
        Message {
            key: format!("{side}.{name}"),
            name,
            payload,
        }
    }

    /// One object in place of several that hold together.
    fn merged(&self, schema: &Value) -> Value {
        if let Some(name) = schema["$ref"]
            .as_str()
            .and_then(|at| at.strip_prefix(SCHEMAS))
        {
            return self
                .0
                .get(name)
                .map_or(Value::Null, |known| self.merged(known));
        }
        let Some(parts) = schema["allOf"].as_array() else {
            return schema.clone();
        };
        let (mut properties, mut required) = (Map::new(), Vec::new());
        let mut description = schema["description"].clone();
        for part in parts.iter().map(|part| self.merged(part)) {
            properties.extend(part["properties"].as_object().cloned().unwrap_or_default());
            required.extend(part["required"].as_array().cloned().unwrap_or_default());
            if description.is_null() {
                description = part["description"].clone();
            }
        }
        json!({
            "type": "object", "description": description,
            "required": required, "properties": properties,
        })
    }

    /// Takes in a type and everything it is made of.
    fn add<T: ToSchema>(&mut self) {
        let mut nested: Vec<(String, RefOr<Schema>)> = Vec::new();
        T::schemas(&mut nested);
        nested.push((T::name().into_owned(), T::schema()));
        self.take_in(nested);
    }

    fn take_in(&mut self, schemas: Vec<(String, RefOr<Schema>)>) {
        for (name, schema) in schemas {
            let schema = serde_json::to_value(schema).unwrap_or_default();
            if self.0.get(&name).is_none() {
                self.0[name] = schema;
            }
        }
    }

    /// Takes in what the features' operations are made of.
    fn add_ops(&mut self, ops: &[OpSpec]) {
        let mut nested = Vec::new();
        for op in ops {
            op.schemas(&mut nested);
        }
        let all = op_schema(ops.iter().map(|op| (op.word, op.schema_name())));
        nested.push((OP_SCHEMA.to_owned(), all));
        self.take_in(nested);
    }

    /// Puts the features' events beside the others.
    fn add_events(&mut self, families: &[EventSpec]) {
        let mut nested = Vec::new();
        for family in families {
            (family.schemas)(&mut nested);
            let schema = serde_json::to_value((family.family)()).unwrap_or_default();
            let events = schema["oneOf"].as_array().cloned().unwrap_or_default();
            if let Some(known) = self.0["Event"]["oneOf"].as_array_mut() {
                known.extend(events);
            }
        }
        self.take_in(nested);
    }

    /// Says which data belongs to which operation and event.
    fn pair_operations(&mut self) {
        let asked = self.pairs(OP_SCHEMA);
        let happened = self.pairs("Event");
        let answers: Vec<Value> = happened
            .iter()
            .filter(|(op, _)| asked.iter().any(|(asked, _)| asked == op))
            .map(|(_, data)| data.clone())
            .collect();
        let results = json!({
            "type": "object",
            "description": "For `batch`: what each operation's event holds, in their order.",
            "required": ["results"],
            "properties": {"results": {"type": "array", "items": {"anyOf": answers}}},
        });
        let data = answers.iter().cloned().chain([results]);
        self.0["Ack"]["properties"]["data"]["anyOf"] = data.collect();
        let events: Vec<Value> = happened
            .into_iter()
            .map(|(op, data)| pair(&op, as_seen(&op, data)))
            .collect();
        self.0["Event"]["oneOf"] = Value::Array(events);
        self.0["EventView"]["allOf"] = json!([{"$ref": reference::<Event>()}]);
        self.0["OpRequest"] = json!({
            "type": "object",
            "description": self.0["OpRequest"]["description"],
            "required": ["op", "data"],
            "properties": {
                "id": {"oneOf": [{"$ref": format!("{SCHEMAS}OpId")}, {"type": "null"}]},
                "op": {"type": "string"},
                "data": {"type": "object"},
            },
            "additionalProperties": false,
            "allOf": [{"$ref": op_reference()}],
        });
    }

    /// The words and data of an enum of operations.
    fn pairs(&self, name: &str) -> Vec<(String, Value)> {
        let variants = self.0[name]["oneOf"].as_array();
        variants
            .into_iter()
            .flatten()
            .filter_map(|variant| {
                let properties = &variant["properties"];
                let op = properties["op"]["enum"][0].as_str()?;
                Some((op.to_owned(), properties["data"].clone()))
            })
            .collect()
    }

    /// Says which codes there are.
    fn name_codes(&mut self) {
        let nacks: Vec<&str> = NACKS.iter().map(|(code, _)| *code).collect();
        self.0["Nack"]["properties"]["code"] = json!({
            "type": "string",
            "enum": nacks,
            "x-meanings": NACKS.iter().copied().collect::<Value>(),
        });
        let closes = CLOSE_CODES.iter().filter(|close| close.is_announced);
        let closes: Vec<u16> = closes.map(|close| close.code).collect();
        self.0["Closing"]["properties"]["code"] = json!({"type": "integer", "enum": closes});
    }

    /// Those that these messages refer to, and those that they refer to in turn.
    pub(super) fn referred_to(&self, messages: &Value) -> Value {
        let mut found = BTreeMap::new();
        let mut places = Vec::new();
        references(messages, &mut places);
        while let Some(name) = places.pop() {
            if let Some(schema) = self.0.get(name).filter(|_| !found.contains_key(name)) {
                references(schema, &mut places);
                found.insert(name, schema);
            }
        }
        json!(found)
    }
}

/// The names of the schemas that are referred to anywhere inside.
fn references<'a>(value: &'a Value, names: &mut Vec<&'a str>) {
    match value {
        Value::Object(fields) => {
            let place = fields.get("$ref").and_then(Value::as_str);
            names.extend(place.and_then(|place| place.strip_prefix(SCHEMAS)));
            for inner in fields.values() {
                references(inner, names);
            }
        }
        Value::Array(items) => items.iter().for_each(|inner| references(inner, names)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

impl Message {
    pub(super) fn document(&self, examples: &Map<String, Value>) -> Value {
        let summary = self.payload["description"].as_str().unwrap_or_default();
        let examples = examples.get(&self.key).and_then(Value::as_array);
        let examples = examples.into_iter().flatten();
        let examples: Vec<Value> = examples
            .map(|payload| json!({"payload": payload}))
            .collect();
        json!({
            "name": self.name,
            "summary": summary.replace('\n', " "),
            "payload": self.payload,
            "examples": examples,
        })
    }
}

fn reference<T: ToSchema>() -> String {
    format!("{SCHEMAS}{}", T::name())
}

fn op_reference() -> String {
    format!("{SCHEMAS}{OP_SCHEMA}")
}

fn pair(op: &str, data: Value) -> Value {
    json!({
        "type": "object",
        "required": ["op", "data"],
        "properties": {"op": {"const": op}, "data": data},
    })
}

/// Who may not see members gets nothing of what is about them.
fn as_seen(op: &str, data: Value) -> Value {
    if !MemberEvent::OPS.contains(&op) && !InvitationEvent::OPS.contains(&op) {
        return data;
    }
    json!({"anyOf": [data, {
        "type": "object",
        "maxProperties": 0,
        "description": "For those who may not see members.",
    }]})
}

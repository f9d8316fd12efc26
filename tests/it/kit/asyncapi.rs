//! Holds every frame against the document of the socket.
//!
//! Clients ignore what they do not know, so the document allows the server to send more than it
//! says. Here that is forbidden: what the server sends must be written down.

use std::{collections::BTreeMap, sync::LazyLock};

use jsonschema::{Draft, Validator};
use serde_json::{Map, Value, json};

/// What the feature of the tests says is written down as well.
static DOCUMENT: LazyLock<Value> = LazyLock::new(|| {
    let mut features = server::features::all();
    features.push(counters::feature());
    server::asyncapi_of(&features)
});
static VALIDATORS: LazyLock<BTreeMap<String, Validator>> = LazyLock::new(validators);

/// Which way a frame goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    FromClient,
    FromServer,
}

/// The name of a frame's message in the document, or why it is none.
pub(crate) fn message(way: Way, frame: &Value) -> Result<String, String> {
    let side = match way {
        Way::FromClient => "client",
        Way::FromServer => "server",
    };
    let kind = frame["type"].as_str().unwrap_or_default();
    let name = format!("{side}.{kind}");
    let validator = VALIDATORS
        .get(&name)
        .ok_or_else(|| format!("there is no message {name}: {frame}"))?;
    let faults: Vec<String> = validator
        .iter_errors(frame)
        .map(|fault| format!("{}: {fault}", fault.instance_path()))
        .collect();
    if faults.is_empty() {
        Ok(name)
    } else {
        Err(format!("{frame}\nis no {name}:\n{}", faults.join("\n")))
    }
}

/// The names of all messages in the product's document.
pub(crate) fn messages() -> Vec<String> {
    let document = server::asyncapi();
    let messages = fields(&document["components"]["messages"]);
    messages.keys().cloned().collect()
}

fn validators() -> BTreeMap<String, Validator> {
    let schemas = fields(&DOCUMENT["components"]["schemas"]).iter();
    let schemas: Map<String, Value> = schemas
        .map(|(name, schema)| (name.clone(), strict(schema, true)))
        .collect();
    let messages = fields(&DOCUMENT["components"]["messages"]).iter();
    messages
        .map(|(name, message)| {
            let mut schema = strict(&message["payload"], true);
            schema["components"] = json!({"schemas": schemas});
            let validator = jsonschema::options()
                .with_draft(Draft::Draft202012)
                .should_validate_formats(true)
                .build(&schema);
            let validator = validator.expect("the document holds schemas");
            (name.clone(), validator)
        })
        .collect()
}

/// The same schema, but for objects that hold nothing else. A part of an object is not whole:
/// beside it there may be other parts.
fn strict(schema: &Value, is_whole: bool) -> Value {
    let referred = schema["$ref"].as_str();
    let referred = referred.and_then(|place| place.strip_prefix("#/components/schemas/"));
    if let Some(name) = referred.filter(|_| !is_whole) {
        return strict(&DOCUMENT["components"]["schemas"][name], false);
    }
    let mut schema = schema.clone();
    let Value::Object(fields) = &mut schema else {
        return schema;
    };
    let is_object = fields.contains_key("properties") || fields.contains_key("allOf");
    for (name, inner) in fields.iter_mut() {
        match (name.as_str(), inner) {
            ("properties", Value::Object(properties)) => {
                for property in properties.values_mut() {
                    *property = strict(property, true);
                }
            }
            ("items", items) => *items = strict(items, true),
            ("allOf" | "oneOf" | "anyOf", Value::Array(parts)) => {
                for part in parts {
                    *part = strict(part, is_whole && !is_object);
                }
            }
            _ => {}
        }
    }
    if is_whole && is_object && !fields.contains_key("additionalProperties") {
        fields.insert("unevaluatedProperties".to_owned(), json!(false));
    }
    schema
}

fn fields(value: &Value) -> &Map<String, Value> {
    value.as_object().expect("an object")
}

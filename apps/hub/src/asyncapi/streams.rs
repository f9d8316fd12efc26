//! Streams of features in the document: those whose frames have no type of their own.

use platform::streams::StreamSource;
use serde_json::{Map, Value, json};

/// The messages with which a socket begins, where open streams are listed.
const BEGINNINGS: [&str; 2] = ["server.snapshot", "server.tail"];

/// The project of all examples.
const EXAMPLE_PROJECT: &str = "01a1fe10-0000-7000-8000-000000000001";

/// Adds the frames of streams that are not described otherwise; says which those are.
pub(super) fn add(
    messages: &mut Map<String, Value>,
    sources: &[StreamSource],
) -> Vec<&'static str> {
    let mut added = Vec::new();
    for source in sources {
        let key = format!("server.{}", source.frame);
        if messages.contains_key(&key) {
            continue;
        }
        messages.insert(key, piece(source.frame));
        for beginning in BEGINNINGS {
            let properties = messages
                .get_mut(beginning)
                .and_then(|message| message.pointer_mut("/payload/properties"))
                .and_then(Value::as_object_mut);
            if let Some(properties) = properties {
                properties.insert(source.list.to_owned(), list());
            }
        }
        added.push(source.frame);
    }
    added
}

fn piece(frame: &str) -> Value {
    json!({
        "name": frame,
        "summary": "A piece of a text that is being written.",
        "payload": {
            "type": "object",
            "required": ["type", "project", "chunk", "text"],
            "properties": {
                "type": {"const": frame},
                "project": {"$ref": "#/components/schemas/ProjectId"},
                "chunk": {"type": "integer", "minimum": 0},
                "from": {"type": "integer", "minimum": 0},
                "text": {"type": "string"},
            },
            "additionalProperties": true,
        },
        "examples": [{
            "payload": {"type": frame, "project": EXAMPLE_PROJECT, "chunk": 7, "text": "and therefore"},
        }],
    })
}

/// Each with what it is about.
fn list() -> Value {
    json!({
        "type": "array",
        "items": {
            "type": "object",
            "required": ["chunk", "text"],
            "properties": {
                "chunk": {"type": ["integer", "null"]},
                "text": {"type": "string"},
            },
            "additionalProperties": true,
        },
    })
}

//! The AsyncAPI document of the socket, made of the types that are read and written.

mod schemas;
mod streams;
mod tables;

use platform::{feature::EventSpec, ops::OpSpec, streams::StreamSource};
use protocol::frames::{ClientFrame, SUBPROTOCOL, ServerFrame};
use serde_json::{Map, Value, json};

use self::{
    schemas::Schemas,
    tables::{ANSWERS, TOLD},
};

const CHANNEL: &str = "#/channels/socket";
/// One for each message, under its name in the document.
const EXAMPLES: &str = include_str!("asyncapi/examples.json");

/// What the features bring that is said over sockets.
#[derive(Clone, Debug, Default)]
pub struct Brought {
    pub ops: Vec<OpSpec>,
    pub events: Vec<EventSpec>,
    pub streams: Vec<StreamSource>,
}

/// The document, as it is served and committed, for a socket at this address.
#[must_use]
pub fn asyncapi(address: &str, version: &str, brought: &Brought) -> Value {
    let schemas = Schemas::new(&brought.ops, &brought.events);
    let said = schemas.messages::<ClientFrame<'_>>("client", false);
    let heard = schemas.messages::<ServerFrame<'_>>("server", true);
    // What is not JSON has no examples, which a test would see.
    let examples: Map<String, Value> = serde_json::from_str(EXAMPLES).unwrap_or_default();
    let mut messages: Map<String, Value> = said
        .iter()
        .chain(&heard)
        .map(|message| (message.key.clone(), message.document(&examples)))
        .collect();
    let told = streams::add(&mut messages, &brought.streams);
    let channel = channel(address, messages.keys());
    let messages = Value::Object(messages);
    let schemas = schemas.referred_to(&messages);
    json!({
        "asyncapi": "3.0.0",
        "info": {
            "title": "NonLinear: the socket",
            "version": version,
            "description": include_str!("asyncapi/guide.md"),
            "license": {"name": "MIT OR Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "servers": {
            "plain": server("ws", "localhost:4000", "As it starts by itself."),
            "behindTls": server("wss", "nonlinear.example", "Behind a proxy that ends TLS."),
        },
        "channels": {"socket": channel},
        "operations": operations(&told),
        "components": {"messages": messages, "schemas": schemas},
    })
}

fn server(protocol: &str, host: &str, description: &str) -> Value {
    json!({
        "host": "{host}",
        "protocol": protocol,
        "description": description,
        "variables": {"host": {"default": host, "description": "Where the server is."}},
    })
}

fn channel<'a>(address: &str, messages: impl Iterator<Item = &'a String>) -> Value {
    let messages: Map<String, Value> = messages
        .map(|key| {
            (
                key.clone(),
                json!({"$ref": format!("#/components/messages/{key}")}),
            )
        })
        .collect();
    let protocol = json!({
        "type": "string", "const": SUBPROTOCOL,
        "description": "May be one of several in a list; the server answers with this one.",
    });
    json!({
        "address": address,
        "description": "One socket for any number of projects. Text frames, one JSON object each.",
        "messages": messages,
        "bindings": {"ws": {
            "method": "GET",
            "headers": {
                "type": "object",
                "required": ["Sec-WebSocket-Protocol"],
                "properties": {"Sec-WebSocket-Protocol": protocol},
            },
            "bindingVersion": "0.1.0",
        }},
        "x-limits": tables::limits(),
        "x-close-codes": tables::close_codes(),
    })
}

/// As the server sees them: it receives what clients say.
fn operations(streams: &[&str]) -> Value {
    let message =
        |side: &str, name: &str| json!({"$ref": format!("{CHANNEL}/messages/{side}.{name}")});
    let channel = json!({"$ref": CHANNEL});
    let mut operations: Map<String, Value> = ANSWERS
        .iter()
        .map(|(said, summary, answers)| {
            let answers: Vec<Value> = answers.iter().map(|name| message("server", name)).collect();
            let operation = json!({
                "action": "receive",
                "channel": channel,
                "summary": summary,
                "messages": [message("client", said)],
                "reply": {"channel": channel, "messages": answers},
            });
            ((*said).to_owned(), operation)
        })
        .collect();
    let told = TOLD.iter().chain(streams);
    let told: Vec<Value> = told.map(|name| message("server", name)).collect();
    let tell = json!({
        "action": "send",
        "channel": channel,
        "summary": "What comes without having been asked for, at any time.",
        "messages": told,
    });
    operations.insert("tell".to_owned(), tell);
    Value::Object(operations)
}

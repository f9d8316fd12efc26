//! Responses.

use axum::response::sse::Event;
use kernel::{Error, Result};
use protocol::generations::TokenCounts;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    ask::Wishes,
    chat::refuse_tools,
    messages::{Content, Message},
    model::Model,
    shape::{About, Shape, event, with},
};

const ID: &str = "resp_";

/// What is read of a request, as for chat completions.
#[derive(Debug, Deserialize)]
pub(super) struct ResponsesRequest {
    model: String,
    input: Input,
    #[serde(default)]
    instructions: Option<String>,
    #[serde(default)]
    previous_response_id: Option<String>,
    #[serde(default)]
    pub(super) stream: Option<bool>,
    #[serde(default)]
    temperature: Option<f64>,
    #[serde(default)]
    max_output_tokens: Option<u32>,
    #[serde(default)]
    tools: Option<Vec<Value>>,
    #[serde(default)]
    background: Option<bool>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Input {
    Text(String),
    Messages(Vec<Message>),
}

impl ResponsesRequest {
    /// The branch: that of the response before, which may have gone on from the model's node.
    pub(super) fn model(&self) -> Result<String> {
        let Some(before) = &self.previous_response_id else {
            return Ok(self.model.clone());
        };
        let node = before.strip_prefix(ID).and_then(|id| id.parse().ok());
        let unknown = || Error::NotFound("response: send the `id` of one that came from here");
        node.map(Model::name).ok_or_else(unknown)
    }

    pub(super) fn named_model(&self) -> String {
        self.model.clone()
    }

    pub(super) fn wishes(&self) -> Result<Wishes> {
        if self.background == Some(true) {
            let detail = "must be false: follow the node on the canvas instead";
            return Err(Error::invalid("/background", detail));
        }
        refuse_tools(self.tools.as_deref())?;
        Ok(Wishes {
            temperature: self.temperature,
            tokens_max: self.max_output_tokens,
        })
    }

    pub(super) fn messages(self) -> Vec<Message> {
        let message = |role: &str, text: String| Message {
            role: role.to_owned(),
            content: Some(Content::Text(text)),
            kind: None,
        };
        let instructions = self.instructions.filter(|text| !text.trim().is_empty());
        let mut messages: Vec<Message> = instructions
            .map(|text| message("system", text))
            .into_iter()
            .collect();
        match self.input {
            Input::Text(text) => messages.push(message("user", text)),
            Input::Messages(several) => messages.extend(several),
        }
        messages
    }
}

#[derive(Debug)]
pub(super) struct Responses {
    about: About,
    /// How many events were sent: each has its number.
    sent: u64,
}

impl Responses {
    pub(super) fn new(about: About) -> Self {
        Self { about, sent: 0 }
    }

    fn event(&mut self, kind: &str, fields: Value) -> Event {
        let mut data = json!({"type": kind, "sequence_number": self.sent});
        if let (Some(data), Value::Object(fields)) = (data.as_object_mut(), fields) {
            data.extend(fields);
        }
        self.sent += 1;
        event(Some(kind), &data)
    }

    /// The response as it stands.
    fn response(&self, status: &str, output: &Value, usage: &Value) -> Value {
        let About {
            model,
            node,
            created,
        } = &self.about;
        json!({
            "id": format!("{ID}{node}"), "object": "response", "created_at": created, "status": status,
            "model": model, "output": output, "usage": usage, "error": null,
            "incomplete_details": null, "instructions": null, "metadata": {"node": node.to_string()},
            "parallel_tool_calls": false, "tool_choice": "none", "tools": [],
        })
    }

    fn message(&self, status: &str, content: &Value) -> Value {
        let node = self.about.node;
        json!({
            "id": format!("msg_{node}"), "type": "message", "role": "assistant", "status": status,
            "content": content,
        })
    }

    /// Where the text stands in the output.
    fn at(&self) -> Value {
        let node = self.about.node;
        json!({"item_id": format!("msg_{node}"), "output_index": 0, "content_index": 0})
    }

    fn at_with(&self, name: &str, value: Value) -> Value {
        with(self.at(), name, value)
    }
}

fn text_part(text: &str) -> Value {
    json!({"type": "output_text", "text": text, "annotations": []})
}

impl Shape for Responses {
    fn begin(&mut self) -> Vec<Event> {
        let begun = self.response("in_progress", &json!([]), &Value::Null);
        let item = self.message("in_progress", &json!([]));
        let part = self.at_with("part", text_part(""));
        vec![
            self.event("response.created", json!({"response": begun})),
            self.event("response.in_progress", json!({"response": begun})),
            self.event(
                "response.output_item.added",
                json!({"output_index": 0, "item": item}),
            ),
            self.event("response.content_part.added", part),
        ]
    }

    fn words(&mut self, words: &str) -> Vec<Event> {
        let fields = with(self.at_with("delta", json!(words)), "logprobs", json!([]));
        vec![self.event("response.output_text.delta", fields)]
    }

    fn end(&mut self, text: &str, tokens: Option<TokenCounts>) -> Vec<Event> {
        let done = with(self.at_with("text", json!(text)), "logprobs", json!([]));
        let part = self.at_with("part", text_part(text));
        let item = self.message("completed", &json!([text_part(text)]));
        let whole = self.whole(text, tokens);
        vec![
            self.event("response.output_text.done", done),
            self.event("response.content_part.done", part),
            self.event(
                "response.output_item.done",
                json!({"output_index": 0, "item": item}),
            ),
            self.event("response.completed", json!({"response": whole})),
        ]
    }

    fn failed(&mut self, error: &Value) -> Vec<Event> {
        let failed = self.response("failed", &json!([]), &Value::Null);
        let message = error.pointer("/error/message");
        let error = json!({"code": "server_error", "message": message});
        let failed = with(failed, "error", error);
        vec![self.event("response.failed", json!({"response": failed}))]
    }

    fn whole(&self, text: &str, tokens: Option<TokenCounts>) -> Value {
        let output = json!([self.message("completed", &json!([text_part(text)]))]);
        self.response("completed", &output, &usage(tokens))
    }
}

fn usage(tokens: Option<TokenCounts>) -> Value {
    let Some(tokens) = tokens else {
        return Value::Null;
    };
    json!({
        "input_tokens": tokens.input, "input_tokens_details": {"cached_tokens": tokens.cached},
        "output_tokens": tokens.output, "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": tokens.input + tokens.output,
    })
}

//! Chat completions.

use axum::response::sse::Event;
use kernel::{Error, Result};
use protocol::generations::TokenCounts;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    ask::Wishes,
    messages::Message,
    shape::{About, Shape, event, with},
};

/// What is read of a request. Clients send more, which a branch has no use for; what would change the
/// form of the answer is refused.
#[derive(Debug, Deserialize)]
pub(super) struct ChatRequest {
    pub(super) model: String,
    pub(super) messages: Vec<Message>,
    #[serde(default)]
    pub(super) stream: Option<bool>,
    #[serde(default)]
    stream_options: Option<StreamOptions>,
    #[serde(default)]
    temperature: Option<f64>,
    #[serde(default)]
    max_tokens: Option<u32>,
    #[serde(default)]
    max_completion_tokens: Option<u32>,
    #[serde(default)]
    n: Option<u32>,
    #[serde(default)]
    tools: Option<Vec<Value>>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
struct StreamOptions {
    #[serde(default)]
    include_usage: Option<bool>,
}

impl ChatRequest {
    pub(super) fn wishes(&self) -> Result<Wishes> {
        if self.n.is_some_and(|n| n != 1) {
            return Err(Error::invalid("/n", "must be 1: a branch has one answer"));
        }
        refuse_tools(self.tools.as_deref())?;
        Ok(Wishes {
            temperature: self.temperature,
            tokens_max: self.max_completion_tokens.or(self.max_tokens),
        })
    }

    pub(super) fn wants_usage(&self) -> bool {
        let options = self.stream_options;
        options.and_then(|options| options.include_usage) == Some(true)
    }
}

pub(super) fn refuse_tools(tools: Option<&[Value]>) -> Result<()> {
    if tools.is_none_or(<[Value]>::is_empty) {
        return Ok(());
    }
    let detail = "must be left out: a branch answers in words";
    Err(Error::invalid("/tools", detail))
}

#[derive(Debug)]
pub(super) struct Chat {
    pub(super) about: About,
    pub(super) wants_usage: bool,
}

impl Chat {
    fn said(&self, object: &str, choices: &Value) -> Value {
        let About {
            model,
            node,
            created,
        } = &self.about;
        json!({
            "id": format!("chatcmpl-{node}"), "object": object, "created": created, "model": model,
            "system_fingerprint": format!("node:{node}"), "choices": choices,
        })
    }

    fn chunk(&self, delta: &Value, finish: Option<&str>) -> Event {
        let choices =
            json!([{"index": 0, "delta": delta, "logprobs": null, "finish_reason": finish}]);
        event(None, &self.said("chat.completion.chunk", &choices))
    }
}

impl Shape for Chat {
    fn begin(&mut self) -> Vec<Event> {
        vec![self.chunk(&json!({"role": "assistant", "content": ""}), None)]
    }

    fn words(&mut self, words: &str) -> Vec<Event> {
        vec![self.chunk(&json!({"content": words}), None)]
    }

    fn end(&mut self, _text: &str, tokens: Option<TokenCounts>) -> Vec<Event> {
        let mut events = vec![self.chunk(&json!({}), Some("stop"))];
        if self.wants_usage {
            let last = self.said("chat.completion.chunk", &json!([]));
            events.push(event(None, &with(last, "usage", usage(tokens))));
        }
        events.push(Event::default().data("[DONE]"));
        events
    }

    fn failed(&mut self, error: &Value) -> Vec<Event> {
        vec![event(None, error)]
    }

    fn whole(&self, text: &str, tokens: Option<TokenCounts>) -> Value {
        let message = json!({"role": "assistant", "content": text, "refusal": null});
        let choices =
            json!([{"index": 0, "message": message, "logprobs": null, "finish_reason": "stop"}]);
        with(
            self.said("chat.completion", &choices),
            "usage",
            usage(tokens),
        )
    }
}

fn usage(tokens: Option<TokenCounts>) -> Value {
    let Some(tokens) = tokens else {
        return Value::Null;
    };
    json!({
        "prompt_tokens": tokens.input, "completion_tokens": tokens.output,
        "total_tokens": tokens.input + tokens.output,
        "prompt_tokens_details": {"cached_tokens": tokens.cached},
    })
}

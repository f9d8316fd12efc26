//! The JSON of chat completions: as little of it as is needed, since every provider adds its own.

use serde::{Deserialize, Deserializer, Serialize, de::IgnoredAny};
use serde_json::Value;

use crate::providers::{
    failure::Said,
    prompt::{FinishReason, Message, Prompt, ToolCall, ToolSpec, Usage},
};

#[derive(Serialize)]
pub(super) struct Request<'a> {
    model: &'a str,
    messages: Vec<Spoken<'a>>,
    // With its own types async-openai leaves these to us, and without `stream` there is silence.
    stream: bool,
    stream_options: StreamOptions,
    #[serde(skip_serializing_if = "Option::is_none")]
    temperature: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    top_p: Option<f64>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tools: Vec<OfferedTool<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_tokens: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_completion_tokens: Option<u32>,
}

#[derive(Serialize)]
struct Spoken<'a> {
    role: &'static str,
    content: SpokenContent<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tool_calls: Vec<SpokenCall<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tool_call_id: Option<&'a str>,
}

/// Words alone, as every provider takes them, or words and pictures.
#[derive(Serialize)]
#[serde(untagged)]
enum SpokenContent<'a> {
    Words(&'a str),
    Parts(Vec<SpokenPart<'a>>),
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum SpokenPart<'a> {
    Text { text: &'a str },
    ImageUrl { image_url: ImageUrl<'a> },
}

#[derive(Serialize)]
struct ImageUrl<'a> {
    url: &'a str,
}

impl<'a> SpokenContent<'a> {
    fn of(message: &'a Message) -> Self {
        let shown = message.pictures.iter();
        let shown = shown.filter_map(|picture| picture.data.as_deref());
        let pictures: Vec<SpokenPart<'a>> = shown
            .map(|url| SpokenPart::ImageUrl {
                image_url: ImageUrl { url },
            })
            .collect();
        if pictures.is_empty() {
            return Self::Words(&message.content);
        }
        let words = SpokenPart::Text {
            text: &message.content,
        };
        Self::Parts(std::iter::once(words).chain(pictures).collect())
    }
}

#[derive(Serialize)]
struct SpokenCall<'a> {
    id: &'a str,
    r#type: &'static str,
    function: SpokenFunction<'a>,
}

#[derive(Serialize)]
struct SpokenFunction<'a> {
    name: &'a str,
    arguments: &'a str,
}

#[derive(Serialize)]
struct OfferedTool<'a> {
    r#type: &'static str,
    function: OfferedFunction<'a>,
}

#[derive(Serialize)]
struct OfferedFunction<'a> {
    name: &'a str,
    description: &'a str,
    parameters: &'a Value,
}

const FUNCTION: &str = "function";

impl<'a> Spoken<'a> {
    fn of(message: &'a Message) -> Self {
        let call = |call: &'a ToolCall| SpokenCall {
            id: &call.id,
            r#type: FUNCTION,
            function: SpokenFunction {
                name: &call.name,
                arguments: &call.arguments,
            },
        };
        Self {
            role: match message.result_of {
                Some(_) => "tool",
                None => message.role.word(),
            },
            content: SpokenContent::of(message),
            tool_calls: message.calls.iter().map(call).collect(),
            tool_call_id: message.result_of.as_deref(),
        }
    }
}

impl<'a> OfferedTool<'a> {
    fn of(tool: &'a ToolSpec) -> Self {
        Self {
            r#type: FUNCTION,
            function: OfferedFunction {
                name: &tool.name,
                description: &tool.description,
                parameters: &tool.parameters,
            },
        }
    }
}

#[derive(Serialize)]
struct StreamOptions {
    include_usage: bool,
}

/// How a provider wants some things said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// OpenAI itself, whose newer models refuse `max_tokens`.
    OpenAi,
    /// Everybody else, of whom many know nothing but that.
    Compatible,
}

impl<'a> Request<'a> {
    pub(super) fn new(
        model: &'a str,
        dialect: Dialect,
        takes_temperature: bool,
        prompt: &'a Prompt,
    ) -> Self {
        let max_tokens = Some(prompt.max_tokens);
        let (max_tokens, max_completion_tokens) = match dialect {
            Dialect::OpenAi => (None, max_tokens),
            Dialect::Compatible => (max_tokens, None),
        };
        Self {
            model,
            messages: prompt.messages.iter().map(Spoken::of).collect(),
            stream: true,
            stream_options: StreamOptions {
                include_usage: true,
            },
            temperature: prompt.temperature.filter(|_| takes_temperature),
            top_p: prompt.top_p.filter(|_| takes_temperature),
            tools: prompt.tools.iter().map(OfferedTool::of).collect(),
            max_tokens,
            max_completion_tokens,
        }
    }
}

/// One event of the stream. Whatever is missing or unknown is passed over.
#[derive(Debug, Deserialize)]
pub(super) struct Chunk {
    #[serde(default, deserialize_with = "nullable")]
    pub(super) choices: Vec<Choice>,
    #[serde(default)]
    usage: Option<Counts>,
    #[serde(default, deserialize_with = "error")]
    pub(super) error: Option<Said>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Choice {
    #[serde(default, deserialize_with = "nullable")]
    delta: Delta,
    #[serde(default)]
    finish_reason: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
struct Delta {
    #[serde(default)]
    content: Option<Content>,
    /// Why the model will not say it: to people that is the answer.
    #[serde(default)]
    refusal: Option<String>,
    #[serde(default, deserialize_with = "nullable")]
    tool_calls: Vec<CallPart>,
}

/// A part of a call of a tool. The first has its id and name, all have some of its arguments.
#[derive(Debug, Deserialize)]
pub(super) struct CallPart {
    #[serde(default)]
    pub(super) index: Option<usize>,
    #[serde(default)]
    pub(super) id: Option<String>,
    #[serde(default, deserialize_with = "nullable")]
    pub(super) function: FunctionPart,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct FunctionPart {
    #[serde(default)]
    pub(super) name: Option<String>,
    #[serde(default)]
    pub(super) arguments: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Content {
    Text(String),
    Parts(Vec<Part>),
    Other(IgnoredAny),
}

#[derive(Debug, Deserialize)]
struct Part {
    #[serde(default)]
    text: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Counts {
    #[serde(default, deserialize_with = "nullable")]
    prompt_tokens: u32,
    #[serde(default, deserialize_with = "nullable")]
    completion_tokens: u32,
    #[serde(default, deserialize_with = "nullable")]
    prompt_tokens_details: Details,
}

#[derive(Debug, Default, Deserialize)]
struct Details {
    #[serde(default, deserialize_with = "nullable")]
    cached_tokens: u32,
}

impl Chunk {
    pub(super) fn usage(&self) -> Option<Usage> {
        let counts = self.usage.as_ref()?;
        Some(Usage {
            input: counts.prompt_tokens,
            // More than there were in all would make a price negative.
            cached: counts
                .prompt_tokens_details
                .cached_tokens
                .min(counts.prompt_tokens),
            output: counts.completion_tokens,
        })
    }
}

impl Choice {
    pub(super) fn finish(&self) -> Option<FinishReason> {
        let reason = match self.finish_reason.as_deref()? {
            // Some send this with every piece.
            "" => return None,
            "stop" | "eos" => FinishReason::Stop,
            "tool_calls" | "function_call" => FinishReason::Calls,
            "length" => FinishReason::Length,
            "content_filter" => FinishReason::ContentFilter,
            _ => FinishReason::Other,
        };
        Some(reason)
    }

    pub(super) fn take_calls(&mut self) -> Vec<CallPart> {
        std::mem::take(&mut self.delta.tool_calls)
    }

    pub(super) fn text(self) -> String {
        let mut text = match self.delta.content {
            Some(Content::Text(text)) => text,
            Some(Content::Parts(parts)) => parts.into_iter().filter_map(|part| part.text).collect(),
            Some(Content::Other(_)) | None => String::new(),
        };
        text.push_str(&self.delta.refusal.unwrap_or_default());
        text
    }
}

/// `null` where providers mean "nothing".
fn nullable<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(
    deserializer: D,
) -> Result<T, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

/// An error is one in whatever form it comes.
fn error<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Said>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Form {
        Object(Said),
        Other(IgnoredAny),
    }
    Ok(Option::deserialize(deserializer)?.map(|form| match form {
        Form::Object(said) => said,
        Form::Other(_) => Said::default(),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunk(json: &str) -> Chunk {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn chunks_of_all_sorts_are_read() {
        let text =
            |json: &str| -> String { chunk(json).choices.into_iter().map(Choice::text).collect() };

        assert_eq!(
            text(r#"{"choices":[{"delta":{"content":"Hi","role":"assistant"}}]}"#),
            "Hi"
        );
        assert_eq!(
            text(r#"{"id":null,"choices":[{"delta":{"content":null}}],"x":1}"#),
            ""
        );
        assert_eq!(
            text(
                r#"{"choices":[{"delta":{"content":[{"type":"text","text":"a"},{"type":"thinking"}]}}]}"#
            ),
            "a"
        );
        assert_eq!(text(r#"{"choices":[{"delta":{"refusal":"No."}}]}"#), "No.");
        assert_eq!(text(r#"{"choices":[{"delta":{"content":7}}]}"#), "");
        assert_eq!(text(r#"{"choices":null}"#), "");
        assert!(chunk(r#"{"error":"x"}"#).error.is_some());
        assert!(chunk(r#"{"error":null,"choices":[]}"#).error.is_none());
        let finish = |json: &str| chunk(json).choices[0].finish();
        assert_eq!(
            finish(r#"{"choices":[{"delta":{},"finish_reason":"length"}]}"#),
            Some(FinishReason::Length)
        );
        assert_eq!(finish(r#"{"choices":[{"finish_reason":null}]}"#), None);
    }

    #[test]
    fn more_cached_than_sent_is_not_believed() {
        let usage = chunk(r#"{"choices":[],"usage":{"prompt_tokens":10,"completion_tokens":2,"prompt_tokens_details":{"cached_tokens":99}}}"#).usage();
        assert_eq!(
            usage,
            Some(Usage {
                input: 10,
                cached: 10,
                output: 2
            })
        );
        let usage = chunk(r#"{"usage":{"prompt_tokens":10,"prompt_tokens_details":null}}"#).usage();
        assert_eq!(
            usage,
            Some(Usage {
                input: 10,
                cached: 0,
                output: 0
            })
        );
    }
}

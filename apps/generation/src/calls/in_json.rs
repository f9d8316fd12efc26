//! Tools for models that cannot be offered any: they are told of them in words, and ask for one in JSON.

use protocol::context::MessageRole;
use serde::Deserialize;
use serde_json::{Value, json};

use super::turn::Turn;
use crate::providers::{Message, ToolCall, ToolSpec};

/// What such a model writes to use a tool.
#[derive(Deserialize)]
struct Asked {
    tool: String,
    #[serde(default)]
    arguments: Value,
    #[serde(default)]
    say: String,
}

/// The same conversation without roles that such models do not know.
pub(super) fn messages(turns: &[Turn], tools: &[ToolSpec]) -> Vec<Message> {
    let rules = Message::new(MessageRole::System, rules(tools));
    let said = turns.iter().map(|turn| match turn {
        Turn::System(text) => Message::new(MessageRole::System, text.as_str()),
        Turn::Person(text) => Message::new(MessageRole::User, text.as_str()),
        Turn::Model { text, calls } => {
            let asked = calls.iter().map(|call| {
                let arguments: Value = serde_json::from_str(&call.arguments).unwrap_or_default();
                json!({"tool": call.name, "arguments": arguments}).to_string()
            });
            let parts: Vec<String> = std::iter::once(text.clone())
                .filter(|text| !text.is_empty())
                .chain(asked)
                .collect();
            Message::new(MessageRole::Assistant, parts.join("\n"))
        }
        Turn::Result { text, .. } => {
            Message::new(MessageRole::User, format!("The tool's result:\n{text}"))
        }
    });
    // Instructions come first, whoever wrote them.
    let (system, rest): (Vec<_>, Vec<_>) = said.partition(|said| said.role == MessageRole::System);
    system.into_iter().chain([rules]).chain(rest).collect()
}

fn rules(tools: &[ToolSpec]) -> String {
    let listed: Vec<String> = tools
        .iter()
        .map(|tool| {
            format!(
                "- {}: {} Arguments, as a JSON schema: {}",
                tool.name, tool.description, tool.parameters
            )
        })
        .collect();
    format!(
        "You can use tools, one at a time. To use one, answer with nothing but one JSON object such as \
         {{\"tool\": \"name\", \"arguments\": {{}}}}; its result comes with the next message. To end, answer \
         in plain text.\n\nThe tools:\n{}",
        listed.join("\n")
    )
}

/// The tool that an answer asks for, if it does; otherwise it is a text.
pub(super) fn read(text: String) -> (String, Vec<ToolCall>) {
    let bare = text.trim();
    let bare = bare
        .strip_prefix("```json")
        .or_else(|| bare.strip_prefix("```"))
        .and_then(|rest| rest.strip_suffix("```"))
        .unwrap_or(bare)
        .trim();
    match serde_json::from_str::<Asked>(bare) {
        Ok(asked) => {
            let call = ToolCall {
                id: "call_0".to_owned(),
                name: asked.tool,
                arguments: asked.arguments.to_string(),
            };
            (asked.say, vec![call])
        }
        Err(_) => (text, Vec::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_that_names_a_tool_is_a_call_and_all_else_is_text() {
        for form in [
            r#"{"tool": "look", "arguments": {"x": 1}}"#,
            "```json\n{\"tool\": \"look\", \"arguments\": {\"x\": 1}}\n```",
        ] {
            let (text, calls) = read(form.to_owned());
            assert_eq!(text, "");
            assert_eq!(calls.len(), 1);
            assert_eq!(calls[0].name, "look");
            assert_eq!(calls[0].arguments, r#"{"x":1}"#);
        }
        for text in ["Done.", r#"{"tool": 1}"#, r#"{"tool": "look""#] {
            assert_eq!(read(text.to_owned()), (text.to_owned(), Vec::new()));
        }
    }
}

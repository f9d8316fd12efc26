//! Tools for models that cannot be offered any: they are told of them in words, and ask for one in JSON.

use protocol::context::MessageRole;
use serde::Deserialize;
use serde_json::{Value, json};

use super::turn::Turn;
use crate::providers::{Message, ToolCall, ToolSpec};

/// The field that says which tool is meant.
const TOOL: &str = "\"tool\"";
/// As long as the name of a tool may be.
const NAME_CHARS_MAX: usize = 64;
/// What a tool is called of which nobody knows which one it is.
const UNNAMED: &str = "unnamed";

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
        Ok(asked) => (
            asked.say,
            vec![call(asked.tool, asked.arguments.to_string())],
        ),
        // What cannot be carried out is told to the model, who would otherwise have ended with it.
        Err(_) if bare.starts_with('{') && bare.contains(TOOL) => {
            (String::new(), vec![call(named(bare), bare.to_owned())])
        }
        Err(_) => (text, Vec::new()),
    }
}

fn call(name: String, arguments: String) -> ToolCall {
    ToolCall {
        id: "call_0".to_owned(),
        name,
        arguments,
    }
}

/// The tool that was meant, as far as it can be seen.
fn named(half: &str) -> String {
    let after = half.split_once(TOOL).map_or("", |(_, after)| after);
    let name = after.split('"').nth(1).unwrap_or_default();
    let name: String = name.chars().take(NAME_CHARS_MAX).collect();
    if name.is_empty() {
        UNNAMED.to_owned()
    } else {
        name
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
        for text in ["Done.", r#"{"x": 1}"#, r#"A "tool" is {"x""#] {
            assert_eq!(read(text.to_owned()), (text.to_owned(), Vec::new()));
        }
    }

    #[test]
    fn half_an_object_is_a_call_that_cannot_be_carried_out_and_no_text() {
        for (half, name) in [
            (r#"{"tool": "look", "arguments": {"x": "#, "look"),
            (r#"{"tool": "look"#, "look"),
            (r#"{"tool": 1}"#, "unnamed"),
        ] {
            let (text, calls) = read(half.to_owned());
            assert_eq!(text, "");
            assert_eq!(calls[0].name, name);
            assert_eq!(calls[0].arguments, half.trim());
        }
    }
}

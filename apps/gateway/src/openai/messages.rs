//! Messages of a request, as turns of a branch.

use kernel::{Error, Result};
use serde::Deserialize;

/// How many turns before its question one request may hold.
const TURNS_MAX: usize = 200;

#[derive(Debug, Deserialize)]
pub(super) struct Message {
    pub(super) role: String,
    #[serde(default)]
    pub(super) content: Option<Content>,
    #[serde(default, rename = "type")]
    pub(super) kind: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Content {
    Text(String),
    Parts(Vec<Part>),
}

#[derive(Debug, Deserialize)]
pub(super) struct Part {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    text: Option<String>,
}

/// A prompt, and what was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Turn {
    pub(super) prompt: String,
    pub(super) answer: Option<String>,
    /// Whether it tells the model how to answer, and asks nothing.
    pub(super) is_instruction: bool,
}

/// What a request asks, and what it says came before.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Conversation {
    pub(super) before: Vec<Turn>,
    pub(super) question: String,
}

pub(super) fn read(messages: Vec<Message>, field: &str) -> Result<Conversation> {
    let mut before: Vec<Turn> = Vec::new();
    for (index, message) in messages.into_iter().enumerate() {
        let at = format!("/{field}/{index}");
        if message
            .kind
            .as_deref()
            .is_some_and(|kind| kind != "message")
        {
            return Err(Error::invalid(
                at,
                "only messages are taken, with text in them",
            ));
        }
        let text = text(message.content, &at)?;
        match message.role.as_str() {
            "system" | "developer" => before.push(said(text, true)),
            "user" => before.push(said(text, false)),
            "assistant" => answered(&mut before, text),
            _ => {
                let detail = "must be `system`, `developer`, `user` or `assistant`";
                return Err(Error::invalid(format!("{at}/role"), detail));
            }
        }
    }
    let question = before.pop();
    let question = question.filter(|turn| !turn.is_instruction && turn.answer.is_none());
    let question = question.ok_or_else(|| {
        let detail = "must end with a message of the user: that is what the branch is asked";
        Error::invalid(format!("/{field}"), detail)
    })?;
    if before.len() > TURNS_MAX {
        let detail = format!("may hold {TURNS_MAX} turns before the question");
        return Err(Error::invalid(format!("/{field}"), detail));
    }
    Ok(Conversation {
        before,
        question: question.prompt,
    })
}

fn said(prompt: String, is_instruction: bool) -> Turn {
    Turn {
        prompt,
        answer: None,
        is_instruction,
    }
}

fn answered(before: &mut Vec<Turn>, answer: String) {
    match before.last_mut() {
        Some(turn) if turn.answer.is_none() && !turn.is_instruction => turn.answer = Some(answer),
        // Nobody asked for it.
        _ => before.push(Turn {
            prompt: String::new(),
            answer: Some(answer),
            is_instruction: false,
        }),
    }
}

fn text(content: Option<Content>, at: &str) -> Result<String> {
    match content {
        None => Ok(String::new()),
        Some(Content::Text(text)) => Ok(text),
        Some(Content::Parts(parts)) => parts
            .into_iter()
            .enumerate()
            .map(|(index, part)| match (part.kind.as_str(), part.text) {
                ("text" | "input_text" | "output_text", Some(text)) => Ok(text),
                _ => Err(Error::invalid(
                    format!("{at}/content/{index}"),
                    "must be text: a branch takes no other parts",
                )),
            })
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn conversation(messages: Value) -> Result<Conversation> {
        read(
            serde_json::from_value(messages).expect("messages"),
            "messages",
        )
    }

    fn turn(prompt: &str, answer: Option<&str>, is_instruction: bool) -> Turn {
        Turn {
            prompt: prompt.to_owned(),
            answer: answer.map(str::to_owned),
            is_instruction,
        }
    }

    #[test]
    fn questions_and_answers_are_turns_and_the_last_question_is_what_is_asked() {
        let read = conversation(json!([
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": "One?"},
            {"role": "assistant", "content": [{"type": "text", "text": "1"}]},
            {"role": "user", "content": [{"type": "text", "text": "And "}, {"type": "text", "text": "two?"}]},
        ]));

        let read = read.expect("a conversation");
        assert_eq!(read.question, "And two?");
        let before = [
            turn("Be brief.", None, true),
            turn("One?", Some("1"), false),
        ];
        assert_eq!(read.before, before);
    }

    #[test]
    fn what_asks_nothing_is_no_text_or_has_no_known_role_is_refused_where_it_stands() {
        for (messages, pointer) in [
            (json!([]), "/messages"),
            (
                json!([{"role": "system", "content": "Be brief."}]),
                "/messages",
            ),
            (
                json!([{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]),
                "/messages",
            ),
            (
                json!([{"role": "tool", "content": "a"}]),
                "/messages/0/role",
            ),
            (
                json!([{"role": "user", "content": [{"type": "image_url"}]}]),
                "/messages/0/content/0",
            ),
            (
                json!([{"type": "function_call", "role": "user", "content": "a"}]),
                "/messages/0",
            ),
        ] {
            let refused = conversation(messages).expect_err("a refusal").at_fault();
            assert_eq!(refused[0].pointer, pointer);
        }
    }
}

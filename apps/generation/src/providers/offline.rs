//! The model that is always there. It understands nothing and says so, but it streams, it depends on
//! what it was sent and on nothing else, and it needs no network.

use std::time::Duration;

use tokio::time::sleep;

use kernel::tokens;
use protocol::context::MessageRole;

use super::prompt::{FinishReason, Message, Prompt, Usage};

/// How much of the question is quoted.
const QUOTED_CHARS_MAX: usize = 280;

/// An answer on its way.
#[derive(Debug)]
pub(crate) struct Reply {
    text: String,
    said: usize,
    word: Duration,
    finish: FinishReason,
    usage: Usage,
}

impl Reply {
    pub(crate) fn new(prompt: &Prompt, word: Duration) -> Self {
        let (text, finish) = shortened(answer(&prompt.messages), prompt.max_tokens);
        Self {
            usage: Usage {
                input: prompt.estimate(),
                cached: 0,
                output: tokens::estimate(&text),
            },
            text,
            said: 0,
            word,
            finish,
        }
    }

    /// The next word, or `None` when all is said.
    pub(crate) async fn next(&mut self) -> Option<String> {
        let rest = self.text.get(self.said..).filter(|rest| !rest.is_empty())?;
        let word = rest.split_inclusive(char::is_whitespace).next()?.to_owned();
        if !self.word.is_zero() {
            sleep(self.word).await;
        }
        self.said += word.len();
        Some(word)
    }

    pub(crate) fn finish(&self) -> FinishReason {
        self.finish
    }

    pub(crate) fn usage(&self) -> Usage {
        self.usage
    }
}

fn answer(messages: &[Message]) -> String {
    let question = messages
        .iter()
        .rposition(|message| message.role == MessageRole::User);
    let asked = question.and_then(|place| messages.get(place));
    let count = |role| {
        let others = messages.iter().enumerate();
        others
            .filter(|(place, message)| Some(*place) != question && message.role == role)
            .count()
    };
    let (instructions, prompts, answers) = (
        count(MessageRole::System),
        count(MessageRole::User),
        count(MessageRole::Assistant),
    );
    let quoted = quoted(asked.map_or("", |message| &message.content));
    format!(
        "## Offline answer\n\n\
         This is the offline model: no provider is set up, so nothing here was thought about.\n\n\
         > {quoted}\n\n\
         I saw {all} context messages before that:\n\n\
         - {instructions} with instructions\n\
         - {prompts} with earlier prompts\n\
         - {answers} with earlier answers\n\n\
         Set `OPENAI_API_KEY` or `OPENAI_BASE_URL` to hear from a real model.\n",
        all = instructions + prompts + answers,
    )
}

/// The beginning of a text on one line.
fn quoted(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(QUOTED_CHARS_MAX) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
        None => line,
    }
}

/// As many words as the tokens allow.
fn shortened(text: String, max_tokens: u32) -> (String, FinishReason) {
    if tokens::estimate(&text) <= max_tokens {
        return (text, FinishReason::Stop);
    }
    let mut kept = String::new();
    for word in text.split_inclusive(char::is_whitespace) {
        let longer = format!("{kept}{word}");
        if tokens::estimate(&longer) > max_tokens {
            break;
        }
        kept = longer;
    }
    (kept, FinishReason::Length)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prompt(question: &str, max_tokens: u32) -> Prompt {
        let message = |role, content: &str| Message::new(role, content);
        Prompt {
            messages: [
                message(MessageRole::System, "Be brief."),
                message(MessageRole::User, "And before?"),
                message(MessageRole::Assistant, "Nothing."),
                message(MessageRole::User, question),
            ]
            .into(),
            temperature: None,
            top_p: None,
            tools: [].into(),
            max_tokens,
        }
    }

    async fn said(mut reply: Reply) -> (String, FinishReason) {
        let mut said = String::new();
        while let Some(word) = reply.next().await {
            said.push_str(&word);
        }
        (said, reply.finish())
    }

    #[tokio::test]
    async fn it_answers_the_same_to_the_same_and_says_what_it_is() {
        let (once, finish) = said(Reply::new(&prompt("Why\nso?", 4_000), Duration::ZERO)).await;
        let (again, _) = said(Reply::new(&prompt("Why\nso?", 4_000), Duration::ZERO)).await;

        assert_eq!(once, again);
        assert_eq!(finish, FinishReason::Stop);
        assert!(once.contains("> Why so?") && once.contains("offline model"));
        assert!(once.contains("I saw 3 context messages"));
    }

    #[tokio::test]
    async fn it_keeps_to_the_tokens_it_may_use() {
        let reply = Reply::new(&prompt("Why?", 20), Duration::ZERO);
        assert!(reply.usage().output <= 20);
        let (said, finish) = said(reply).await;
        assert_eq!(finish, FinishReason::Length);
        assert!(said.starts_with("## Offline answer"));
    }
}

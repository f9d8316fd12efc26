//! The words of a follow-up: what is quoted, and where it stood.

use kernel::{Error, NodeId, Result};
use protocol::{Metadata, Prompt, values::QuotedText};
use serde_json::json;

/// The question, after what it quotes.
pub(super) fn prompt(quote: Option<&QuotedText>, question: Prompt) -> Result<Prompt> {
    let Some(quote) = quote else {
        return Ok(question);
    };
    let quoted: Vec<String> = quote
        .as_str()
        .lines()
        .map(|line| format!("> {line}"))
        .collect();
    let text = format!("{}\n\n{}", quoted.join("\n"), question.as_str());
    Prompt::try_from(text)
        .map_err(|detail| Error::invalid("/quote", format!("with the question, {detail}")))
}

/// Where the quoted words stood, if they stand in the answer as they are.
pub(super) fn metadata(
    quote: Option<&QuotedText>,
    node: NodeId,
    answer: Option<&str>,
) -> Result<Option<Metadata>> {
    let Some(quote) = quote else { return Ok(None) };
    let quote = quote.as_str();
    let begin = answer.and_then(|answer| {
        let (before, _) = answer.split_once(quote)?;
        Some(before.chars().count())
    });
    let mut said = json!({"nodeId": node, "text": quote});
    if let (Some(begin), Some(said)) = (begin, said.as_object_mut()) {
        said.insert("begin".to_owned(), json!(begin));
    }
    let map = serde_json::Map::from_iter([("quote".to_owned(), said)]);
    let metadata = Metadata::try_from(map);
    metadata
        .map(Some)
        .map_err(|detail| Error::invalid("/quote", detail))
}

//! What comes of using a tool, in words that a model can go on with.

use kernel::{Error, NodeId, Result};
use serde_json::Value;

/// What a model is told of one call; the rest is cut.
pub const RESULT_BYTES_MAX: usize = 32 * 1024;
const CUT: &str = "\n[Cut here: the result was longer. Ask for less at once.]";

/// What came of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// What the model reads.
    pub text: String,
    /// The node that was looked at or changed, for those who watch.
    pub cursor: Option<NodeId>,
    /// Whether it was refused; the text then says how to go on.
    pub is_error: bool,
}

impl Outcome {
    /// What a model reads of a call that did what was asked.
    #[must_use]
    pub fn said(text: String, cursor: Option<NodeId>) -> Self {
        Self {
            text: cut(text, RESULT_BYTES_MAX),
            cursor,
            is_error: false,
        }
    }

    /// A refusal that a model can go on from.
    #[must_use]
    pub fn refusal(text: String, cursor: Option<NodeId>) -> Self {
        Self {
            is_error: true,
            ..Self::said(text, cursor)
        }
    }

    /// Says why the tool of this name did nothing, unless that is no refusal.
    pub(crate) fn refused(error: Error, name: &str, schema: fn() -> Value) -> Result<Self> {
        let is_failure = matches!(
            error.refusal(),
            Error::Internal(_)
                | Error::Unavailable(_)
                | Error::Busy
                | Error::Unauthenticated
                | Error::NotFound("project")
        );
        if is_failure {
            return Err(error);
        }
        let text = format!(
            "Nothing was changed: {error}. {}",
            way_out(&error, name, schema)
        );
        Ok(Self::refusal(text.trim_end().to_owned(), None))
    }
}

/// How a model goes on after a refusal.
fn way_out(error: &Error, name: &str, schema: fn() -> Value) -> String {
    let refusal = error.refusal();
    if let Error::Cycle { path } = refusal {
        let path: Vec<String> = path.iter().map(ToString::to_string).collect();
        return format!(
            "These nodes lead back: {}. Connect others, or disconnect two of these first.",
            path.join(" -> ")
        );
    }
    if matches!(refusal, Error::Invalid(fields) if fields.iter().all(|field| field.pointer.is_empty()))
    {
        let schema = schema();
        return format!("The arguments of `{name}` fit this schema: {schema}");
    }
    let sentence = if matches!(refusal, Error::NotFound(_)) {
        "It may have been deleted meanwhile: read the graph again, and go on with what is there."
    } else if matches!(refusal, Error::PreconditionRequired(_)) {
        "Read the node, and send its version as `baseVersion` with the text that you want to change."
    } else if matches!(refusal, Error::Generating) {
        "Wait until `read_node` says another status than GENERATING."
    } else if matches!(
        refusal,
        Error::Forbidden(_) | Error::InsufficientScope(_) | Error::BudgetExceeded(_)
    ) {
        "Go on without it, or say that it is needed."
    } else {
        ""
    };
    sentence.to_owned()
}

fn cut(mut text: String, bytes_max: usize) -> String {
    if text.len() <= bytes_max {
        return text;
    }
    let mut end = bytes_max.saturating_sub(CUT.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.truncate(end);
    text + CUT
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_result_that_is_too_long_is_cut_between_characters_and_says_so() {
        let long = "ü".repeat(RESULT_BYTES_MAX);

        let outcome = Outcome::said(long, None);

        assert!(outcome.text.len() <= RESULT_BYTES_MAX);
        assert!(outcome.text.ends_with(CUT));
        assert_eq!(Outcome::said("short".to_owned(), None).text, "short");
    }
}

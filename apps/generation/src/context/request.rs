//! What is asked of a model besides the question.

use crate::providers::Model;

/// Who is asked, and how.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ModelRequest {
    pub(crate) model: String,
    pub(crate) temperature: Option<f64>,
    /// How long the answer may be.
    pub(crate) max_tokens: u32,
    /// How much the model takes, the answer included.
    pub(crate) context_tokens: u32,
}

/// How long an answer may be unless the caller says otherwise.
const OUTPUT_TOKENS_DEFAULT: u32 = 4_096;

impl ModelRequest {
    /// Asks this model, within what it can do. At least half of what it takes is for the context.
    pub(crate) fn of(model: &Model, temperature: Option<f64>, max_tokens: Option<u32>) -> Self {
        let longest = model.output_tokens.min(model.context_tokens / 2);
        Self {
            model: model.id.to_string(),
            temperature: temperature.filter(|_| model.takes_temperature),
            max_tokens: max_tokens.unwrap_or(OUTPUT_TOKENS_DEFAULT).min(longest),
            context_tokens: model.context_tokens,
        }
    }

    /// What is left for the messages.
    pub(crate) fn tokens_max(&self) -> u32 {
        self.context_tokens.saturating_sub(self.max_tokens)
    }
}

//! What is asked of a model besides the question.

use crate::providers::Model;

/// Who is asked, and how.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ModelRequest {
    pub(crate) model: String,
    pub(crate) temperature: Option<f64>,
    pub(crate) top_p: Option<f64>,
    /// How long the answer may be.
    pub(crate) max_tokens: u32,
    /// How much the model takes, the answer included.
    pub(crate) context_tokens: u32,
}

/// How any model is asked, as far as somebody says so.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Parameters {
    pub(crate) temperature: Option<f64>,
    pub(crate) top_p: Option<f64>,
    pub(crate) max_tokens: Option<u32>,
}

/// How long an answer may be unless the caller says otherwise.
const OUTPUT_TOKENS_DEFAULT: u32 = 4_096;

impl ModelRequest {
    /// Asks this model, within what it can do. At least half of what it takes is for the context.
    pub(crate) fn of(model: &Model, wished: Parameters) -> Self {
        let longest = model.output_tokens.min(model.context_tokens / 2);
        let max_tokens = wished.max_tokens.unwrap_or(OUTPUT_TOKENS_DEFAULT);
        Self {
            model: model.id.to_string(),
            temperature: wished.temperature.filter(|_| model.takes_temperature),
            // Both say how freely words are chosen, and models that take the one take the other.
            top_p: wished.top_p.filter(|_| model.takes_temperature),
            max_tokens: max_tokens.min(longest),
            context_tokens: model.context_tokens,
        }
    }

    /// What is left for the messages.
    pub(crate) fn tokens_max(&self) -> u32 {
        self.context_tokens.saturating_sub(self.max_tokens)
    }
}

impl Parameters {
    /// How an attempt was asked.
    pub(crate) fn of_attempt(attempt: &entity::generation::Model) -> Self {
        Self {
            temperature: attempt.temperature,
            top_p: attempt.top_p,
            max_tokens: attempt.max_tokens.and_then(|max| u32::try_from(max).ok()),
        }
    }
}

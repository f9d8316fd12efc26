//! Settings that stop the start.

/// A setting that stops the start, in one sentence that names it.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct WrongSetting(String);

impl WrongSetting {
    /// What is wrong, when that is no single setting.
    pub(crate) fn in_words(sentence: String) -> Self {
        Self(sentence)
    }

    /// `sentence` goes on after the name, such as `must be at least 2`.
    #[must_use]
    pub fn new(name: &str, sentence: &str) -> Self {
        Self(format!("the setting `{name}` {sentence}"))
    }
}

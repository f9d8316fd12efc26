//! Amounts of what is spent.

use crate::providers::{Model, Usage};

/// Tokens, and money in billionths of a US dollar.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Amount {
    pub tokens: i64,
    pub nanos: i64,
}

impl Amount {
    pub(super) fn of(model: &Model, usage: Usage) -> Self {
        Self {
            tokens: i64::from(usage.input) + i64::from(usage.output),
            nanos: model.price.nanos(usage),
        }
    }

    /// What is left of it, if anything is.
    pub(super) fn minus(self, other: Self) -> Self {
        Self {
            tokens: self.tokens.saturating_sub(other.tokens).max(0),
            nanos: self.nanos.saturating_sub(other.nanos).max(0),
        }
    }
}

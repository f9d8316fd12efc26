//! A conversation with tools.

use crate::providers::ToolCall;

/// What was said so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Turn {
    System(String),
    Person(String),
    Model {
        text: String,
        calls: Vec<ToolCall>,
    },
    /// What came of a call.
    Result {
        call: String,
        text: String,
    },
}

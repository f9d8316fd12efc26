//! Calls of tools, which come in parts.

use super::wire::CallPart;
use crate::providers::{
    failure::{Failure, FailureKind},
    prompt::ToolCall,
};

/// How many tools a model may ask for at once.
const CALLS_MAX: usize = 64;
/// How long the names and arguments of all of them may be together.
const CALL_BYTES_MAX: usize = 1024 * 1024;

#[derive(Debug, Default)]
pub(super) struct Calls {
    calls: Vec<ToolCall>,
    bytes: usize,
}

impl Calls {
    pub(super) fn take(&mut self, part: CallPart) -> Result<(), Failure> {
        let CallPart {
            index,
            id,
            function,
        } = part;
        // Some providers leave the place out; then a new id begins the next call.
        let is_new = id.as_ref().is_some_and(|id| {
            !id.is_empty() && self.calls.last().is_none_or(|last| last.id != *id)
        });
        let last = self.calls.len().saturating_sub(1);
        let place = index.unwrap_or(if is_new { self.calls.len() } else { last });
        if place >= CALLS_MAX {
            return Err(Failure::new(FailureKind::TooLarge));
        }
        while self.calls.len() <= place {
            self.calls.push(ToolCall {
                id: format!("call_{}", self.calls.len()),
                name: String::new(),
                arguments: String::new(),
            });
        }
        let Some(call) = self.calls.get_mut(place) else {
            return Ok(());
        };
        if let Some(id) = id.filter(|id| !id.is_empty()) {
            call.id = id;
        }
        let name = function.name.unwrap_or_default();
        let arguments = function.arguments.unwrap_or_default();
        self.bytes += name.len() + arguments.len();
        if self.bytes > CALL_BYTES_MAX {
            return Err(Failure::new(FailureKind::TooLarge));
        }
        call.name.push_str(&name);
        call.arguments.push_str(&arguments);
        Ok(())
    }

    pub(super) fn all(&mut self) -> Vec<ToolCall> {
        std::mem::take(&mut self.calls)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(parts: &[serde_json::Value]) -> Result<Vec<ToolCall>, Failure> {
        let mut calls = Calls::default();
        for part in parts {
            calls.take(serde_json::from_value(part.clone()).unwrap())?;
        }
        Ok(calls.all())
    }

    #[test]
    fn calls_are_put_together_from_their_parts_with_and_without_places() {
        let with_places = read(&[
            json!({"index": 0, "id": "a", "function": {"name": "look", "arguments": "{\"x\""}}),
            json!({"index": 1, "id": "b", "function": {"name": "stop"}}),
            json!({"index": 0, "function": {"arguments": ":1}"}}),
        ]);
        let without = read(&[
            json!({"id": "a", "function": {"name": "look", "arguments": "{\"x\":1}"}}),
            json!({"id": "b", "function": {"name": "stop", "arguments": null}}),
        ]);

        let call = |id: &str, name: &str, arguments: &str| ToolCall {
            id: id.to_owned(),
            name: name.to_owned(),
            arguments: arguments.to_owned(),
        };
        let expected = vec![call("a", "look", r#"{"x":1}"#), call("b", "stop", "")];
        assert_eq!(with_places.unwrap(), expected);
        assert_eq!(without.unwrap(), expected);
    }

    #[test]
    fn calls_without_an_end_are_refused() {
        let far = json!({"index": CALLS_MAX, "id": "a"});
        assert_eq!(read(&[far]).unwrap_err().kind, FailureKind::TooLarge);
        let long = json!({"index": 0, "function": {"arguments": "x".repeat(CALL_BYTES_MAX + 1)}});
        assert_eq!(read(&[long]).unwrap_err().kind, FailureKind::TooLarge);
    }
}

//! What an agent changes: together one change set, made at once or proposed.

use kernel::Result;
use platform::Write;
use serde_json::Value;
use ::tools::{Call, Outcome, Tool};

use super::held::Run;

/// Puts what an agent has just changed into the change set of its task.
pub(crate) async fn gather_changes(_write: &mut Write) -> Result<()> {
    Ok(())
}

/// Proposes what a tool would do.
pub(super) async fn propose(
    _run: &Run,
    _call: Call,
    _tool: &Tool,
    _arguments: Value,
) -> Result<Outcome> {
    Ok(Outcome::refusal("Nothing can be proposed yet.".to_owned(), None))
}

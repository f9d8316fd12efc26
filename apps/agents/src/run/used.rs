//! What comes of using a tool.

use ::tools::Outcome;
use protocol::tasks::WaitingFor;
use serde_json::Value;

use crate::tasks::{Called, NewStep, Step};

/// What came of using a tool.
pub(super) enum Used {
    Result(NewStep),
    Finished(Value),
    Waits(WaitingFor),
}

pub(super) fn refused(call: &Called, text: String) -> Used {
    step(call, Outcome::refusal(text, None))
}

pub(super) fn step(call: &Called, outcome: Outcome) -> Used {
    let Outcome {
        text,
        cursor,
        is_error,
    } = outcome;
    let step = Step::Tool {
        call: call.id.clone(),
        name: call.name.clone(),
        text,
        is_error,
    };
    Used::Result(NewStep {
        node: cursor,
        ..NewStep::free(step)
    })
}

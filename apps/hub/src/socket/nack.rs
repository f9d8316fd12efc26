//! Refusals, in the words of the API.

use http::problem;
use kernel::{Error, OpId, ProjectId};
use protocol::frames::Nack;

pub(super) fn refusal(id: Option<OpId>, project: Option<ProjectId>, error: &Error) -> Nack {
    Nack {
        project,
        ..nack(id, error)
    }
}

/// A refusal in the words of the API.
pub(crate) fn nack(id: Option<OpId>, error: &Error) -> Nack {
    let retry_after = problem::retry_after(error);
    if let Error::Internal(_) = error {
        let error = kernel::error::chain(error);
        tracing::error!(error, "An operation over a socket failed");
    }
    Nack {
        id,
        project: None,
        code: code(error),
        detail: error.to_string(),
        retryable: retry_after.is_some(),
        retry_after_ms: retry_after
            .map(|after| u64::try_from(after.as_millis()).unwrap_or(u64::MAX).max(1)),
        errors: error.at_fault(),
        path: error.cycle(),
    }
}

/// The word of the API, except that here it is the thing which is gone, not the address.
fn code(error: &Error) -> String {
    if let Error::NotFound(what) = error.refusal()
        && *what != "project"
    {
        return "gone".to_owned();
    }
    problem::word(error.code())
}

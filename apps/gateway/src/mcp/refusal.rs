//! Refusals to MCP clients.

use kernel::{Error, error::chain};
use rmcp::ErrorData;

/// A refusal in the words of JSON-RPC. What went wrong inside is for the log.
pub(super) fn said(error: Error) -> ErrorData {
    let sentence = error.to_string();
    let refusal = error.refusal();
    if matches!(refusal, Error::Internal(_) | Error::Unavailable(_)) {
        tracing::error!(error = chain(&error), "An MCP request failed");
        return ErrorData::internal_error(sentence, None);
    }
    if matches!(refusal, Error::NotFound(_)) {
        return ErrorData::resource_not_found(sentence, None);
    }
    ErrorData::invalid_params(sentence, None)
}

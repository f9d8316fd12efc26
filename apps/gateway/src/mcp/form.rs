//! What is no message of JSON-RPC is refused in its form.

use axum::{
    Json,
    body::{Body, to_bytes},
    extract::Request,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use http::{ApiError, AppState, extract::read_body};
use rmcp::model::ErrorCode;
use serde_json::{Value, json};

/// How much of a refusal of rmcp's is read, in bytes.
const REFUSAL_BYTES_MAX: usize = 4 * 1024;

/// The request with its body, if that is JSON.
pub(super) async fn read(
    request: Request,
    state: &AppState,
) -> Result<Result<Request, Response>, ApiError> {
    let (head, body) = request.into_parts();
    if !is_json(&head.headers) {
        let sentence = "send one message of JSON-RPC as `application/json`";
        let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
        return Ok(Err(refused(status, ErrorCode::PARSE_ERROR, sentence)));
    }
    let whole = Request::from_parts(head.clone(), body);
    let body = read_body(whole, state).await?;
    if let Err(error) = serde_json::from_slice::<Value>(&body) {
        let sentence = format!("the body is not JSON: {error}");
        let status = StatusCode::BAD_REQUEST;
        return Ok(Err(refused(status, ErrorCode::PARSE_ERROR, &sentence)));
    }
    Ok(Ok(Request::from_parts(head, Body::from(body))))
}

/// rmcp refuses in plain text what is JSON and no message.
pub(super) async fn in_json_rpc(response: Response) -> Response {
    let status = response.status();
    if !status.is_client_error() || is_json(response.headers()) {
        return response;
    }
    let status = match status {
        StatusCode::UNSUPPORTED_MEDIA_TYPE => StatusCode::BAD_REQUEST,
        other => other,
    };
    let said = to_bytes(response.into_body(), REFUSAL_BYTES_MAX).await;
    let said = said.unwrap_or_default();
    let sentence = String::from_utf8_lossy(&said);
    refused(status, ErrorCode::INVALID_REQUEST, &sentence)
}

fn is_json(headers: &HeaderMap) -> bool {
    let named = headers.get(header::CONTENT_TYPE);
    named
        .and_then(|value| value.to_str().ok()?.split(';').next())
        .is_some_and(|named| named.trim().eq_ignore_ascii_case("application/json"))
}

fn refused(status: StatusCode, code: ErrorCode, sentence: &str) -> Response {
    let error = json!({"code": code.0, "message": sentence});
    let said = json!({"jsonrpc": "2.0", "id": null, "error": error});
    (status, Json(said)).into_response()
}

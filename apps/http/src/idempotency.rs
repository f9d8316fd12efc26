//! `Idempotency-Key`: a mutation that is sent again gets the answer it got before.

use axum::{
    body::{Body, Bytes},
    extract::{Request, State},
    http::{HeaderValue, Method, StatusCode, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use bytes::BytesMut;
use futures::{StreamExt, stream};
use kernel::{Error, OpId, Result};
use platform::{
    OpKey, Principal,
    idempotency::{self, Answer, Begun, Keyed, Payer},
};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{
    AppState,
    extract::{BODY_BYTES_MAX, read_body},
    identify::Identified,
    problem::ApiError,
    rates::network,
};

const KEY: &str = "idempotency-key";
const KEY_CHARS_MAX: usize = 200;
/// A larger answer is given and not kept. It is as much as a request may have, since an answer says what a request said.
const KEPT_BYTES_MAX: usize = BODY_BYTES_MAX;
/// An answer about a project that is larger than this is not kept: what happened stands in the project's log,
/// whose owner pays for it with room, and from there a resend is answered.
const KEPT_OF_PROJECT_BYTES_MAX: usize = 8 * 1024;
const PROJECTS: &str = "/api/v1/projects/";

/// Stands beside an answer that holds a secret: it is given and not kept. A resend is carried out
/// again, so whoever gives such an answer sees to it that this does no harm.
#[derive(Clone, Copy, Debug)]
pub struct HoldsSecret;

pub async fn layer(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let mutates = matches!(
        *request.method(),
        Method::POST | Method::PUT | Method::PATCH | Method::DELETE
    );
    match request.headers().get(KEY).cloned() {
        Some(key) if mutates => match once(&state, &key, request, next).await {
            Ok(response) => response,
            Err(error) => error.into_response(),
        },
        _ => next.run(request).await,
    }
}

async fn once(
    state: &AppState,
    key: &HeaderValue,
    request: Request,
    next: Next,
) -> Result<Response, ApiError> {
    let key = key
        .to_str()
        .ok()
        .filter(|key| !key.is_empty() && key.len() <= KEY_CHARS_MAX);
    let key = key.ok_or_else(|| {
        Error::BadRequest(format!(
            "an Idempotency-Key has 1 to {KEY_CHARS_MAX} visible characters"
        ))
    })?;
    let (parts, body) = request.into_parts();
    let headers = parts.headers.clone();
    let asked = (parts.method.clone(), parts.uri.clone());
    let body = read_body(Request::from_parts(parts.clone(), body), state).await?;
    let hash = request_hash(&asked, &headers, &body);
    let identified = parts.extensions.get::<Identified>();
    // A credential that does not count gets its 401 from the route, not an answer of somebody.
    let Some(principal) = identified.and_then(|identified| identified.principal.clone()) else {
        return Ok(next.run(Request::from_parts(parts, Body::from(body))).await);
    };
    let credential = credential(&principal);
    let keyed = Keyed::new(credential, payer(&parts, &principal), key, hash.to_vec());
    match idempotency::begin(state, &keyed).await? {
        Begun::Before(answer) => replay(state, &keyed, answer).map_err(ApiError),
        Begun::Fresh(id) => {
            let bytes_max = if asked.1.path().starts_with(PROJECTS) {
                KEPT_OF_PROJECT_BYTES_MAX
            } else {
                KEPT_BYTES_MAX
            };
            let mut request = Request::from_parts(parts, Body::from(body));
            name_operation(&mut request, id, hash);
            let response = idempotency::run(state, &keyed, next.run(request)).await;
            let kept = keep(state, keyed, bytes_max, response).await;
            kept.map_err(ApiError)
        }
    }
}

/// What makes two requests the same: everything that says what is asked, credentials in cookies
/// included, since the answer may hold somebody's secrets.
fn request_hash(
    (method, uri): &(Method, axum::http::Uri),
    headers: &axum::http::HeaderMap,
    body: &Bytes,
) -> [u8; 32] {
    let mut hash = Sha256::new();
    let mut add = |bytes: &[u8]| {
        hash.update(u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_be_bytes());
        hash.update(bytes);
    };
    add(method.as_str().as_bytes());
    add(uri
        .path_and_query()
        .map_or("", |path| path.as_str())
        .as_bytes());
    for name in [header::IF_MATCH, header::COOKIE] {
        add(headers.get(name).map_or(b"", |value| value.as_bytes()));
    }
    add(body);
    hash.finalize().into()
}

/// Whose answer it is. Another credential of the same person may see less, so it gets none of it.
fn credential(principal: &Principal) -> Uuid {
    match principal {
        Principal::User { id, credential, .. } => credential.uuid().unwrap_or(id.uuid()),
        Principal::Anonymous | Principal::System => Uuid::nil(),
    }
}

/// For whom it is kept, whichever of their credentials they use.
fn payer(parts: &Parts, principal: &Principal) -> Payer {
    let identified = parts.extensions.get::<Identified>();
    let address = identified.and_then(|identified| identified.request.address);
    match principal.user_id() {
        Some(person) => Payer::Person(person),
        None => Payer::Network(address.map_or(0, network)),
    }
}

/// Names the operation by the id that is kept with the key, so that even a crash between the change
/// and its answer does not let a resend change anything twice.
fn name_operation(request: &mut Request, id: OpId, fingerprint: [u8; 32]) {
    if let Some(identified) = request.extensions_mut().get_mut::<Identified>() {
        identified.request.op = Some(OpKey { id, fingerprint });
    }
}

async fn keep(
    state: &AppState,
    keyed: Keyed,
    bytes_max: usize,
    response: Response,
) -> Result<Response> {
    let status = response.status();
    let holds_secret = response.extensions().get::<HoldsSecret>().is_some();
    if holds_secret || status.is_server_error() {
        // A secret is never kept, and what failed may have happened all the same: a commit whose answer was
        // lost, say. A resend does it again, under the same id.
        idempotency::leave(state, keyed).await?;
        return Ok(response);
    }
    if !is_final(status) {
        idempotency::abandon(state, keyed).await?;
        return Ok(response);
    }
    let (parts, body) = response.into_parts();
    let body = match gathered(body, bytes_max).await? {
        Gathered::Whole(body) => body,
        Gathered::TooMuch(body) => {
            idempotency::leave(state, keyed).await?;
            return Ok(Response::from_parts(parts, body));
        }
    };
    let text = |name| {
        parts
            .headers
            .get(name)
            .and_then(|value| value.to_str().ok())
    };
    let answer = Answer {
        status: status.as_u16(),
        etag: text(header::ETAG).map(str::to_owned),
        // What people wrote is not stored in clear a second time.
        body: state.keys.seal(&body, &keyed.key_hash)?,
    };
    idempotency::finish(state, keyed, answer).await?;
    Ok(Response::from_parts(parts, Body::from(body)))
}

enum Gathered {
    Whole(Bytes),
    /// What came so far, and the rest as it comes.
    TooMuch(Body),
}

/// Waits for a body that has no more than so many bytes.
async fn gathered(body: Body, bytes_max: usize) -> Result<Gathered> {
    let mut pieces = body.into_data_stream();
    let mut so_far = BytesMut::new();
    while let Some(piece) = pieces.next().await {
        so_far.extend_from_slice(&piece.map_err(Error::internal)?);
        if so_far.len() > bytes_max {
            let before = stream::iter([Ok(so_far.freeze())]);
            return Ok(Gathered::TooMuch(Body::from_stream(before.chain(pieces))));
        }
    }
    Ok(Gathered::Whole(so_far.freeze()))
}

/// Whether the same request would get the same answer again. Those that depend on who one is or on
/// the moment are not kept.
fn is_final(status: StatusCode) -> bool {
    status.is_success()
        || [
            StatusCode::BAD_REQUEST,
            StatusCode::CONFLICT,
            StatusCode::PRECONDITION_FAILED,
            StatusCode::UNPROCESSABLE_ENTITY,
        ]
        .contains(&status)
}

fn replay(state: &AppState, keyed: &Keyed, answer: Answer) -> Result<Response> {
    let body = state.keys.unseal(&answer.body, &keyed.key_hash)?;
    let status = StatusCode::from_u16(answer.status).map_err(Error::internal)?;
    let content = if status.is_success() {
        "application/json"
    } else {
        "application/problem+json"
    };
    let mut response = (status, body).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content));
    headers.insert("idempotent-replayed", HeaderValue::from_static("true"));
    if let Some(etag) = answer
        .etag
        .and_then(|etag| HeaderValue::from_str(&etag).ok())
    {
        headers.insert(header::ETAG, etag);
    }
    Ok(response)
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use axum::body::to_bytes;

    use super::*;

    fn in_pieces(pieces: &[&'static str]) -> Body {
        let pieces: Vec<_> = pieces.iter().copied().map(Ok::<_, Infallible>).collect();
        Body::from_stream(stream::iter(pieces))
    }

    #[tokio::test]
    async fn an_answer_that_is_too_large_to_be_kept_is_given_whole() {
        let pieces = ["one", "two", "three"];
        let Ok(Gathered::Whole(kept)) = gathered(in_pieces(&pieces), 11).await else {
            panic!("eleven bytes are not more than eleven");
        };
        assert_eq!(kept, "onetwothree");

        let Ok(Gathered::TooMuch(given)) = gathered(in_pieces(&pieces), 5).await else {
            panic!("eleven bytes are more than five");
        };
        let given = to_bytes(given, 100).await.unwrap();
        assert_eq!(given, "onetwothree");
    }
}

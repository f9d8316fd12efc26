//! Reading requests: what does not fit is refused in the one way that refusals are said.

use std::time::Duration;

use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, OptionalFromRequest, Request},
    http::{HeaderMap, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use kernel::{Error, Expected, FieldError};
use platform::{Ctx, Principal};
use protocol::strict::Strict;
use serde::de::DeserializeOwned;
use utoipa::{
    IntoParams,
    openapi::{
        Object, Required, Type,
        path::{Parameter, ParameterBuilder, ParameterIn},
    },
};

use crate::{
    AppState,
    identify::Identified,
    problem::ApiError,
    strict_json::{self, FaultKind},
};

pub const BODY_BYTES_MAX: usize = 1024 * 1024;
pub const BODY_TIMEOUT: Duration = Duration::from_secs(30);
pub const JSON_LEVELS_MAX: usize = 64;
const POINTER_CHARS_MAX: usize = 200;

/// Who calls, logged in or not. What they may do is decided by the commands and queries.
#[derive(Debug)]
pub struct Caller(pub Ctx);

impl FromRequestParts<AppState> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let identified = identified(parts)?;
        let principal = identified.principal.clone().ok_or(Error::Unauthenticated)?;
        Ok(Self(Ctx::new(
            state.clone(),
            principal,
            identified.request.clone(),
        )))
    }
}

/// Whoever asks, whatever bearer they send along, for operations that take no login: an expired
/// access token must not keep anyone from what everybody may do.
#[derive(Debug)]
pub struct Anyone(pub Ctx);

impl FromRequestParts<AppState> for Anyone {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let request = identified(parts)?.request.clone();
        Ok(Self(Ctx::new(state.clone(), Principal::Anonymous, request)))
    }
}

fn identified(parts: &Parts) -> Result<&Identified, Error> {
    let identified = parts.extensions.get::<Identified>();
    identified.ok_or_else(|| Error::internal("a route without the layer that identifies callers"))
}

/// A JSON body, checked strictly, or an answer in JSON.
#[derive(Clone, Copy, Debug)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        if !is_json(request.headers()) {
            return Err(Error::UnsupportedMediaType.into());
        }
        let body = read_body(request, state).await?;
        parse(&body).map(Self).map_err(ApiError)
    }
}

/// A body that may be left out or null; browsers send none where their cookie says it all.
impl<T: DeserializeOwned, S: Send + Sync> OptionalFromRequest<S> for Json<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Option<Self>, ApiError> {
        let is_json = is_json(request.headers());
        let body = read_body(request, state).await?;
        if body.is_empty() {
            return Ok(None);
        }
        if !is_json {
            return Err(Error::UnsupportedMediaType.into());
        }
        let value: Option<T> = parse(&body)?;
        Ok(value.map(Self))
    }
}

impl<T: serde::Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let value = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let kind = value
        .and_then(|value| value.split(';').next())
        .unwrap_or_default()
        .trim();
    kind.eq_ignore_ascii_case("application/json")
}

/// Reads a body within its size and time.
pub async fn read_body<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, ApiError> {
    if said_length(request.headers()) > BODY_BYTES_MAX {
        return Err(too_large());
    }
    let reading = Bytes::from_request(request, state);
    match tokio::time::timeout(BODY_TIMEOUT, reading).await {
        Err(_) => Err(Error::RequestTimeout.into()),
        Ok(Ok(body)) => Ok(body),
        Ok(Err(rejection)) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => {
            Err(too_large())
        }
        Ok(Err(_)) => Err(Error::BadRequest("the body did not arrive whole".to_owned()).into()),
    }
}

/// A body that says how long it will be need not be waited for.
fn said_length(headers: &HeaderMap) -> usize {
    let value = headers.get(header::CONTENT_LENGTH);
    let length = value.and_then(|value| value.to_str().ok()?.parse().ok());
    length.unwrap_or_default()
}

fn too_large() -> ApiError {
    let bytes_max = BODY_BYTES_MAX;
    Error::PayloadTooLarge { bytes_max }.into()
}

/// Reads a value from JSON, or says what is wrong and where.
pub fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Error> {
    strict_json::check(body, JSON_LEVELS_MAX).map_err(|fault| {
        let pointer: String = fault.pointer.chars().take(POINTER_CHARS_MAX).collect();
        let at = fault.offset;
        match fault.kind {
            FaultKind::Syntax => Error::BadJson(format!("there is a mistake at byte {at}")),
            FaultKind::TooDeep => {
                Error::BadJson(format!("it is nested deeper than {JSON_LEVELS_MAX} levels"))
            }
            FaultKind::DuplicateKey => Error::BadJson(format!("the key {pointer} stands twice")),
            FaultKind::NotFinite => Error::invalid(pointer, "must be a finite number"),
            FaultKind::BadText => {
                Error::invalid(pointer, "must be text without NUL and lone surrogates")
            }
        }
    })?;
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    serde_path_to_error::deserialize(Strict(&mut deserializer)).map_err(|error| {
        let pointer = pointer(error.path());
        let inner = error.into_inner();
        // Where it stands is said by the pointer; byte positions help nobody.
        let message = inner.to_string();
        let message = message
            .rsplit_once(" at line ")
            .map_or(message.as_str(), |(text, _)| text);
        Error::Invalid(vec![FieldError::new(pointer, message)])
    })
}

fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    let mut pointer = String::new();
    for segment in path {
        match segment {
            Segment::Seq { index } => pointer.push_str(&format!("/{index}")),
            Segment::Map { key } | Segment::Enum { variant: key } => {
                pointer.push('/');
                pointer.push_str(&key.replace('~', "~0").replace('/', "~1"));
            }
            Segment::Unknown => {}
        }
    }
    pointer.chars().take(POINTER_CHARS_MAX).collect()
}

/// Ids in the path. One that is no id at all is answered like one that names nothing.
#[derive(Clone, Copy, Debug)]
pub struct Path<T>(pub T);

impl<T, S> FromRequestParts<S> for Path<T>
where
    T: DeserializeOwned + Send,
    S: Send + Sync,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let path = axum::extract::Path::<T>::from_request_parts(parts, state).await;
        path.map(|axum::extract::Path(value)| Self(value))
            .map_err(|_| Error::NotFound("thing").into())
    }
}

#[derive(Clone, Copy, Debug)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let query = axum::extract::Query::<T>::from_request_parts(parts, state).await;
        query
            .map(|axum::extract::Query(value)| Self(value))
            .map_err(|rejection| {
                let text = rejection.body_text();
                let detail = text.rsplit(": ").next().unwrap_or_default().to_owned();
                Error::invalid("", format!("the query cannot be read: {detail}")).into()
            })
    }
}

/// The version that the caller believes to be current, from `If-Match`.
#[derive(Clone, Copy, Debug)]
pub struct IfMatch(pub Expected);

impl IntoParams for IfMatch {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let about = "The `ETag` that this change is based on, or `*`. If what is there has changed \
                     since, the change is refused with 412. Changes of a node's texts need it.";
        vec![
            ParameterBuilder::new()
                .name("If-Match")
                .parameter_in(ParameterIn::Header)
                .required(Required::False)
                .description(Some(about))
                .schema(Some(Object::with_type(Type::String)))
                .build(),
        ]
    }
}

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let Some(value) = parts.headers.get(header::IF_MATCH) else {
            return Ok(Self(Expected::Unsaid));
        };
        let text = value.to_str().unwrap_or_default().trim();
        if text == "*" {
            return Ok(Self(Expected::Any));
        }
        let version = text
            .strip_prefix('"')
            .and_then(|text| text.strip_suffix('"'));
        // An entity tag of another form can match no version of ours.
        let version = version
            .and_then(|version| version.parse().ok())
            .unwrap_or(-1);
        Ok(Self(Expected::Exactly(version)))
    }
}

/// The header that names a version.
#[must_use]
pub fn etag(version: i64) -> [(header::HeaderName, String); 1] {
    [(header::ETAG, format!("\"{version}\""))]
}

/// Whether the caller has what `tag` names already, as `If-None-Match` says. A proxy that compresses
/// may have made the tag a weak one.
#[must_use]
pub fn has_already(headers: &HeaderMap, tag: &str) -> bool {
    let values = headers.get_all(header::IF_NONE_MATCH).iter();
    values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .any(|known| known == "*" || known.strip_prefix("W/").unwrap_or(known) == tag)
}

use axum::{
    body::Body,
    extract::{DefaultBodyLimit, Request},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use entity::upload;
use http::{Anyone, ApiResult, AppState, Caller, Path};
use kernel::{Error, ProjectId, Result, UploadId};
use platform::Ctx;
use protocol::media::AltText;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    commands::{Begin, Forget, Received},
    queries::{other_offset, parts, writable},
    together::together,
};
use crate::media;

const ROOT: &str = "/api/v1/media/uploads";
const VERSION: &str = "1.0.0";
/// What is spoken of the protocol besides its core.
const EXTENSIONS: &str = "creation,expiration,termination";
const PART: &str = "application/offset+octet-stream";
const RESUMABLE: HeaderName = HeaderName::from_static("tus-resumable");
const LENGTH: HeaderName = HeaderName::from_static("upload-length");
const OFFSET: HeaderName = HeaderName::from_static("upload-offset");
const METADATA: HeaderName = HeaderName::from_static("upload-metadata");
const VERSIONS: HeaderName = HeaderName::from_static("tus-version");
const EXTENSION: HeaderName = HeaderName::from_static("tus-extension");
const SIZE_MAX: HeaderName = HeaderName::from_static("tus-max-size");
const EXPIRES: HeaderName = HeaderName::from_static("upload-expires");
/// Which file the upload became, once it is whole.
const MEDIA: HeaderName = HeaderName::from_static("upload-media-id");

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(begin, offered))
        .routes(routes!(how_far, go_on, forget))
        .layer(DefaultBodyLimit::disable())
}

/// Begin to send a file in parts (tus 1.0)
///
/// `Upload-Metadata` holds `filename`, `projectId` and, if wanted, `alt`, each in base64 as tus has it. The upload ends a
/// day after it began.
#[utoipa::path(post, path = "/media/uploads", tag = "media",
    params(("Upload-Length" = u64, Header, description = "Bytes of the whole file."),
        ("Upload-Metadata" = String, Header), ("Tus-Resumable" = String, Header)),
    responses((status = 201)),
    extensions(("x-authz" = json!("media:write"))))]
async fn begin(Caller(ctx): Caller, headers: HeaderMap) -> ApiResult<Response> {
    Ok(begun(&ctx, &headers).await?)
}

async fn begun(ctx: &Ctx, headers: &HeaderMap) -> Result<Response> {
    let user = ctx.user_id()?;
    check_version(headers)?;
    let bytes = number(headers, &LENGTH)?;
    let max = ctx.platform.settings.storage.file_bytes_max;
    if bytes > max {
        return Err(media::too_large(max));
    }
    if bytes == 0 {
        return Err(Error::invalid("", "`Upload-Length` must not be 0"));
    }
    let said = Said::of(headers)?;
    media::may_add(ctx, said.project).await?;
    let begin = Begin {
        id: UploadId::generate(),
        user,
        project: said.project,
        filename: said.filename,
        alt: said.alt.map(String::from),
        bytes,
        owner_bytes_max: ctx.platform.settings.storage.owner_file_bytes_max,
    };
    let row = ctx.write_account(user, begin).await?;
    let mut response = StatusCode::CREATED.into_response();
    let location = format!("{ROOT}/{}", row.id);
    put(&mut response, header::LOCATION, &location);
    describe(&mut response, &row);
    Ok(response)
}

/// How files can be sent in parts
///
/// For clients that ask before they begin: the version of tus, what of it is spoken besides its core, and the bytes that
/// a file may have.
#[utoipa::path(options, path = "/media/uploads", tag = "media",
    responses((status = 204)),
    extensions(("x-authz" = json!("anonymous"))))]
async fn offered(Anyone(ctx): Anyone) -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    let bytes_max = ctx.platform.settings.storage.file_bytes_max;
    put(&mut response, RESUMABLE, VERSION);
    put(&mut response, VERSIONS, VERSION);
    put(&mut response, EXTENSION, EXTENSIONS);
    put(&mut response, SIZE_MAX, &bytes_max.to_string());
    response
}

/// How much of an upload is here
#[utoipa::path(head, path = "/media/uploads/{upload_id}", tag = "media",
    params(("upload_id" = String, Path), ("Tus-Resumable" = String, Header)),
    responses((status = 204)),
    extensions(("x-authz" = json!("media:write"))))]
async fn how_far(
    Caller(ctx): Caller,
    Path(id): Path<UploadId>,
    headers: HeaderMap,
) -> ApiResult<Response> {
    check_version(&headers)?;
    let row = writable(&ctx, id).await?;
    let row = whole(&ctx, row).await?;
    let mut response = StatusCode::NO_CONTENT.into_response();
    describe(&mut response, &row);
    Ok(response)
}

/// Send the next part of a file
///
/// What arrives counts, also if the connection breaks. With the last part the file is there: `Upload-Media-Id` names it.
#[utoipa::path(patch, path = "/media/uploads/{upload_id}", tag = "media",
    params(("upload_id" = String, Path), ("Upload-Offset" = u64, Header), ("Tus-Resumable" = String, Header)),
    request_body(content = String, content_type = "application/offset+octet-stream"),
    responses((status = 204)),
    extensions(("x-authz" = json!("media:write"))))]
async fn go_on(
    Caller(ctx): Caller,
    Path(id): Path<UploadId>,
    request: Request,
) -> ApiResult<Response> {
    let (parts, body) = request.into_parts();
    Ok(went_on(&ctx, id, &parts.headers, body).await?)
}

async fn went_on(ctx: &Ctx, id: UploadId, headers: &HeaderMap, body: Body) -> Result<Response> {
    ctx.user_id()?;
    check_version(headers)?;
    if headers
        .get(header::CONTENT_TYPE)
        .is_none_or(|kind| kind != PART)
    {
        return Err(Error::UnsupportedFile(format!(
            "send a part as `Content-Type: {PART}`"
        )));
    }
    let offset = number(headers, &OFFSET)?;
    let mut row = writable(ctx, id).await?;
    if offset != row.received.unsigned_abs() {
        return Err(other_offset());
    }
    let missing = row.size.unsigned_abs() - offset;
    if missing > 0 {
        let (ctx, user) = (ctx.clone(), ctx.user_id()?);
        // What arrived is kept also when whoever sends is gone.
        let taking = tokio::spawn(async move { take(&ctx, user, id, offset, missing, body).await });
        let received = taking.await.map_err(Error::internal)??;
        row.received = i64::try_from(received).map_err(Error::internal)?;
    }
    let row = whole(ctx, row).await?;
    let mut response = StatusCode::NO_CONTENT.into_response();
    describe(&mut response, &row);
    Ok(response)
}

/// Takes a part in, and says how much of the file is here then.
async fn take(
    ctx: &Ctx,
    user: kernel::UserId,
    id: UploadId,
    offset: u64,
    missing: u64,
    body: Body,
) -> Result<u64> {
    let _turn = media::turn(user)?;
    let taken = media::stream(ctx, missing, body.into_data_stream()).await?;
    let bytes = taken.incoming.bytes();
    if bytes == 0 {
        taken.incoming.abort().await;
        return taken.cut.map_or(Ok(offset), Err);
    }
    let part = taken.incoming.finish().await?;
    let note = Received {
        id,
        begins_at: offset,
        bytes,
        name: part.part().to_owned(),
    };
    match ctx.write_account(user, note).await {
        Ok(received) => taken.cut.map_or(Ok(received), Err),
        Err(error) => {
            ctx.platform.blobs.forget(part).await;
            Err(error)
        }
    }
}

/// Makes the file, if all of it is here.
async fn whole(ctx: &Ctx, mut row: upload::Model) -> Result<upload::Model> {
    if row.received == row.size {
        let media = together(ctx, row.clone()).await?;
        row.media_id = Some(media.uuid());
    }
    Ok(row)
}

/// Give an upload up
#[utoipa::path(delete, path = "/media/uploads/{upload_id}", tag = "media",
    params(("upload_id" = String, Path), ("Tus-Resumable" = String, Header)),
    responses((status = 204)),
    extensions(("x-authz" = json!("media:write"))))]
async fn forget(
    Caller(ctx): Caller,
    Path(id): Path<UploadId>,
    headers: HeaderMap,
) -> ApiResult<Response> {
    check_version(&headers)?;
    let row = writable(&ctx, id).await?;
    let parts = parts(&ctx, id).await?;
    ctx.write_account(row.user_id.into(), Forget { id }).await?;
    for part in parts {
        ctx.platform.blobs.discard_part(&part.name).await;
    }
    let mut response = StatusCode::NO_CONTENT.into_response();
    put(&mut response, RESUMABLE, VERSION);
    Ok(response)
}

fn check_version(headers: &HeaderMap) -> Result<()> {
    match headers.get(RESUMABLE) {
        Some(version) if version == VERSION => Ok(()),
        Some(_) | None => Err(Error::BadRequest(format!(
            "send `Tus-Resumable: {VERSION}`, the version that is spoken here"
        ))),
    }
}

fn number(headers: &HeaderMap, name: &HeaderName) -> Result<u64> {
    let value = headers.get(name).and_then(|value| value.to_str().ok());
    let number = value.and_then(|value| value.parse().ok());
    number.ok_or_else(|| Error::BadRequest(format!("`{name}` must be a number of bytes")))
}

fn describe(response: &mut Response, row: &upload::Model) {
    put(response, RESUMABLE, VERSION);
    put(response, OFFSET, &row.received.to_string());
    put(response, LENGTH, &row.size.to_string());
    put(response, header::CACHE_CONTROL, "no-store");
    let expires = row.expires_at.format("%a, %d %b %Y %H:%M:%S GMT");
    put(response, EXPIRES, &expires.to_string());
    if let Some(media) = row.media_id {
        put(response, MEDIA, &media.to_string());
    }
}

fn put(response: &mut Response, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}

/// What an upload says of its file.
struct Said {
    project: ProjectId,
    filename: String,
    alt: Option<AltText>,
}

impl Said {
    fn of(headers: &HeaderMap) -> Result<Self> {
        let text = headers.get(METADATA).and_then(|value| value.to_str().ok());
        let text = text.unwrap_or_default();
        let value = |wanted: &str| -> Result<Option<String>> {
            let pairs = text
                .split(',')
                .filter_map(|pair| pair.trim().split_once(' '));
            let Some((_, value)) = { pairs }.find(|(name, _)| *name == wanted) else {
                return Ok(None);
            };
            let bytes = STANDARD.decode(value.trim()).ok();
            let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
            text.map(Some).ok_or_else(|| {
                Error::BadRequest(format!(
                    "`{wanted}` in `Upload-Metadata` must be UTF-8 in base64"
                ))
            })
        };
        let project = value("projectId")?.and_then(|text| text.parse().ok());
        let alt = value("alt")?.map(AltText::try_from).transpose();
        Ok(Self {
            project: project.ok_or_else(|| {
                Error::invalid(
                    "/projectId",
                    "must be in `Upload-Metadata`, as the id of a project",
                )
            })?,
            filename: media::filename(&value("filename")?.unwrap_or_default())?,
            alt: alt.map_err(|sentence| Error::invalid("/alt", sentence))?,
        })
    }
}

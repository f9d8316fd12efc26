use axum::{
    extract::{DefaultBodyLimit, FromRequest, Multipart, Request, State, multipart::Field},
    http::{HeaderMap, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use entity::enums::MediaType;
use http::{
    ApiResult, AppState, Caller, IfMatch, Json, Path, Query,
    extract::{BODY_BYTES_MAX, etag},
};
use kernel::{Error, MediaId, NodeId, ProjectId, Result};
use platform::Ctx;
use protocol::{
    Page,
    media::{
        AddLink, AltText, MediaAddress, MediaPage, MediaQuery, MediaView, PagesQuery, PatchMedia,
    },
};
use serde::de::DeserializeOwned;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    address, commands, links, queries,
    receive::{self, NewFile},
    serve,
};

/// Bytes of what is sent beside a file.
const FIELD_BYTES_MAX: usize = 16 * 1024;

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list, upload))
        .routes(routes!(get, patch, delete))
        .routes(routes!(content))
        .routes(routes!(thumbnail))
        .routes(routes!(pages))
        .routes(routes!(address))
        .routes(routes!(refresh))
        // Files are counted while they come in.
        .layer(DefaultBodyLimit::disable())
}

/// A file, and what is said of it before: all fields but `file` come first.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "it describes what is read field by field")]
struct UploadForm {
    project_id: ProjectId,
    node_id: Option<NodeId>,
    alt: Option<AltText>,
    #[schema(value_type = String, format = Binary, content_media_type = "application/octet-stream")]
    file: Vec<u8>,
}

/// The files of a project, newest first
#[utoipa::path(get, path = "/media", tag = "media", params(MediaQuery),
    responses((status = 200, body = Page<MediaView>)),
    extensions(("x-authz" = json!("media:read"))))]
async fn list(
    Caller(ctx): Caller,
    Query(query): Query<MediaQuery>,
) -> ApiResult<Json<Page<MediaView>>> {
    Ok(Json(queries::list(&ctx, query).await?))
}

/// Add a file to a project
///
/// Its content decides what it is. It is read in the background: `processingStatus` says how far that is, and until it is
/// COMPLETED the file cannot be attached to nodes. Large files are better sent in parts, which can go on after a break.
///
/// As JSON it is a link: what it leads to is fetched and read by the server, which is its title, its text and a small
/// picture of it. `error` says why that could not be.
#[utoipa::path(post, path = "/media", tag = "media",
    request_body(content((UploadForm = "multipart/form-data"), (AddLink = "application/json"))),
    responses((status = 201, body = MediaView)),
    extensions(("x-authz" = json!("media:write"))))]
async fn upload(
    Caller(ctx): Caller,
    State(state): State<AppState>,
    mut request: Request,
) -> ApiResult<Response> {
    ctx.user_id()?;
    let kind = request.headers().get(header::CONTENT_TYPE);
    let is_form = kind.is_some_and(|kind| kind.as_bytes().starts_with(b"multipart/"));
    let view = if is_form {
        let form = Multipart::from_request(request, &state).await;
        received(&ctx, form.map_err(|_| broken())?).await?
    } else {
        DefaultBodyLimit::max(BODY_BYTES_MAX).apply(&mut request);
        let Json(link) = Json::<AddLink>::from_request(request, &state).await?;
        links::add(&ctx, link).await?
    };
    Ok((StatusCode::CREATED, etag(view.version), Json(view)).into_response())
}

/// Read a link again
///
/// What was read before stays until it was, and if it cannot be. Answers that are based on it are out of date if it says
/// something else then.
#[utoipa::path(post, path = "/media/{media_id}/refresh", tag = "media", params(("media_id" = MediaId, Path)),
    responses((status = 202, body = MediaView)),
    extensions(("x-authz" = json!("media:write"))))]
async fn refresh(Caller(ctx): Caller, Path(id): Path<MediaId>) -> ApiResult<Response> {
    let view = links::refresh(&ctx, id).await?;
    Ok((StatusCode::ACCEPTED, etag(view.version), Json(view)).into_response())
}

/// What stands before the file in the form.
#[derive(Default)]
struct Said {
    project: Option<ProjectId>,
    node: Option<NodeId>,
    alt: Option<AltText>,
}

async fn received(ctx: &Ctx, mut form: Multipart) -> Result<MediaView> {
    let mut said = Said::default();
    loop {
        let field = form.next_field().await.map_err(|_| broken())?;
        let field = field.ok_or_else(|| Error::invalid("/file", "must be there"))?;
        match field.name().unwrap_or_default() {
            "projectId" => said.project = Some(parsed("/projectId", field).await?),
            "nodeId" => said.node = Some(parsed("/nodeId", field).await?),
            "alt" => said.alt = Some(parsed("/alt", field).await?),
            "file" => return file(ctx, said, field).await,
            _ => {
                return Err(Error::invalid(
                    "",
                    "fields are `projectId`, `nodeId`, `alt` and `file`",
                ));
            }
        }
    }
}

async fn file(ctx: &Ctx, said: Said, field: Field<'_>) -> Result<MediaView> {
    let project = said
        .project
        .ok_or_else(|| Error::invalid("/projectId", "must come before the file"))?;
    receive::may_add(ctx, project).await?;
    let _turn = receive::turn(ctx.user_id()?)?;
    let filename = receive::filename(field.file_name().unwrap_or_default())?;
    let bytes_max = ctx.platform.settings.storage.file_bytes_max;
    let taken = receive::stream(ctx, bytes_max, field).await?;
    if let Some(error) = taken.cut {
        taken.incoming.abort().await;
        return Err(error);
    }
    let new = NewFile {
        project,
        node: said.node,
        filename,
        alt: said.alt,
        head: taken.head,
        received: taken.incoming.finish().await?,
        upload: None,
    };
    new.add(ctx).await
}

/// A field of a form that holds one value.
pub async fn parsed<T: DeserializeOwned>(pointer: &str, mut field: Field<'_>) -> Result<T> {
    let mut bytes = Vec::new();
    while let Some(more) = field.chunk().await.map_err(|_| broken())? {
        bytes.extend_from_slice(&more);
        if bytes.len() > FIELD_BYTES_MAX {
            let sentence = format!("must have at most {FIELD_BYTES_MAX} bytes");
            return Err(Error::invalid(pointer, sentence));
        }
    }
    let text = String::from_utf8(bytes).map_err(|_| Error::invalid(pointer, "must be UTF-8"))?;
    let value: Result<T, _> = serde_json::from_value(text.into());
    value.map_err(|error| Error::invalid(pointer, error.to_string()))
}

/// What did not arrive as it was to.
#[must_use]
pub fn broken() -> Error {
    Error::BadRequest("the form did not arrive whole, or is no multipart form".to_owned())
}

/// A file, without its bytes
#[utoipa::path(get, path = "/media/{media_id}", tag = "media", params(("media_id" = MediaId, Path)),
    responses((status = 200, body = MediaView)),
    extensions(("x-authz" = json!("media:read"))))]
async fn get(Caller(ctx): Caller, Path(id): Path<MediaId>) -> ApiResult<Response> {
    let row = queries::readable(&ctx, id).await?;
    let view = queries::shown(&ctx, row).await?;
    Ok((etag(view.version), Json(view)).into_response())
}

/// Say what a file shows, or when it goes
#[utoipa::path(patch, path = "/media/{media_id}", tag = "media",
    params(("media_id" = MediaId, Path)), request_body = PatchMedia,
    responses((status = 200, body = MediaView)),
    extensions(("x-authz" = json!("media:write"))))]
async fn patch(
    Caller(ctx): Caller,
    Path(id): Path<MediaId>,
    IfMatch(expected): IfMatch,
    Json(input): Json<PatchMedia>,
) -> ApiResult<Response> {
    let view = commands::patch(&ctx, id, expected, input).await?;
    Ok((etag(view.version), Json(view)).into_response())
}

/// Remove a file that is attached to no node
#[utoipa::path(delete, path = "/media/{media_id}", tag = "media", params(("media_id" = MediaId, Path)),
    responses((status = 204)),
    extensions(("x-authz" = json!("media:delete"))))]
async fn delete(Caller(ctx): Caller, Path(id): Path<MediaId>) -> ApiResult<StatusCode> {
    commands::delete(&ctx, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The bytes of a file, whole or a part (`Range`)
///
/// Pictures are shown, everything else is saved. Without a header, the address that `POST …/address` gives.
#[utoipa::path(get, path = "/media/{media_id}/content", tag = "media",
    params(("media_id" = MediaId, Path), ("token" = Option<String>, Query, description = "Of an address.")),
    responses((status = 200, content((String = "application/octet-stream"))),
        (status = 206, content((String = "application/octet-stream")))),
    extensions(("x-authz" = json!("media:read"))))]
async fn content(
    Caller(ctx): Caller,
    Path(id): Path<MediaId>,
    headers: HeaderMap,
    uri: Uri,
) -> ApiResult<Response> {
    let ctx = address::caller(ctx, id, &uri).await?;
    let row = queries::readable(&ctx, id).await?;
    let response = serve::content(&ctx, &row, &headers).await?;
    if response.status() == StatusCode::OK && row.kind != MediaType::Image {
        let counted = ctx.platform.writer.housekeep(commands::Count { id }).await;
        // What can be read is given out while nothing can be written.
        if let Err(error) = counted {
            tracing::warn!(file = %id, error = kernel::error::chain(&error), "A download was not counted");
        }
    }
    Ok(response)
}

/// A small picture of a picture
#[utoipa::path(get, path = "/media/{media_id}/thumbnail", tag = "media",
    params(("media_id" = MediaId, Path), ("token" = Option<String>, Query, description = "Of an address.")),
    responses((status = 200, content((String = "image/png"), (String = "image/jpeg")))),
    extensions(("x-authz" = json!("media:read"))))]
async fn thumbnail(
    Caller(ctx): Caller,
    Path(id): Path<MediaId>,
    headers: HeaderMap,
    uri: Uri,
) -> ApiResult<Response> {
    let ctx = address::caller(ctx, id, &uri).await?;
    let row = queries::readable(&ctx, id).await?;
    Ok(serve::thumbnail(&ctx, &row, &headers).await?)
}

/// What is written in a file, page by page
#[utoipa::path(get, path = "/media/{media_id}/pages", tag = "media",
    params(("media_id" = MediaId, Path), PagesQuery),
    responses((status = 200, body = Vec<MediaPage>)),
    extensions(("x-authz" = json!("media:read"))))]
async fn pages(
    Caller(ctx): Caller,
    Path(id): Path<MediaId>,
    Query(query): Query<PagesQuery>,
) -> ApiResult<Json<Vec<MediaPage>>> {
    Ok(Json(queries::pages(&ctx, id, query.page).await?))
}

/// An address of a file that needs no header, for half an hour at most
#[utoipa::path(post, path = "/media/{media_id}/address", tag = "media", params(("media_id" = MediaId, Path)),
    responses((status = 200, body = MediaAddress)),
    extensions(("x-authz" = json!("session+media:read"))))]
async fn address(Caller(ctx): Caller, Path(id): Path<MediaId>) -> ApiResult<Json<MediaAddress>> {
    Ok(Json(address::make(&ctx, id).await?))
}

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use http::{ApiResult, AppState, Caller, IfMatch, Json, Path, Query, extract::etag};
use kernel::{Permission, PresetId};
use platform::access;
use protocol::{
    Page,
    page::PageQuery,
    presets::{CreatePreset, PatchPreset, PresetView},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    commands::{self, Delete, Update},
    queries,
};

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(get, update, delete))
}

/// The presets one may use: the system's, then one's own
#[utoipa::path(get, path = "/presets", tag = "presets", params(PageQuery),
    responses((status = 200, body = Page<PresetView>)),
    extensions(("x-authz" = json!("scope:project"))))]
async fn list(
    Caller(ctx): Caller,
    Query(query): Query<PageQuery>,
) -> ApiResult<Json<Page<PresetView>>> {
    Ok(Json(queries::list(&ctx, query).await?))
}

/// Make a preset of one's own
#[utoipa::path(post, path = "/presets", tag = "presets", request_body = CreatePreset,
    responses((status = 201, body = PresetView)),
    extensions(("x-authz" = json!("session"))))]
async fn create(Caller(ctx): Caller, Json(input): Json<CreatePreset>) -> ApiResult<Response> {
    let preset = commands::create(&ctx, input).await?;
    Ok((StatusCode::CREATED, etag(preset.version), Json(preset)).into_response())
}

/// One preset
#[utoipa::path(get, path = "/presets/{preset_id}", tag = "presets",
    params(("preset_id" = PresetId, Path)),
    responses((status = 200, body = PresetView)),
    extensions(("x-authz" = json!("scope:project"))))]
async fn get(Caller(ctx): Caller, Path(preset): Path<PresetId>) -> ApiResult<Response> {
    let preset = queries::get(&ctx, preset).await?;
    Ok((etag(preset.version), Json(preset)).into_response())
}

/// Change a preset of one's own
///
/// Answers that were made with it become stale where it now says something else.
#[utoipa::path(patch, path = "/presets/{preset_id}", tag = "presets",
    params(("preset_id" = PresetId, Path), IfMatch), request_body = PatchPreset,
    responses((status = 200, body = PresetView)),
    extensions(("x-authz" = json!("session"))))]
async fn update(
    Caller(ctx): Caller,
    Path(id): Path<PresetId>,
    IfMatch(expected): IfMatch,
    Json(patch): Json<PatchPreset>,
) -> ApiResult<Response> {
    let (user, _) = ctx.session()?;
    // Whoever does not run the server, or of whom it cannot be told, changes only what is their own.
    let is_operator = access::operator(&ctx, Permission::SERVER_WRITE)
        .await
        .is_ok();
    let update = Update {
        user,
        is_operator,
        id,
        expected,
        patch,
    };
    let preset = ctx.write_account(user, update).await?;
    Ok((etag(preset.version), Json(preset)).into_response())
}

/// Delete a preset of one's own; what uses it stays, without a preset
#[utoipa::path(delete, path = "/presets/{preset_id}", tag = "presets",
    params(("preset_id" = PresetId, Path), IfMatch),
    responses((status = 204)),
    extensions(("x-authz" = json!("session"))))]
async fn delete(
    Caller(ctx): Caller,
    Path(id): Path<PresetId>,
    IfMatch(expected): IfMatch,
) -> ApiResult<StatusCode> {
    let (user, _) = ctx.session()?;
    let delete = Delete { user, id, expected };
    ctx.write_account(user, delete).await?;
    Ok(StatusCode::NO_CONTENT)
}

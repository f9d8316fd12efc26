use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use http::{ApiResult, AppState, Caller, Json, Path, Query};
use kernel::{ProjectId, RefreshId};
use protocol::{
    Page,
    page::PageQuery,
    refresh::{Refresh, RefreshAnswer, RefreshView},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{commands, queries};

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(refresh))
        .routes(routes!(list_refreshes))
        .routes(routes!(get_refresh))
        .routes(routes!(cancel_refresh))
}

/// Regenerate what is stale, each node after everything it depends on
///
/// The event `refresh.end` says what came of it.
#[utoipa::path(post, path = "/projects/{project_id}/refresh", tag = "generations",
    params(("project_id" = ProjectId, Path)), request_body = Refresh,
    responses((status = 202, body = RefreshAnswer)),
    extensions(("x-authz" = json!("runs:run"))))]
async fn refresh(
    Caller(ctx): Caller,
    Path(project): Path<ProjectId>,
    Json(input): Json<Refresh>,
) -> ApiResult<Response> {
    let refresh = commands::refresh(&ctx, project, input).await?;
    Ok((StatusCode::ACCEPTED, Json(RefreshAnswer { refresh })).into_response())
}

/// The refreshes of a project, the newest first
#[utoipa::path(get, path = "/projects/{project_id}/refreshes", tag = "generations",
    params(("project_id" = ProjectId, Path), PageQuery),
    responses((status = 200, body = Page<RefreshView>)),
    extensions(("x-authz" = json!("graph:read"))))]
async fn list_refreshes(
    Caller(ctx): Caller,
    Path(project): Path<ProjectId>,
    Query(query): Query<PageQuery>,
) -> ApiResult<Json<Page<RefreshView>>> {
    Ok(Json(queries::list(&ctx, project, query).await?))
}

/// One refresh, and how far it is
#[utoipa::path(get, path = "/projects/{project_id}/refreshes/{refresh_id}", tag = "generations",
    params(("project_id" = ProjectId, Path), ("refresh_id" = RefreshId, Path)),
    responses((status = 200, body = RefreshView)),
    extensions(("x-authz" = json!("graph:read"))))]
async fn get_refresh(
    Caller(ctx): Caller,
    Path((project, refresh)): Path<(ProjectId, RefreshId)>,
) -> ApiResult<Json<RefreshView>> {
    Ok(Json(queries::get(&ctx, project, refresh).await?))
}

/// End a refresh that is under way, with all of its runs
///
/// What was answered by then stays. The event `refresh.end` says that it was cancelled.
#[utoipa::path(post, path = "/projects/{project_id}/refreshes/{refresh_id}/cancel",
    tag = "generations",
    params(("project_id" = ProjectId, Path), ("refresh_id" = RefreshId, Path)),
    responses((status = 200, body = RefreshView)),
    extensions(("x-authz" = json!("runs:run"))))]
async fn cancel_refresh(
    Caller(ctx): Caller,
    Path((project, refresh)): Path<(ProjectId, RefreshId)>,
) -> ApiResult<Json<RefreshView>> {
    commands::cancel(&ctx, project, refresh).await?;
    Ok(Json(queries::get(&ctx, project, refresh).await?))
}

use axum::http::StatusCode;
use http::{ApiResult, AppState, Caller, Json, Path};
use kernel::ProjectId;
use protocol::tool_servers::{PutToolCredential, ToolServers};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{commands, queries};

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(list_in_project))
        .routes(routes!(put_own, delete_own))
        .routes(routes!(put_for_project, delete_for_project))
}

/// The servers outside whose tools agents may be given
#[utoipa::path(get, path = "/tool-servers", tag = "tool-servers",
    responses((status = 200, body = ToolServers)),
    extensions(("x-authz" = json!("scope:agent"))))]
async fn list(Caller(ctx): Caller) -> ApiResult<Json<ToolServers>> {
    Ok(Json(queries::list(&ctx).await?))
}

/// The same, and whether the project has a token for each
#[utoipa::path(get, path = "/projects/{project_id}/tool-servers", tag = "tool-servers",
    params(("project_id" = ProjectId, Path)),
    responses((status = 200, body = ToolServers)),
    extensions(("x-authz" = json!("agents:read"))))]
async fn list_in_project(
    Caller(ctx): Caller,
    Path(project): Path<ProjectId>,
) -> ApiResult<Json<ToolServers>> {
    Ok(Json(queries::list_in(&ctx, project).await?))
}

/// Give one's token for a server, in place of the one before
///
/// It serves the tasks that run in one's own name, in every project.
#[utoipa::path(put, path = "/users/me/tool-servers/{server}/credential", tag = "tool-servers",
    params(("server" = String, Path)), request_body = PutToolCredential,
    responses((status = 204)),
    extensions(("x-authz" = json!("session"))))]
async fn put_own(
    Caller(ctx): Caller,
    Path(server): Path<String>,
    Json(input): Json<PutToolCredential>,
) -> ApiResult<StatusCode> {
    commands::put_own(&ctx, &server, &input.token).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Take back one's token for a server
#[utoipa::path(delete, path = "/users/me/tool-servers/{server}/credential", tag = "tool-servers",
    params(("server" = String, Path)),
    responses((status = 204)),
    extensions(("x-authz" = json!("session"))))]
async fn delete_own(Caller(ctx): Caller, Path(server): Path<String>) -> ApiResult<StatusCode> {
    commands::forget_own(&ctx, &server).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Give a project's token for a server, in place of the one before
///
/// It serves everybody's tasks here who has given no token of their own.
#[utoipa::path(put, path = "/projects/{project_id}/tool-servers/{server}/credential", tag = "tool-servers",
    params(("project_id" = ProjectId, Path), ("server" = String, Path)),
    request_body = PutToolCredential,
    responses((status = 204)),
    extensions(("x-authz" = json!("provider-credentials:write"))))]
async fn put_for_project(
    Caller(ctx): Caller,
    Path((project, server)): Path<(ProjectId, String)>,
    Json(input): Json<PutToolCredential>,
) -> ApiResult<StatusCode> {
    commands::put_for_project(&ctx, project, &server, &input.token).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Take back a project's token for a server
#[utoipa::path(delete, path = "/projects/{project_id}/tool-servers/{server}/credential",
    tag = "tool-servers",
    params(("project_id" = ProjectId, Path), ("server" = String, Path)),
    responses((status = 204)),
    extensions(("x-authz" = json!("provider-credentials:write"))))]
async fn delete_for_project(
    Caller(ctx): Caller,
    Path((project, server)): Path<(ProjectId, String)>,
) -> ApiResult<StatusCode> {
    commands::forget_for_project(&ctx, project, &server).await?;
    Ok(StatusCode::NO_CONTENT)
}

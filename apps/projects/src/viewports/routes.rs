use http::{ApiResult, AppState, Caller, Json, Path};
use kernel::ProjectId;
use protocol::Viewport;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(get_viewport, put_viewport))
}

/// Where the caller last looked; null where nothing is known
#[utoipa::path(get, path = "/projects/{project_id}/viewport", tag = "projects",
    params(("project_id" = ProjectId, Path)),
    responses((status = 200, body = Option<Viewport>)),
    extensions(("x-authz" = json!("project:read"))))]
async fn get_viewport(
    Caller(ctx): Caller,
    Path(project): Path<ProjectId>,
) -> ApiResult<Json<Option<Viewport>>> {
    Ok(Json(super::get(&ctx, project).await?))
}

/// Remember where the caller looks
#[utoipa::path(put, path = "/projects/{project_id}/viewport", tag = "projects",
    params(("project_id" = ProjectId, Path)), request_body = Viewport,
    responses((status = 200, body = Viewport)),
    extensions(("x-authz" = json!("presence:write"))))]
async fn put_viewport(
    Caller(ctx): Caller,
    Path(project): Path<ProjectId>,
    Json(viewport): Json<Viewport>,
) -> ApiResult<Json<Viewport>> {
    Ok(Json(super::set(&ctx, project, viewport).await?))
}

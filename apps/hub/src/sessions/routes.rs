use http::{ApiResult, AppState, Caller, Json, Path, Query};
use kernel::ProjectId;
use protocol::{Page, page::PageQuery, sessions::SessionHere};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::queries;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(here))
}

/// Who is in a project right now, on any instance
#[utoipa::path(get, path = "/projects/{project_id}/sessions", tag = "members",
    params(("project_id" = ProjectId, Path), PageQuery),
    responses((status = 200, body = Page<SessionHere>)),
    extensions(("x-authz" = json!("presence:read"))))]
async fn here(
    Caller(ctx): Caller,
    Path(project): Path<ProjectId>,
    Query(query): Query<PageQuery>,
) -> ApiResult<Json<Page<SessionHere>>> {
    Ok(Json(queries::list(&ctx, project, query).await?))
}

use http::{ApiResult, AppState, Caller, Json, Path, Query};
use kernel::ProjectId;
use protocol::compare::{CompareQuery, ComparisonView};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::queries;

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(compare))
}

/// Compare two nodes: where their ways part, and what only one of them rests on
#[utoipa::path(get, path = "/projects/{project_id}/compare", tag = "graph",
    params(("project_id" = ProjectId, Path), CompareQuery),
    responses((status = 200, body = ComparisonView)),
    extensions(("x-authz" = json!("graph:read"))))]
async fn compare(
    Caller(ctx): Caller,
    Path(project): Path<ProjectId>,
    Query(query): Query<CompareQuery>,
) -> ApiResult<Json<ComparisonView>> {
    Ok(Json(queries::compare(&ctx, project, query).await?))
}

use http::{ApiResult, AppState, Caller, Json, Path, Query};
use kernel::ProjectId;
use protocol::usage::{UsageQuery, UsageView};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::queries;

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(usage))
}

/// What was asked of models and what that cost, by node, member, model or day
#[utoipa::path(get, path = "/projects/{project_id}/usage", tag = "budgets",
    params(("project_id" = ProjectId, Path), UsageQuery),
    responses((status = 200, body = UsageView)),
    extensions(("x-authz" = json!("costs:read"))))]
async fn usage(
    Caller(ctx): Caller,
    Path(project): Path<ProjectId>,
    Query(query): Query<UsageQuery>,
) -> ApiResult<Json<UsageView>> {
    Ok(Json(queries::usage(&ctx, project, query).await?))
}

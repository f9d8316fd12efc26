use http::{ApiResult, AppState, Caller, Json, Path};
use kernel::ProjectId;
use protocol::budgets::{Budgets, BudgetsView};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{commands, queries};

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(get, replace))
}

/// What the project and its members may spend; `usage` says what they did
#[utoipa::path(get, path = "/projects/{project_id}/budgets", tag = "budgets",
    params(("project_id" = ProjectId, Path)),
    responses((status = 200, body = BudgetsView)),
    extensions(("x-authz" = json!("costs:read"))))]
async fn get(Caller(ctx): Caller, Path(project): Path<ProjectId>) -> ApiResult<Json<BudgetsView>> {
    Ok(Json(queries::get(&ctx, project).await?))
}

/// Put these budgets in the place of all there were
///
/// What a call may need at most is reserved in every budget before a model is asked, and settled to
/// what it did need afterwards.
#[utoipa::path(put, path = "/projects/{project_id}/budgets", tag = "budgets",
    params(("project_id" = ProjectId, Path)), request_body = Budgets,
    responses((status = 200, body = BudgetsView)),
    extensions(("x-authz" = json!("project:write"))))]
async fn replace(
    Caller(ctx): Caller,
    Path(project): Path<ProjectId>,
    Json(input): Json<Budgets>,
) -> ApiResult<Json<BudgetsView>> {
    Ok(Json(commands::replace(&ctx, project, input).await?))
}

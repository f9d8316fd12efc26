use http::{ApiResult, AppState, Caller, Json, Path};
use kernel::ProjectId;
use protocol::ops::{Batch, BatchDone};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::commands;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(submit))
}

/// Several operations at once: all or nothing, under one number
#[utoipa::path(post, path = "/projects/{project_id}/ops", tag = "graph",
    params(("project_id" = ProjectId, Path)), request_body = Batch,
    responses((status = 200, body = BatchDone)),
    extensions(("x-authz" = json!("graph:write"))))]
async fn submit(
    Caller(ctx): Caller,
    Path(project): Path<ProjectId>,
    Json(input): Json<Batch>,
) -> ApiResult<Json<BatchDone>> {
    Ok(Json(commands::batch(&ctx, project, None, input).await?))
}

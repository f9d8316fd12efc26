use http::{ApiResult, AppState, Caller, Json, Path};
use kernel::ProjectId;
use protocol::graph::{GraphView, StateHash};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::queries;

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(graph))
        .routes(routes!(state_hash))
}

/// The whole project, consistent at `seq`
#[utoipa::path(get, path = "/projects/{project_id}/graph", tag = "graph",
    params(("project_id" = ProjectId, Path)),
    responses((status = 200, body = GraphView)),
    extensions(("x-authz" = json!("graph:read"))))]
async fn graph(Caller(ctx): Caller, Path(project): Path<ProjectId>) -> ApiResult<Json<GraphView>> {
    Ok(Json(queries::snapshot(&ctx, project).await?))
}

/// The fingerprint of the project's state
#[utoipa::path(get, path = "/projects/{project_id}/state-hash", tag = "graph",
    params(("project_id" = ProjectId, Path)),
    responses((status = 200, body = StateHash)),
    extensions(("x-authz" = json!("graph:read"))))]
async fn state_hash(
    Caller(ctx): Caller,
    Path(project): Path<ProjectId>,
) -> ApiResult<Json<StateHash>> {
    Ok(Json(queries::state_hash(&ctx, project).await?))
}

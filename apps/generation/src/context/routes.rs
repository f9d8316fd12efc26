use http::{ApiResult, AppState, Caller, Json, Path, Query};
use kernel::{NodeId, ProjectId};
use protocol::context::{ContextQuery, ContextView};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::queries;

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(context))
}

/// What a model would be sent for a node, to the byte, and what that costs. Nobody is asked.
#[utoipa::path(get, path = "/projects/{project_id}/nodes/{node_id}/context", tag = "generations",
    params(("project_id" = ProjectId, Path), ("node_id" = NodeId, Path), ContextQuery),
    responses((status = 200, body = ContextView)),
    extensions(("x-authz" = json!("costs:read"))))]
async fn context(
    Caller(ctx): Caller,
    Path((project, node)): Path<(ProjectId, NodeId)>,
    Query(query): Query<ContextQuery>,
) -> ApiResult<Json<ContextView>> {
    Ok(Json(queries::preview(&ctx, project, node, query).await?))
}

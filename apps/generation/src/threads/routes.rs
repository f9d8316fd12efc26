use http::{ApiResult, AppState, Caller, Json, Path, Query};
use kernel::{NodeId, ProjectId};
use protocol::conversations::{ThreadQuery, ThreadView};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::queries;

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(thread))
}

/// The branch that leads to a node, as messages
///
/// Where a node rests on several, the thread goes up by the one that was connected first, and `also` names the
/// others.
#[utoipa::path(get, path = "/projects/{project_id}/nodes/{node_id}/thread", tag = "conversations",
    operation_id = "get_thread",
    params(("project_id" = ProjectId, Path), ("node_id" = NodeId, Path), ThreadQuery),
    responses((status = 200, body = ThreadView)),
    extensions(("x-authz" = json!("graph:read"))))]
async fn thread(
    Caller(ctx): Caller,
    Path((project, node)): Path<(ProjectId, NodeId)>,
    Query(query): Query<ThreadQuery>,
) -> ApiResult<Json<ThreadView>> {
    Ok(Json(queries::thread(&ctx, project, node, query).await?))
}

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use http::{ApiResult, AppState, Caller, Json, Path, extract::etag};
use kernel::ProjectId;
use protocol::{merge::Merge, nodes::NodeWithEdges};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::commands;

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(merge))
}

/// Make a node that rests on several and brings their answers together
///
/// Nobody is asked yet: the proposed prompt can be changed before.
#[utoipa::path(post, path = "/projects/{project_id}/merge", tag = "graph",
    params(("project_id" = ProjectId, Path)), request_body = Merge,
    responses((status = 201, body = NodeWithEdges)),
    extensions(("x-authz" = json!("graph:write"))))]
async fn merge(
    Caller(ctx): Caller,
    Path(project): Path<ProjectId>,
    Json(input): Json<Merge>,
) -> ApiResult<Response> {
    let created = commands::merge(&ctx, project, input).await?;
    let etag = etag(created.node.version);
    Ok((StatusCode::CREATED, etag, Json(created)).into_response())
}

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use http::{ApiResult, AppState, Caller, Json, Path};
use kernel::{NodeId, ProjectId};
use protocol::siblings::{Siblings, SiblingsStarted};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::commands;

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(start))
}

/// Ask several models the same, each in a node of its own beside this one
///
/// All of them begin under one number, or none does.
#[utoipa::path(post, path = "/projects/{project_id}/nodes/{node_id}/siblings", tag = "generations",
    operation_id = "siblings",
    params(("project_id" = ProjectId, Path), ("node_id" = NodeId, Path)), request_body = Siblings,
    responses((status = 202, body = SiblingsStarted)),
    extensions(("x-authz" = json!("runs:run+graph:write"))))]
async fn start(
    Caller(ctx): Caller,
    Path((project, node)): Path<(ProjectId, NodeId)>,
    Json(input): Json<Siblings>,
) -> ApiResult<Response> {
    let started = commands::start(&ctx, project, node, input).await?;
    Ok((StatusCode::ACCEPTED, Json(started)).into_response())
}

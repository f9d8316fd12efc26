use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use http::{ApiResult, AppState, Caller, Json, Path};
use kernel::{NodeId, ProjectId};
use protocol::followups::{Followup, FollowupAdded};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::commands;

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(add))
}

/// Ask the next question below a node
///
/// A child is made, placed and asked under one number. While an answer above is still being written, it
/// waits for that.
#[utoipa::path(post, path = "/projects/{project_id}/nodes/{node_id}/followups", tag = "generations",
    operation_id = "followup",
    params(("project_id" = ProjectId, Path), ("node_id" = NodeId, Path)), request_body = Followup,
    responses((status = 201, body = FollowupAdded)),
    extensions(("x-authz" = json!("runs:run+graph:write"))))]
async fn add(
    Caller(ctx): Caller,
    Path((project, node)): Path<(ProjectId, NodeId)>,
    Json(input): Json<Followup>,
) -> ApiResult<Response> {
    let added = commands::add(&ctx, project, node, input).await?;
    Ok((StatusCode::CREATED, Json(added)).into_response())
}

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use http::{ApiResult, AppState, Caller, Json, Path, extract::etag};
use kernel::ProjectId;
use protocol::{projects::ProjectView, templates::DuplicateProject};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::commands;

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(duplicate))
}

/// Make a copy of a project
///
/// Whoever may read a project may have one of their own like it: its nodes, edges and the answers that its nodes have
/// now, as far as they may see them. Members, tokens, budgets, attempts, votes and the log are not copied. A copy is not
/// public. A project of more than 1,000 nodes or 8 MiB of text is refused.
#[utoipa::path(post, path = "/projects/{project_id}/duplicate", tag = "projects",
    params(("project_id" = ProjectId, Path)), request_body = DuplicateProject,
    responses((status = 201, body = ProjectView)),
    extensions(("x-authz" = json!("caller+project:read+graph:read"))))]
async fn duplicate(
    Caller(ctx): Caller,
    Path(project): Path<ProjectId>,
    Json(input): Json<DuplicateProject>,
) -> ApiResult<Response> {
    let copy = Box::pin(commands::duplicate(&ctx, project, input)).await?;
    Ok((StatusCode::CREATED, etag(copy.version), Json(copy)).into_response())
}

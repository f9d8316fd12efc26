use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use http::{ApiResult, AppState, Caller, Json, Path};
use kernel::ProjectId;
use protocol::refresh::{Refresh, RefreshAnswer};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::commands;

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(refresh))
}

/// Regenerate what is stale, each node after everything it depends on
///
/// The event `refresh.end` says what came of it.
#[utoipa::path(post, path = "/projects/{project_id}/refresh", tag = "generations",
    params(("project_id" = ProjectId, Path)), request_body = Refresh,
    responses((status = 202, body = RefreshAnswer)),
    extensions(("x-authz" = json!("runs:run"))))]
async fn refresh(
    Caller(ctx): Caller,
    Path(project): Path<ProjectId>,
    Json(input): Json<Refresh>,
) -> ApiResult<Response> {
    let refresh = commands::refresh(&ctx, project, input).await?;
    Ok((StatusCode::ACCEPTED, Json(RefreshAnswer { refresh })).into_response())
}

//! Operations over REST.

use kernel::ProjectId;
use platform::ops;
use protocol::ops::{Batch, BatchDone};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{ApiResult, AppState, Caller, Feature, Json, Path};

/// Operations of all features, several at once.
#[must_use]
pub fn feature() -> Feature {
    Feature::new("ops").routes(|| OpenApiRouter::<AppState>::new().routes(routes!(submit)))
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
    Ok(Json(ops::batch(&ctx, project, None, input).await?))
}

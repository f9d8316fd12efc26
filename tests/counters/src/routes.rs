//! Reading counters over REST.

use std::collections::BTreeMap;

use http::{ApiResult, AppState, Caller, Json, Path};
use kernel::{Permission, ProjectId};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::projection::Counters;

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list))
}

/// The counters of a project
#[utoipa::path(get, path = "/projects/{project_id}/counters", tag = "counters",
    params(("project_id" = ProjectId, Path)),
    responses((status = 200, body = BTreeMap<String, i64>)),
    extensions(("x-authz" = json!("graph:read"))))]
async fn list(
    Caller(ctx): Caller,
    Path(project): Path<ProjectId>,
) -> ApiResult<Json<BTreeMap<String, i64>>> {
    let access = ctx.project(project, Permission::GRAPH_READ).await?;
    let counters = ctx.shared::<Counters, _>(&access, |current| current.projection.all());
    Ok(Json(counters.await?))
}

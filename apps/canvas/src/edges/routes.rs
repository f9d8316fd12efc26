use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use http::{ApiResult, AppState, Caller, IfMatch, Json, Path, Query, extract::etag};
use kernel::{EdgeId, ProjectId};
use protocol::{
    Page,
    edges::{CreateEdge, EdgeView, PatchEdge},
    page::PageQuery,
};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    commands::{self, Created},
    queries,
};

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(get, update, delete))
}

/// The edges of a project
#[utoipa::path(get, path = "/projects/{project_id}/edges", tag = "edges",
    params(("project_id" = ProjectId, Path), PageQuery),
    responses((status = 200, body = Page<EdgeView>)),
    extensions(("x-authz" = json!("graph:read"))))]
async fn list(
    Caller(ctx): Caller,
    Path(project): Path<ProjectId>,
    Query(query): Query<PageQuery>,
) -> ApiResult<Json<Page<EdgeView>>> {
    Ok(Json(queries::list(&ctx, project, query).await?))
}

/// Connect two nodes; 200 with the edge that exists if they are connected already
#[utoipa::path(post, path = "/projects/{project_id}/edges", tag = "edges",
    params(("project_id" = ProjectId, Path)), request_body = CreateEdge,
    responses((status = 201, body = EdgeView), (status = 200, body = EdgeView)),
    extensions(("x-authz" = json!("graph:write"))))]
async fn create(
    Caller(ctx): Caller,
    Path(project): Path<ProjectId>,
    Json(input): Json<CreateEdge>,
) -> ApiResult<Response> {
    let created = commands::create(&ctx, project, input).await?;
    let status = match &created {
        Created::New(_) => StatusCode::CREATED,
        Created::Existing(_) => StatusCode::OK,
    };
    let edge = created.into_edge();
    Ok((status, etag(edge.version), Json(edge)).into_response())
}

/// One edge
#[utoipa::path(get, path = "/projects/{project_id}/edges/{edge_id}", tag = "edges",
    params(("project_id" = ProjectId, Path), ("edge_id" = EdgeId, Path)),
    responses((status = 200, body = EdgeView)),
    extensions(("x-authz" = json!("graph:read"))))]
async fn get(
    Caller(ctx): Caller,
    Path((project, edge)): Path<(ProjectId, EdgeId)>,
) -> ApiResult<Response> {
    let edge = queries::get(&ctx, project, edge).await?;
    Ok((etag(edge.version), Json(edge)).into_response())
}

/// Change an edge
#[utoipa::path(patch, path = "/projects/{project_id}/edges/{edge_id}", tag = "edges",
    params(("project_id" = ProjectId, Path), ("edge_id" = EdgeId, Path), IfMatch),
    request_body = PatchEdge,
    responses((status = 200, body = EdgeView)),
    extensions(("x-authz" = json!("graph:write"))))]
async fn update(
    Caller(ctx): Caller,
    Path((project, edge)): Path<(ProjectId, EdgeId)>,
    IfMatch(expected): IfMatch,
    Json(patch): Json<PatchEdge>,
) -> ApiResult<Response> {
    let edge = commands::update(&ctx, project, edge, expected, patch.policy).await?;
    Ok((etag(edge.version), Json(edge)).into_response())
}

/// Take an edge away
#[utoipa::path(delete, path = "/projects/{project_id}/edges/{edge_id}", tag = "edges",
    params(("project_id" = ProjectId, Path), ("edge_id" = EdgeId, Path), IfMatch),
    responses((status = 204)),
    extensions(("x-authz" = json!("graph:delete"))))]
async fn delete(
    Caller(ctx): Caller,
    Path((project, edge)): Path<(ProjectId, EdgeId)>,
    IfMatch(expected): IfMatch,
) -> ApiResult<StatusCode> {
    commands::delete(&ctx, project, edge, expected).await?;
    Ok(StatusCode::NO_CONTENT)
}

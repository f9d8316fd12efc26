use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use http::{Anyone, ApiResult, AppState, Caller, IfMatch, Json, Path, Query, extract::etag};
use kernel::ProjectId;
use protocol::{
    Page,
    projects::{
        CreateProject, ListedProject, ListedQuery, PatchProject, ProjectView, ProjectsQuery,
    },
};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    commands::{self, Delete, Restore, Update},
    queries,
};

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(listed))
        .routes(routes!(get, update, delete))
        .routes(routes!(restore))
}

/// The caller's projects
#[utoipa::path(get, path = "/projects", tag = "projects", params(ProjectsQuery),
    responses((status = 200, body = Page<ProjectView>)),
    extensions(("x-authz" = json!("scope:project"))))]
async fn list(
    Caller(ctx): Caller,
    Query(query): Query<ProjectsQuery>,
) -> ApiResult<Json<Page<ProjectView>>> {
    Ok(Json(queries::list(&ctx, query).await?))
}

/// Public projects whose owners want them to be found, those changed last first
#[utoipa::path(get, path = "/public/projects", tag = "projects", params(ListedQuery),
    responses((status = 200, body = Page<ListedProject>)),
    extensions(("x-authz" = json!("anonymous"))))]
async fn listed(
    Anyone(ctx): Anyone,
    Query(query): Query<ListedQuery>,
) -> ApiResult<Json<Page<ListedProject>>> {
    Ok(Json(super::listed::list(&ctx, query).await?))
}

/// Make a project
#[utoipa::path(post, path = "/projects", tag = "projects", request_body = CreateProject,
    responses((status = 201, body = ProjectView)),
    extensions(("x-authz" = json!("scope:project"))))]
async fn create(Caller(ctx): Caller, Json(input): Json<CreateProject>) -> ApiResult<Response> {
    let project = commands::create(&ctx, input).await?;
    Ok((StatusCode::CREATED, etag(project.version), Json(project)).into_response())
}

/// One project
#[utoipa::path(get, path = "/projects/{project_id}", tag = "projects",
    params(("project_id" = ProjectId, Path)),
    responses((status = 200, body = ProjectView)),
    extensions(("x-authz" = json!("project:read"))))]
async fn get(Caller(ctx): Caller, Path(project): Path<ProjectId>) -> ApiResult<Response> {
    let project = queries::get(&ctx, project).await?;
    Ok((etag(project.version), Json(project)).into_response())
}

/// Change a project
#[utoipa::path(patch, path = "/projects/{project_id}", tag = "projects",
    params(("project_id" = ProjectId, Path), IfMatch), request_body = PatchProject,
    responses((status = 200, body = ProjectView)),
    extensions(("x-authz" = json!("project:write"))))]
async fn update(
    Caller(ctx): Caller,
    Path(project): Path<ProjectId>,
    IfMatch(expected): IfMatch,
    Json(patch): Json<PatchProject>,
) -> ApiResult<Response> {
    ctx.write(project, Update { expected, patch }).await?;
    let project = queries::get(&ctx, project).await?;
    Ok((etag(project.version), Json(project)).into_response())
}

/// Put a project into the trash
#[utoipa::path(delete, path = "/projects/{project_id}", tag = "projects",
    params(("project_id" = ProjectId, Path), IfMatch),
    responses((status = 204)),
    extensions(("x-authz" = json!("ownership:write"))))]
async fn delete(
    Caller(ctx): Caller,
    Path(project): Path<ProjectId>,
    IfMatch(expected): IfMatch,
) -> ApiResult<StatusCode> {
    ctx.write(project, Delete { expected }).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Take a project out of the trash
#[utoipa::path(post, path = "/projects/{project_id}/restore", tag = "projects",
    params(("project_id" = ProjectId, Path)),
    responses((status = 200, body = ProjectView)),
    extensions(("x-authz" = json!("ownership:write"))))]
async fn restore(Caller(ctx): Caller, Path(project): Path<ProjectId>) -> ApiResult<Response> {
    ctx.write(project, Restore).await?;
    let project = queries::get(&ctx, project).await?;
    Ok((etag(project.version), Json(project)).into_response())
}

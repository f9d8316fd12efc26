use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use http::{ApiResult, AppState, Caller, IfMatch, Json, Path, Query, extract::etag};
use kernel::{ProjectId, ScheduleId};
use protocol::{
    Page,
    page::PageQuery,
    schedules::{CreateSchedule, PatchSchedule, ScheduleView},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    commands::{Create, Delete, Update},
    queries,
};

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(update, delete))
}

/// When agents begin tasks by themselves
#[utoipa::path(get, path = "/projects/{project_id}/schedules", tag = "schedules",
    params(("project_id" = ProjectId, Path), PageQuery),
    responses((status = 200, body = Page<ScheduleView>)),
    extensions(("x-authz" = json!("agents:read"))))]
async fn list(
    Caller(ctx): Caller,
    Path(project): Path<ProjectId>,
    Query(query): Query<PageQuery>,
) -> ApiResult<Json<Page<ScheduleView>>> {
    Ok(Json(queries::list(&ctx, project, query).await?))
}

/// Have an agent begin tasks by the clock, once, or when something happens
///
/// They run in the name of who says so, as long as they may.
#[utoipa::path(post, path = "/projects/{project_id}/schedules", tag = "schedules",
    params(("project_id" = ProjectId, Path)), request_body = CreateSchedule,
    responses((status = 201, body = ScheduleView)),
    extensions(("x-authz" = json!("runs:run+agents:read+graph:write"))))]
async fn create(
    Caller(ctx): Caller,
    Path(project): Path<ProjectId>,
    Json(input): Json<CreateSchedule>,
) -> ApiResult<Response> {
    let op = ctx.request.op.as_ref();
    let id = op.map_or_else(ScheduleId::generate, |op| op.id.uuid().into());
    ctx.write(project, Create { id, input }).await?;
    let schedule = queries::view(&ctx, project, id).await?;
    Ok((StatusCode::CREATED, etag(schedule.version), Json(schedule)).into_response())
}

/// Change a schedule, or pause it
///
/// One's own; those of others with `agents:write`.
#[utoipa::path(patch, path = "/projects/{project_id}/schedules/{schedule_id}", tag = "schedules",
    params(("project_id" = ProjectId, Path), ("schedule_id" = ScheduleId, Path), IfMatch),
    request_body = PatchSchedule,
    responses((status = 200, body = ScheduleView)),
    extensions(("x-authz" = json!("runs:run+agents:read+graph:write"))))]
async fn update(
    Caller(ctx): Caller,
    Path((project, id)): Path<(ProjectId, ScheduleId)>,
    IfMatch(expected): IfMatch,
    Json(patch): Json<PatchSchedule>,
) -> ApiResult<Response> {
    let update = Update {
        id,
        expected,
        patch,
    };
    ctx.write(project, update).await?;
    let schedule = queries::view(&ctx, project, id).await?;
    Ok((etag(schedule.version), Json(schedule)).into_response())
}

/// Delete a schedule; what it began goes on
#[utoipa::path(delete, path = "/projects/{project_id}/schedules/{schedule_id}", tag = "schedules",
    params(("project_id" = ProjectId, Path), ("schedule_id" = ScheduleId, Path)),
    responses((status = 204)),
    extensions(("x-authz" = json!("runs:run+agents:read+graph:write"))))]
async fn delete(
    Caller(ctx): Caller,
    Path((project, id)): Path<(ProjectId, ScheduleId)>,
) -> ApiResult<StatusCode> {
    ctx.write(project, Delete { id }).await?;
    Ok(StatusCode::NO_CONTENT)
}

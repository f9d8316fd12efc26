use axum::{
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use http::{ApiResult, AppState, Caller, Json, Path, Query};
use kernel::{ProjectId, TaskId};
use protocol::{
    Page,
    generations::StreamQuery,
    page::PageQuery,
    tasks::{StartTask, StepView, TaskMessage, TaskQuery, TaskView},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{commands, queries, stream as following};

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list, start))
        .routes(routes!(get))
        .routes(routes!(cancel))
        .routes(routes!(retry))
        .routes(routes!(say))
        .routes(routes!(list_steps))
        .routes(routes!(follow))
}

/// The tasks of a project, the newest first
#[utoipa::path(get, path = "/projects/{project_id}/tasks", tag = "tasks",
    params(("project_id" = ProjectId, Path), TaskQuery),
    responses((status = 200, body = Page<TaskView>)),
    extensions(("x-authz" = json!("agents:read"))))]
async fn list(
    Caller(ctx): Caller,
    Path(project): Path<ProjectId>,
    Query(query): Query<TaskQuery>,
) -> ApiResult<Json<Page<TaskView>>> {
    Ok(Json(queries::list(&ctx, project, query).await?))
}

/// Give an agent something to do
///
/// It acts in the name of who starts it, with no more rights than they have, and what it may use up is reserved
/// in their budgets and the agent's.
#[utoipa::path(post, path = "/projects/{project_id}/tasks", tag = "tasks",
    params(("project_id" = ProjectId, Path)), request_body = StartTask,
    responses((status = 202, body = TaskView)),
    extensions(("x-authz" = json!("runs:run+agents:read+graph:write"))))]
async fn start(
    Caller(ctx): Caller,
    Path(project): Path<ProjectId>,
    Json(input): Json<StartTask>,
) -> ApiResult<Response> {
    let task = commands::start(&ctx, project, input).await?;
    Ok((StatusCode::ACCEPTED, Json(task)).into_response())
}

/// One task
#[utoipa::path(get, path = "/projects/{project_id}/tasks/{task_id}", tag = "tasks",
    params(("project_id" = ProjectId, Path), ("task_id" = TaskId, Path)),
    responses((status = 200, body = TaskView)),
    extensions(("x-authz" = json!("agents:read"))))]
async fn get(
    Caller(ctx): Caller,
    Path((project, task)): Path<(ProjectId, TaskId)>,
) -> ApiResult<Json<TaskView>> {
    Ok(Json(queries::get(&ctx, project, task).await?))
}

/// End a task that is under way
#[utoipa::path(post, path = "/projects/{project_id}/tasks/{task_id}/cancel", tag = "tasks",
    params(("project_id" = ProjectId, Path), ("task_id" = TaskId, Path)),
    responses((status = 200, body = TaskView)),
    extensions(("x-authz" = json!("runs:run+agents:read"))))]
async fn cancel(
    Caller(ctx): Caller,
    Path((project, task)): Path<(ProjectId, TaskId)>,
) -> ApiResult<Json<TaskView>> {
    Ok(Json(commands::cancel(&ctx, project, task).await?))
}

/// Do a task anew that is over, as another one
#[utoipa::path(post, path = "/projects/{project_id}/tasks/{task_id}/retry", tag = "tasks",
    params(("project_id" = ProjectId, Path), ("task_id" = TaskId, Path)),
    responses((status = 202, body = TaskView)),
    extensions(("x-authz" = json!("runs:run+agents:read+graph:write"))))]
async fn retry(
    Caller(ctx): Caller,
    Path((project, task)): Path<(ProjectId, TaskId)>,
) -> ApiResult<Response> {
    let task = commands::retry(&ctx, project, task).await?;
    Ok((StatusCode::ACCEPTED, Json(task)).into_response())
}

/// Say something to a task
///
/// It hears it at its next step; one that waits goes on.
#[utoipa::path(post, path = "/projects/{project_id}/tasks/{task_id}/messages", tag = "tasks",
    params(("project_id" = ProjectId, Path), ("task_id" = TaskId, Path)),
    request_body = TaskMessage,
    responses((status = 201, body = TaskView)),
    extensions(("x-authz" = json!("runs:run+agents:read"))))]
async fn say(
    Caller(ctx): Caller,
    Path((project, task)): Path<(ProjectId, TaskId)>,
    Json(message): Json<TaskMessage>,
) -> ApiResult<Response> {
    let task = commands::say(&ctx, project, task, message).await?;
    Ok((StatusCode::CREATED, Json(task)).into_response())
}

/// What a task did, step by step
#[utoipa::path(get, path = "/projects/{project_id}/tasks/{task_id}/steps", tag = "tasks",
    params(("project_id" = ProjectId, Path), ("task_id" = TaskId, Path), PageQuery),
    responses((status = 200, body = Page<StepView>)),
    extensions(("x-authz" = json!("agents:read"))))]
async fn list_steps(
    Caller(ctx): Caller,
    Path((project, task)): Path<(ProjectId, TaskId)>,
    Query(query): Query<PageQuery>,
) -> ApiResult<Json<Page<StepView>>> {
    Ok(Json(queries::steps(&ctx, project, task, query).await?))
}

/// Follow what the model of a task says, as it comes
///
/// Server-sent events: `delta` with `chunk` (its id), `text` and, if it holds several chunks, `from`; `from` 0 begins
/// the text anew. The last event is `end` with the `status`. A reader comes back with `Last-Event-ID` or `after`.
#[utoipa::path(get, path = "/projects/{project_id}/tasks/{task_id}/stream", tag = "tasks",
    params(("project_id" = ProjectId, Path), ("task_id" = TaskId, Path), StreamQuery),
    responses((status = 200, content_type = "text/event-stream", body = String)),
    extensions(("x-authz" = json!("agents:read"))))]
async fn follow(
    Caller(ctx): Caller,
    Path((project, task)): Path<(ProjectId, TaskId)>,
    Query(query): Query<StreamQuery>,
    headers: HeaderMap,
) -> ApiResult<Response> {
    let after = http::follow::last_chunk(&headers, query.after)?;
    let followed = following::follow(ctx, project, task, after).await?;
    Ok(http::follow::respond(followed))
}

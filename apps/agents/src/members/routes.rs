use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use http::{ApiResult, AppState, Caller, IfMatch, Json, Path, Query, extract::etag};
use kernel::{AgentId, ProjectId};
use protocol::{
    Page,
    agents::{AddAgent, PatchProjectAgent, PauseAgents, ProjectAgentView},
    page::PageQuery,
};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    commands::{Add, PauseAll, Remove, Update},
    queries,
};

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list_in_project, add, pause_all))
        .routes(routes!(update_in_project, remove))
}

/// The agents of a project
#[utoipa::path(get, path = "/projects/{project_id}/agents", tag = "agents",
    params(("project_id" = ProjectId, Path), PageQuery),
    responses((status = 200, body = Page<ProjectAgentView>)),
    extensions(("x-authz" = json!("agents:read"))))]
async fn list_in_project(
    Caller(ctx): Caller,
    Path(project): Path<ProjectId>,
    Query(query): Query<PageQuery>,
) -> ApiResult<Json<Page<ProjectAgentView>>> {
    Ok(Json(queries::list(&ctx, project, query).await?))
}

/// Add one of one's own agents
///
/// What it may do ends where the role of who added it ends, and that of who it acts for.
#[utoipa::path(post, path = "/projects/{project_id}/agents", tag = "agents",
    params(("project_id" = ProjectId, Path)), request_body = AddAgent,
    responses((status = 201, body = ProjectAgentView)),
    extensions(("x-authz" = json!("agents:write"))))]
async fn add(
    Caller(ctx): Caller,
    Path(project): Path<ProjectId>,
    Json(input): Json<AddAgent>,
) -> ApiResult<Response> {
    let agent = input.agent_id;
    ctx.write(project, Add { input }).await?;
    let agent = queries::get(&ctx, project, agent).await?;
    Ok((StatusCode::CREATED, etag(agent.version), Json(agent)).into_response())
}

/// Pause all agents, or have all of them go on
#[utoipa::path(patch, path = "/projects/{project_id}/agents", tag = "agents",
    params(("project_id" = ProjectId, Path)), request_body = PauseAgents,
    responses((status = 204)),
    extensions(("x-authz" = json!("agents:write"))))]
async fn pause_all(
    Caller(ctx): Caller,
    Path(project): Path<ProjectId>,
    Json(PauseAgents { paused }): Json<PauseAgents>,
) -> ApiResult<StatusCode> {
    ctx.write(project, PauseAll { paused }).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Change what an agent may do here, or pause it
#[utoipa::path(patch, path = "/projects/{project_id}/agents/{agent_id}", tag = "agents",
    params(("project_id" = ProjectId, Path), ("agent_id" = AgentId, Path), IfMatch),
    request_body = PatchProjectAgent,
    responses((status = 200, body = ProjectAgentView)),
    extensions(("x-authz" = json!("agents:write"))))]
async fn update_in_project(
    Caller(ctx): Caller,
    Path((project, agent)): Path<(ProjectId, AgentId)>,
    IfMatch(expected): IfMatch,
    Json(patch): Json<PatchProjectAgent>,
) -> ApiResult<Response> {
    let update = Update {
        agent,
        expected,
        patch,
    };
    ctx.write(project, update).await?;
    let agent = queries::get(&ctx, project, agent).await?;
    Ok((etag(agent.version), Json(agent)).into_response())
}

/// Take an agent out; its tasks end
#[utoipa::path(delete, path = "/projects/{project_id}/agents/{agent_id}", tag = "agents",
    params(("project_id" = ProjectId, Path), ("agent_id" = AgentId, Path)),
    responses((status = 204)),
    extensions(("x-authz" = json!("agents:delete"))))]
async fn remove(
    Caller(ctx): Caller,
    Path((project, agent)): Path<(ProjectId, AgentId)>,
) -> ApiResult<StatusCode> {
    ctx.write(project, Remove { agent }).await?;
    Ok(StatusCode::NO_CONTENT)
}

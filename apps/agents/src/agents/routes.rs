use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use http::{ApiResult, AppState, Caller, IfMatch, Json, Path, Query, extract::etag};
use kernel::{AgentId, Scope};
use protocol::{
    Page,
    agents::{
        AgentStatistics, AgentTypes, AgentView, CreateAgent, PatchAgent, PromptVersionView,
        StatisticsQuery,
    },
    page::PageQuery,
};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    commands::{self, Delete},
    queries, statistics, types, versions,
};

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(kinds))
        .routes(routes!(get, update, delete))
        .routes(routes!(list_versions))
        .routes(routes!(restore))
        .routes(routes!(get_statistics))
}

/// One's own agents, the oldest first
#[utoipa::path(get, path = "/agents", tag = "agents", params(PageQuery),
    responses((status = 200, body = Page<AgentView>)),
    extensions(("x-authz" = json!("scope:agent"))))]
async fn list(
    Caller(ctx): Caller,
    Query(query): Query<PageQuery>,
) -> ApiResult<Json<Page<AgentView>>> {
    Ok(Json(queries::list(&ctx, query).await?))
}

/// Make an agent of one's own
///
/// What is left out comes from its type. It does nothing before it is added to a project.
#[utoipa::path(post, path = "/agents", tag = "agents", request_body = CreateAgent,
    responses((status = 201, body = AgentView)),
    extensions(("x-authz" = json!("scope:agent"))))]
async fn create(Caller(ctx): Caller, Json(input): Json<CreateAgent>) -> ApiResult<Response> {
    let agent = commands::create(&ctx, input).await?;
    Ok((StatusCode::CREATED, etag(agent.version), Json(agent)).into_response())
}

/// The types of agents that the server knows
#[utoipa::path(get, path = "/agents/types", tag = "agents",
    responses((status = 200, body = AgentTypes)),
    extensions(("x-authz" = json!("scope:agent"))))]
async fn kinds(Caller(ctx): Caller) -> ApiResult<Json<AgentTypes>> {
    ctx.user_with_scope(Scope::Agent)?;
    Ok(Json(types::all()))
}

/// One agent
#[utoipa::path(get, path = "/agents/{agent_id}", tag = "agents",
    params(("agent_id" = AgentId, Path)),
    responses((status = 200, body = AgentView)),
    extensions(("x-authz" = json!("scope:agent"))))]
async fn get(Caller(ctx): Caller, Path(agent): Path<AgentId>) -> ApiResult<Response> {
    let agent = queries::get(&ctx, agent).await?;
    Ok((etag(agent.version), Json(agent)).into_response())
}

/// Change an agent; another `systemPrompt` is another version of it
#[utoipa::path(patch, path = "/agents/{agent_id}", tag = "agents",
    params(("agent_id" = AgentId, Path), IfMatch), request_body = PatchAgent,
    responses((status = 200, body = AgentView)),
    extensions(("x-authz" = json!("scope:agent"))))]
async fn update(
    Caller(ctx): Caller,
    Path(agent): Path<AgentId>,
    IfMatch(expected): IfMatch,
    Json(patch): Json<PatchAgent>,
) -> ApiResult<Response> {
    let agent = commands::update(&ctx, agent, expected, patch).await?;
    Ok((etag(agent.version), Json(agent)).into_response())
}

/// Delete an agent; it leaves all projects, and what it does ends
#[utoipa::path(delete, path = "/agents/{agent_id}", tag = "agents",
    params(("agent_id" = AgentId, Path), IfMatch),
    responses((status = 204)),
    extensions(("x-authz" = json!("scope:agent"))))]
async fn delete(
    Caller(ctx): Caller,
    Path(id): Path<AgentId>,
    IfMatch(expected): IfMatch,
) -> ApiResult<StatusCode> {
    let user = ctx.user_with_scope(Scope::Agent)?;
    ctx.write_account(user, Delete { user, id, expected })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The versions of an agent's prompt, the newest first, each with what changed
#[utoipa::path(get, path = "/agents/{agent_id}/versions", tag = "agents",
    params(("agent_id" = AgentId, Path), PageQuery),
    responses((status = 200, body = Page<PromptVersionView>)),
    extensions(("x-authz" = json!("scope:agent"))))]
async fn list_versions(
    Caller(ctx): Caller,
    Path(agent): Path<AgentId>,
    Query(query): Query<PageQuery>,
) -> ApiResult<Json<Page<PromptVersionView>>> {
    Ok(Json(versions::list(&ctx, agent, query).await?))
}

/// Make an earlier prompt the newest version
#[utoipa::path(post, path = "/agents/{agent_id}/versions/{version}/restore", tag = "agents",
    params(("agent_id" = AgentId, Path), ("version" = i64, Path)),
    responses((status = 200, body = AgentView)),
    extensions(("x-authz" = json!("scope:agent"))))]
async fn restore(
    Caller(ctx): Caller,
    Path((agent, version)): Path<(AgentId, i64)>,
) -> ApiResult<Json<AgentView>> {
    Ok(Json(commands::restore(&ctx, agent, version).await?))
}

/// What an agent has done
#[utoipa::path(get, path = "/agents/{agent_id}/statistics", tag = "agents",
    params(("agent_id" = AgentId, Path), StatisticsQuery),
    responses((status = 200, body = AgentStatistics)),
    extensions(("x-authz" = json!("scope:agent"))))]
async fn get_statistics(
    Caller(ctx): Caller,
    Path(agent): Path<AgentId>,
    Query(query): Query<StatisticsQuery>,
) -> ApiResult<Json<AgentStatistics>> {
    Ok(Json(statistics::get(&ctx, agent, query).await?))
}

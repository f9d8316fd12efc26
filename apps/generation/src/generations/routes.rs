use axum::{
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use http::{ApiResult, AppState, Caller, Json, Path, Query};
use kernel::{GenerationId, NodeId, ProjectId};
use protocol::{
    Page,
    generations::{
        CancelGeneration, Generate, GenerationDetail, GenerationRef, GenerationStarted,
        GenerationView, StreamEvent, StreamQuery,
    },
    page::PageQuery,
};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{commands, queries, stream as following};

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(generate))
        .routes(routes!(list))
        .routes(routes!(get))
        .routes(routes!(cancel))
        .routes(routes!(select))
        .routes(routes!(stream))
}

/// Ask a model for a node's answer
///
/// If an answer to exactly this context exists, it becomes the node's again and no model is called,
/// unless `force` is given.
#[utoipa::path(post, path = "/projects/{project_id}/nodes/{node_id}/generate", tag = "generations",
    params(("project_id" = ProjectId, Path), ("node_id" = NodeId, Path)), request_body = Generate,
    responses((status = 202, body = GenerationStarted)),
    extensions(("x-authz" = json!("runs:run"))))]
async fn generate(
    Caller(ctx): Caller,
    Path((project, node)): Path<(ProjectId, NodeId)>,
    Json(input): Json<Generate>,
) -> ApiResult<Response> {
    let started = commands::start(&ctx, project, node, input).await?;
    let detail = queries::get(&ctx, project, node, started.generation).await?;
    let answer = GenerationStarted {
        generation: detail.generation,
        reused: started.reused,
    };
    Ok((StatusCode::ACCEPTED, Json(answer)).into_response())
}

/// The attempts at a node's answer, the newest first
#[utoipa::path(get, path = "/projects/{project_id}/nodes/{node_id}/generations", tag = "generations",
    params(("project_id" = ProjectId, Path), ("node_id" = NodeId, Path), PageQuery),
    responses((status = 200, body = Page<GenerationView>)),
    extensions(("x-authz" = json!("costs:read"))))]
async fn list(
    Caller(ctx): Caller,
    Path((project, node)): Path<(ProjectId, NodeId)>,
    Query(query): Query<PageQuery>,
) -> ApiResult<Json<Page<GenerationView>>> {
    Ok(Json(queries::list(&ctx, project, node, query).await?))
}

/// One attempt, with the manifest of what was sent
#[utoipa::path(get, path = "/projects/{project_id}/nodes/{node_id}/generations/{generation_id}",
    tag = "generations",
    params(("project_id" = ProjectId, Path), ("node_id" = NodeId, Path),
        ("generation_id" = GenerationId, Path)),
    responses((status = 200, body = GenerationDetail)),
    extensions(("x-authz" = json!("costs:read"))))]
async fn get(
    Caller(ctx): Caller,
    Path((project, node, generation)): Path<(ProjectId, NodeId, GenerationId)>,
) -> ApiResult<Json<GenerationDetail>> {
    Ok(Json(queries::get(&ctx, project, node, generation).await?))
}

/// End an attempt that is under way
#[utoipa::path(post,
    path = "/projects/{project_id}/nodes/{node_id}/generations/{generation_id}/cancel",
    tag = "generations",
    params(("project_id" = ProjectId, Path), ("node_id" = NodeId, Path),
        ("generation_id" = GenerationId, Path)),
    responses((status = 200, body = GenerationDetail)),
    extensions(("x-authz" = json!("runs:run"))))]
async fn cancel(
    Caller(ctx): Caller,
    Path((project, node, generation)): Path<(ProjectId, NodeId, GenerationId)>,
) -> ApiResult<Json<GenerationDetail>> {
    let input = CancelGeneration {
        node_id: node,
        generation: Some(generation),
    };
    commands::cancel(&ctx, project, input).await?;
    Ok(Json(queries::get(&ctx, project, node, generation).await?))
}

/// Make an attempt's answer the node's again
#[utoipa::path(post,
    path = "/projects/{project_id}/nodes/{node_id}/generations/{generation_id}/select",
    tag = "generations",
    params(("project_id" = ProjectId, Path), ("node_id" = NodeId, Path),
        ("generation_id" = GenerationId, Path)),
    responses((status = 200, body = GenerationDetail)),
    extensions(("x-authz" = json!("runs:run"))))]
async fn select(
    Caller(ctx): Caller,
    Path((project, node, generation)): Path<(ProjectId, NodeId, GenerationId)>,
) -> ApiResult<Json<GenerationDetail>> {
    let input = GenerationRef {
        node_id: node,
        generation,
    };
    commands::choose(&ctx, project, input).await?;
    Ok(Json(queries::get(&ctx, project, node, generation).await?))
}

/// Follow an attempt's text as it comes
///
/// Server-sent events: `delta` with `chunk` (its id), `text` and, if it holds several chunks, `from`,
/// the first of them; `from` 0 begins the text anew. The last event is `end` with the `state`.
/// A reader comes back with `Last-Event-ID` or `after`.
#[utoipa::path(get, path = "/projects/{project_id}/generations/{generation_id}/stream",
    tag = "generations",
    params(("project_id" = ProjectId, Path), ("generation_id" = GenerationId, Path), StreamQuery),
    responses((status = 200, content_type = "text/event-stream", body = StreamEvent)),
    extensions(("x-authz" = json!("graph:read"))))]
async fn stream(
    Caller(ctx): Caller,
    Path((project, generation)): Path<(ProjectId, GenerationId)>,
    Query(query): Query<StreamQuery>,
    headers: HeaderMap,
) -> ApiResult<Response> {
    let after = http::follow::last_chunk(&headers, query.after)?;
    let followed = following::follow(ctx, project, generation, after).await?;
    Ok(http::follow::respond(followed))
}

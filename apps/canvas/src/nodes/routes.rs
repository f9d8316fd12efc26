use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use http::{ApiResult, AppState, Caller, IfMatch, Json, Path, Query, extract::etag};
use kernel::{MediaId, NodeId, ProjectId};
use protocol::{
    Page,
    media::AttachMedia,
    nodes::{
        CreateNode, NodeView, NodeWithEdges, NodesQuery, PatchNode, RelatedNodes, RelatedQuery,
    },
};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{commands, files, queries};

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(get, update, delete))
        .routes(routes!(restore))
        .routes(routes!(attach))
        .routes(routes!(detach))
        .routes(routes!(ancestors))
        .routes(routes!(descendants))
}

/// The nodes of a project
#[utoipa::path(get, path = "/projects/{project_id}/nodes", tag = "nodes",
    params(("project_id" = ProjectId, Path), NodesQuery),
    responses((status = 200, body = Page<NodeView>)),
    extensions(("x-authz" = json!("graph:read"))))]
async fn list(
    Caller(ctx): Caller,
    Path(project): Path<ProjectId>,
    Query(query): Query<NodesQuery>,
) -> ApiResult<Json<Page<NodeView>>> {
    Ok(Json(queries::list(&ctx, project, query).await?))
}

/// Make a node, with the edges from its parents
#[utoipa::path(post, path = "/projects/{project_id}/nodes", tag = "nodes",
    params(("project_id" = ProjectId, Path)), request_body = CreateNode,
    responses((status = 201, body = NodeWithEdges)),
    extensions(("x-authz" = json!("graph:write"))))]
async fn create(
    Caller(ctx): Caller,
    Path(project): Path<ProjectId>,
    Json(input): Json<CreateNode>,
) -> ApiResult<Response> {
    let created = commands::create(&ctx, project, input).await?;
    Ok((
        StatusCode::CREATED,
        etag(created.node.version),
        Json(created),
    )
        .into_response())
}

/// One node
#[utoipa::path(get, path = "/projects/{project_id}/nodes/{node_id}", tag = "nodes",
    params(("project_id" = ProjectId, Path), ("node_id" = NodeId, Path)),
    responses((status = 200, body = NodeView)),
    extensions(("x-authz" = json!("graph:read"))))]
async fn get(
    Caller(ctx): Caller,
    Path((project, node)): Path<(ProjectId, NodeId)>,
) -> ApiResult<Response> {
    let node = queries::get(&ctx, project, node).await?;
    Ok((etag(node.version), Json(node)).into_response())
}

/// Change a node
#[utoipa::path(patch, path = "/projects/{project_id}/nodes/{node_id}", tag = "nodes",
    params(("project_id" = ProjectId, Path), ("node_id" = NodeId, Path), IfMatch),
    request_body = PatchNode,
    responses((status = 200, body = NodeView)),
    extensions(("x-authz" = json!("graph:write"))))]
async fn update(
    Caller(ctx): Caller,
    Path((project, node)): Path<(ProjectId, NodeId)>,
    IfMatch(expected): IfMatch,
    Json(patch): Json<PatchNode>,
) -> ApiResult<Response> {
    let node = commands::update(&ctx, project, node, expected, patch).await?;
    Ok((etag(node.version), Json(node)).into_response())
}

/// Put a node into the trash; its edges go with it
#[utoipa::path(delete, path = "/projects/{project_id}/nodes/{node_id}", tag = "nodes",
    params(("project_id" = ProjectId, Path), ("node_id" = NodeId, Path), IfMatch),
    responses((status = 204)),
    extensions(("x-authz" = json!("graph:delete"))))]
async fn delete(
    Caller(ctx): Caller,
    Path((project, node)): Path<(ProjectId, NodeId)>,
    IfMatch(expected): IfMatch,
) -> ApiResult<StatusCode> {
    commands::delete(&ctx, project, node, expected).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Take a node out of the trash; its edges come back with it
#[utoipa::path(post, path = "/projects/{project_id}/nodes/{node_id}/restore", tag = "nodes",
    params(("project_id" = ProjectId, Path), ("node_id" = NodeId, Path)),
    responses((status = 200, body = NodeWithEdges)),
    extensions(("x-authz" = json!("graph:write"))))]
async fn restore(
    Caller(ctx): Caller,
    Path((project, node)): Path<(ProjectId, NodeId)>,
) -> ApiResult<Response> {
    let restored = commands::restore(&ctx, project, node).await?;
    Ok((etag(restored.node.version), Json(restored)).into_response())
}

/// Attach a file to a node, or attach it in another way
///
/// A document's words and a picture enter the contexts of the node and of all below it, as far as the policy says: WHOLE,
/// PAGES, SUMMARY (its beginning) or NONE.
#[utoipa::path(post, path = "/projects/{project_id}/nodes/{node_id}/attachments", tag = "nodes",
    params(("project_id" = ProjectId, Path), ("node_id" = NodeId, Path)), request_body = AttachMedia,
    responses((status = 200, body = NodeView)),
    extensions(("x-authz" = json!("graph:write+graph:read+media:read"))))]
async fn attach(
    Caller(ctx): Caller,
    Path((project, node)): Path<(ProjectId, NodeId)>,
    Json(file): Json<AttachMedia>,
) -> ApiResult<Response> {
    ctx.write(project, files::Attach { node, file }).await?;
    let view = queries::get(&ctx, project, node).await?;
    Ok((etag(view.version), Json(view)).into_response())
}

/// Take a file off a node
#[utoipa::path(delete, path = "/projects/{project_id}/nodes/{node_id}/attachments/{media_id}", tag = "nodes",
    params(("project_id" = ProjectId, Path), ("node_id" = NodeId, Path), ("media_id" = MediaId, Path)),
    responses((status = 204)),
    extensions(("x-authz" = json!("graph:write"))))]
async fn detach(
    Caller(ctx): Caller,
    Path((project, node, file)): Path<(ProjectId, NodeId, MediaId)>,
) -> ApiResult<StatusCode> {
    ctx.write(project, files::Detach { node, file }).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Everything that is context of a node, sources first
///
/// All of it at once, without pages: an order in which sources come first is one of the whole, and may
/// be another after the next change. Whole nodes are read with `include=nodes`.
#[utoipa::path(get, path = "/projects/{project_id}/nodes/{node_id}/ancestors", tag = "nodes",
    params(("project_id" = ProjectId, Path), ("node_id" = NodeId, Path), RelatedQuery),
    responses((status = 200, body = RelatedNodes)),
    extensions(("x-authz" = json!("graph:read"))))]
async fn ancestors(
    Caller(ctx): Caller,
    Path((project, node)): Path<(ProjectId, NodeId)>,
    Query(query): Query<RelatedQuery>,
) -> ApiResult<Json<RelatedNodes>> {
    Ok(Json(queries::ancestors(&ctx, project, node, query).await?))
}

/// Everything that has a node as context, sources first
///
/// All of it at once, without pages: an order in which sources come first is one of the whole, and may
/// be another after the next change. Whole nodes are read with `include=nodes`.
#[utoipa::path(get, path = "/projects/{project_id}/nodes/{node_id}/descendants", tag = "nodes",
    params(("project_id" = ProjectId, Path), ("node_id" = NodeId, Path), RelatedQuery),
    responses((status = 200, body = RelatedNodes)),
    extensions(("x-authz" = json!("graph:read"))))]
async fn descendants(
    Caller(ctx): Caller,
    Path((project, node)): Path<(ProjectId, NodeId)>,
    Query(query): Query<RelatedQuery>,
) -> ApiResult<Json<RelatedNodes>> {
    Ok(Json(
        queries::descendants(&ctx, project, node, query).await?,
    ))
}

use axum::{
    http::{
        HeaderMap, HeaderName, StatusCode,
        header::{CONTENT_TYPE, ETAG},
    },
    response::{IntoResponse, Response},
};
use http::{Anyone, ApiResult, AppState, Caller, Json, Path, extract::has_already};
use kernel::{Error, ProjectId, Result};
use protocol::{
    graph::{GraphView, StateHash},
    nodes::NodeView,
};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::queries;

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(graph))
        .routes(routes!(public))
        .routes(routes!(state_hash))
}

/// The whole project, consistent at `seq`
#[utoipa::path(get, path = "/projects/{project_id}/graph", tag = "graph",
    params(("project_id" = ProjectId, Path)),
    responses((status = 200, body = GraphView)),
    extensions(("x-authz" = json!("graph:read"))))]
async fn graph(Caller(ctx): Caller, Path(project): Path<ProjectId>) -> ApiResult<Response> {
    let graph = queries::snapshot(&ctx, project).await?;
    Ok(written(&graph)?.into_response())
}

/// A public project whole, for everybody who has its link
///
/// What is answered is what somebody sees who is no member, whatever credential is sent along. The
/// `ETag` changes with every event: send it as `If-None-Match` to hear 304 as long as nothing happens.
#[utoipa::path(get, path = "/public/projects/{project_id}", tag = "graph",
    params(("project_id" = ProjectId, Path),
        ("If-None-Match" = Option<String>, Header, description = "The `ETag` of what is there already")),
    responses(
        (status = 200, body = GraphView,
            headers(("ETag" = String, description = "Names the project's state"))),
        (status = 304, description = "It is still as it was")),
    extensions(("x-authz" = json!("anonymous"))))]
async fn public(
    Anyone(ctx): Anyone,
    Path(project): Path<ProjectId>,
    headers: HeaderMap,
) -> ApiResult<Response> {
    let access = ctx.public_project(project).await?;
    let now = tag(access.epoch, access.head);
    if has_already(&headers, &now) {
        return Ok((StatusCode::NOT_MODIFIED, [(ETAG, now)]).into_response());
    }
    let graph = queries::as_seen(&ctx, access).await?;
    // It may have gone on since.
    let tag = [(ETAG, tag(graph.epoch, graph.seq))];
    Ok((tag, written(&graph)?).into_response())
}

fn tag(epoch: Uuid, seq: i64) -> String {
    format!("\"{epoch}-{seq}\"")
}

type Written = ([(HeaderName, &'static str); 1], Vec<u8>);

fn written(graph: &GraphView) -> Result<Written> {
    let mut body = Vec::with_capacity(bytes_expected(graph));
    serde_json::to_writer(&mut body, graph).map_err(Error::internal)?;
    Ok(([(CONTENT_TYPE, "application/json")], body))
}

/// What a node and an edge take besides their text.
const NODE_BYTES: usize = 512;
const EDGE_BYTES: usize = 256;

/// Near enough that a large body is not copied again and again while it grows.
fn bytes_expected(graph: &GraphView) -> usize {
    let text = |node: &NodeView| node.prompt.len() + node.response.as_ref().map_or(0, String::len);
    graph
        .nodes
        .iter()
        .map(|node| text(node) + NODE_BYTES)
        .sum::<usize>()
        + (graph.edges.len() + graph.members.len() + 1) * EDGE_BYTES
}

/// The fingerprint of the project's state
#[utoipa::path(get, path = "/projects/{project_id}/state-hash", tag = "graph",
    params(("project_id" = ProjectId, Path)),
    responses((status = 200, body = StateHash)),
    extensions(("x-authz" = json!("graph:read"))))]
async fn state_hash(
    Caller(ctx): Caller,
    Path(project): Path<ProjectId>,
) -> ApiResult<Json<StateHash>> {
    Ok(Json(queries::state_hash(&ctx, project).await?))
}

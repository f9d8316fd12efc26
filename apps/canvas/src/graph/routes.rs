use axum::{
    http::header::CONTENT_TYPE,
    response::{IntoResponse, Response},
};
use http::{ApiResult, AppState, Caller, Json, Path};
use kernel::{Error, ProjectId};
use protocol::{
    graph::{GraphView, StateHash},
    nodes::NodeView,
};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::queries;

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(graph))
        .routes(routes!(state_hash))
}

/// The whole project, consistent at `seq`
#[utoipa::path(get, path = "/projects/{project_id}/graph", tag = "graph",
    params(("project_id" = ProjectId, Path)),
    responses((status = 200, body = GraphView)),
    extensions(("x-authz" = json!("graph:read"))))]
async fn graph(Caller(ctx): Caller, Path(project): Path<ProjectId>) -> ApiResult<Response> {
    let graph = queries::snapshot(&ctx, project).await?;
    let mut body = Vec::with_capacity(bytes_expected(&graph));
    serde_json::to_writer(&mut body, &graph).map_err(Error::internal)?;
    Ok(([(CONTENT_TYPE, "application/json")], body).into_response())
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

use http::{ApiResult, AppState, Caller, Json, Path, Query};
use kernel::{GenerationId, NodeId, ProjectId};
use protocol::{
    Page,
    votes::{Vote as Body, VoteForGeneration, VotesOfAnswer, VotesQuery},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{commands::Vote, queries};

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(vote))
}

/// The answers that have votes, and which of these are one's own
#[utoipa::path(get, path = "/projects/{project_id}/votes", tag = "votes",
    params(("project_id" = ProjectId, Path), VotesQuery),
    responses((status = 200, body = Page<VotesOfAnswer>)),
    extensions(("x-authz" = json!("comments:read"))))]
async fn list(
    Caller(ctx): Caller,
    Path(project): Path<ProjectId>,
    Query(query): Query<VotesQuery>,
) -> ApiResult<Json<Page<VotesOfAnswer>>> {
    Ok(Json(queries::list(&ctx, project, query).await?))
}

/// Vote for an answer, or take one's vote back
#[utoipa::path(put,
    path = "/projects/{project_id}/nodes/{node_id}/generations/{generation_id}/vote",
    tag = "votes",
    params(("project_id" = ProjectId, Path), ("node_id" = NodeId, Path),
        ("generation_id" = GenerationId, Path)),
    request_body = Body,
    responses((status = 200, body = VotesOfAnswer)),
    extensions(("x-authz" = json!("comments:write"))))]
async fn vote(
    Caller(ctx): Caller,
    Path((project, node, generation)): Path<(ProjectId, NodeId, GenerationId)>,
    Json(Body { value }): Json<Body>,
) -> ApiResult<Json<VotesOfAnswer>> {
    let input = VoteForGeneration {
        node_id: node,
        generation,
        value,
    };
    ctx.write(project, Vote { input }).await?;
    Ok(Json(queries::one(&ctx, project, node, generation).await?))
}

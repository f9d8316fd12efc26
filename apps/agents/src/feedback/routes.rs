use axum::http::StatusCode;
use http::{ApiResult, AppState, Caller, Json, Path};
use kernel::{GenerationId, NodeId, ProjectId};
use protocol::feedback::{FeedbackView, GiveFeedback};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    commands::{Give, Withdraw},
    queries,
};

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(own, give, withdraw))
}

/// What one said of an answer oneself
#[utoipa::path(get,
    path = "/projects/{project_id}/nodes/{node_id}/generations/{generation_id}/feedback",
    tag = "generations",
    params(("project_id" = ProjectId, Path), ("node_id" = NodeId, Path),
        ("generation_id" = GenerationId, Path)),
    responses((status = 200, body = FeedbackView)),
    extensions(("x-authz" = json!("costs:read"))))]
async fn own(
    Caller(ctx): Caller,
    Path((project, node, answer)): Path<(ProjectId, NodeId, GenerationId)>,
) -> ApiResult<Json<FeedbackView>> {
    Ok(Json(queries::get(&ctx, project, node, answer).await?))
}

/// Say what one thinks of an answer, in place of what one said before
#[utoipa::path(put,
    path = "/projects/{project_id}/nodes/{node_id}/generations/{generation_id}/feedback",
    tag = "generations",
    params(("project_id" = ProjectId, Path), ("node_id" = NodeId, Path),
        ("generation_id" = GenerationId, Path)),
    request_body = GiveFeedback,
    responses((status = 200, body = FeedbackView)),
    extensions(("x-authz" = json!("costs:read"))))]
async fn give(
    Caller(ctx): Caller,
    Path((project, node, answer)): Path<(ProjectId, NodeId, GenerationId)>,
    Json(input): Json<GiveFeedback>,
) -> ApiResult<Json<FeedbackView>> {
    let give = Give {
        node,
        answer,
        input,
    };
    ctx.write(project, give).await?;
    Ok(Json(queries::view(&ctx, project, answer).await?))
}

/// Take back what one said of an answer
#[utoipa::path(delete,
    path = "/projects/{project_id}/nodes/{node_id}/generations/{generation_id}/feedback",
    tag = "generations",
    params(("project_id" = ProjectId, Path), ("node_id" = NodeId, Path),
        ("generation_id" = GenerationId, Path)),
    responses((status = 204)),
    extensions(("x-authz" = json!("costs:read"))))]
async fn withdraw(
    Caller(ctx): Caller,
    Path((project, _node, answer)): Path<(ProjectId, NodeId, GenerationId)>,
) -> ApiResult<StatusCode> {
    ctx.write(project, Withdraw { answer }).await?;
    Ok(StatusCode::NO_CONTENT)
}

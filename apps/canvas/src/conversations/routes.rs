use axum::http::StatusCode;
use http::{ApiResult, AppState, Caller, Json, Path, Query};
use kernel::{NodeId, ProjectId};
use protocol::{
    Page,
    conversations::{ConversationView, ConversationsQuery},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{commands, queries};

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(read))
}

/// The caller's conversations in all projects, those that said something last first
#[utoipa::path(get, path = "/conversations", tag = "conversations",
    operation_id = "list_conversations", params(ConversationsQuery),
    responses((status = 200, body = Page<ConversationView>)),
    extensions(("x-authz" = json!("scope:graph"))))]
async fn list(
    Caller(ctx): Caller,
    Query(query): Query<ConversationsQuery>,
) -> ApiResult<Json<Page<ConversationView>>> {
    Ok(Json(queries::list(&ctx, query).await?))
}

/// Say that the caller has read a node's answer
#[utoipa::path(post, path = "/projects/{project_id}/nodes/{node_id}/read", tag = "conversations",
    operation_id = "read_conversation",
    params(("project_id" = ProjectId, Path), ("node_id" = NodeId, Path)),
    responses((status = 204)),
    extensions(("x-authz" = json!("presence:write"))))]
async fn read(
    Caller(ctx): Caller,
    Path((project, node)): Path<(ProjectId, NodeId)>,
) -> ApiResult<StatusCode> {
    commands::read(&ctx, project, node).await?;
    Ok(StatusCode::NO_CONTENT)
}

use axum::http::StatusCode;
use http::{ApiResult, AppState, Caller, Json, Path};
use kernel::ProjectId;
use protocol::{
    projects::ProjectView,
    transfer::{OfferTransfer, TransferView},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    commands::{Accept, Offer, Withdraw},
    queries,
};
use crate::projects;

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(get_transfer, offer_transfer, withdraw_transfer))
        .routes(routes!(accept_transfer))
}

/// The offer of a project that waits for its answer; null where there is none
#[utoipa::path(get, path = "/projects/{project_id}/transfer", tag = "projects",
    params(("project_id" = ProjectId, Path)),
    responses((status = 200, body = Option<TransferView>)),
    extensions(("x-authz" = json!("members:read"))))]
async fn get_transfer(
    Caller(ctx): Caller,
    Path(project): Path<ProjectId>,
) -> ApiResult<Json<Option<TransferView>>> {
    Ok(Json(queries::get(&ctx, project).await?))
}

/// Offer the project to another member, who becomes its owner by accepting within 14 days
#[utoipa::path(post, path = "/projects/{project_id}/transfer", tag = "projects",
    params(("project_id" = ProjectId, Path)), request_body = OfferTransfer,
    responses((status = 202, body = TransferView)),
    extensions(("x-authz" = json!("ownership:write"))))]
async fn offer_transfer(
    Caller(ctx): Caller,
    Path(project): Path<ProjectId>,
    Json(input): Json<OfferTransfer>,
) -> ApiResult<(StatusCode, Json<TransferView>)> {
    let offered = ctx.write(project, Offer { input }).await?;
    Ok((StatusCode::ACCEPTED, Json(offered.output)))
}

/// Take the offer back, or decline it
#[utoipa::path(delete, path = "/projects/{project_id}/transfer", tag = "projects",
    params(("project_id" = ProjectId, Path)),
    responses((status = 204)),
    extensions(("x-authz" = json!("session"))))]
async fn withdraw_transfer(
    Caller(ctx): Caller,
    Path(project): Path<ProjectId>,
) -> ApiResult<StatusCode> {
    ctx.session()?;
    ctx.write(project, Withdraw).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Accept the offer and own the project
#[utoipa::path(post, path = "/projects/{project_id}/transfer/accept", tag = "projects",
    params(("project_id" = ProjectId, Path)),
    responses((status = 200, body = ProjectView)),
    extensions(("x-authz" = json!("session"))))]
async fn accept_transfer(
    Caller(ctx): Caller,
    Path(project): Path<ProjectId>,
) -> ApiResult<Json<ProjectView>> {
    ctx.session()?;
    ctx.write(project, Accept).await?;
    Ok(Json(projects::get(&ctx, project).await?))
}

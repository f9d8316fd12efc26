use axum::{Extension, http::StatusCode};
use http::{ApiResult, AppState, Caller, Json, Path, Query, idempotency::HoldsSecret};
use kernel::{InvitationId, ProjectId};
use protocol::{
    Page,
    invitations::{Accepted, CreateInvitation, InvitationView, ReceivedInvitation},
    page::PageQuery,
};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    commands::{self, Revoke},
    queries, received,
};

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(revoke))
        .routes(routes!(received))
        .routes(routes!(accept))
        .routes(routes!(decline))
}

/// The open invitations of a project
#[utoipa::path(get, path = "/projects/{project_id}/invitations", tag = "invitations",
    params(("project_id" = ProjectId, Path), PageQuery),
    responses((status = 200, body = Page<InvitationView>)),
    extensions(("x-authz" = json!("members:read"))))]
async fn list(
    Caller(ctx): Caller,
    Path(project): Path<ProjectId>,
    Query(query): Query<PageQuery>,
) -> ApiResult<Json<Page<InvitationView>>> {
    Ok(Json(queries::list(&ctx, project, query).await?))
}

/// Invite somebody by mail
#[utoipa::path(post, path = "/projects/{project_id}/invitations", tag = "invitations",
    params(("project_id" = ProjectId, Path)), request_body = CreateInvitation,
    responses((status = 201, body = InvitationView)),
    extensions(("x-authz" = json!("members:write"))))]
async fn create(
    Caller(ctx): Caller,
    Path(project): Path<ProjectId>,
    Json(input): Json<CreateInvitation>,
) -> ApiResult<(StatusCode, Extension<HoldsSecret>, Json<InvitationView>)> {
    // A resend finds the same invitation, whose link is made again.
    let invitation = commands::create(&ctx, project, input).await?;
    Ok((
        StatusCode::CREATED,
        Extension(HoldsSecret),
        Json(invitation),
    ))
}

/// Take an invitation back
#[utoipa::path(delete, path = "/projects/{project_id}/invitations/{invitation_id}",
    tag = "invitations",
    params(("project_id" = ProjectId, Path), ("invitation_id" = InvitationId, Path)),
    responses((status = 204)),
    extensions(("x-authz" = json!("members:delete"))))]
async fn revoke(
    Caller(ctx): Caller,
    Path((project, id)): Path<(ProjectId, InvitationId)>,
) -> ApiResult<StatusCode> {
    ctx.write(project, Revoke { id }).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The open invitations to one's own address
#[utoipa::path(get, path = "/invitations", tag = "invitations", params(PageQuery),
    responses((status = 200, body = Page<ReceivedInvitation>)),
    extensions(("x-authz" = json!("session"))))]
async fn received(
    Caller(ctx): Caller,
    Query(query): Query<PageQuery>,
) -> ApiResult<Json<Page<ReceivedInvitation>>> {
    Ok(Json(received::list(&ctx, query).await?))
}

/// Accept an invitation, by the token from the mail or by the id of one to one's own address
#[utoipa::path(post, path = "/invitations/{token}/accept", tag = "invitations",
    params(("token" = String, Path)),
    responses((status = 200, body = Accepted)),
    extensions(("x-authz" = json!("session"))))]
async fn accept(Caller(ctx): Caller, Path(token): Path<String>) -> ApiResult<Json<Accepted>> {
    Ok(Json(commands::accept(&ctx, &token).await?))
}

/// Decline an invitation, by the token from the mail or by the id of one to one's own address
#[utoipa::path(delete, path = "/invitations/{token}", tag = "invitations",
    params(("token" = String, Path)),
    responses((status = 204)),
    extensions(("x-authz" = json!("session"))))]
async fn decline(Caller(ctx): Caller, Path(token): Path<String>) -> ApiResult<StatusCode> {
    commands::decline(&ctx, &token).await?;
    Ok(StatusCode::NO_CONTENT)
}

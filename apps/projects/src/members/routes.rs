use axum::http::StatusCode;
use http::{ApiResult, AppState, Caller, Json, Path, Query};
use kernel::{ProjectId, UserId};
use protocol::{
    Page,
    members::{AddMember, MemberRef, MemberView, PatchMember, UpdateMember},
    page::PageQuery,
};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    commands::{Add, Remove, Update},
    queries,
};

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list, add))
        .routes(routes!(update, remove))
}

/// The members of a project
#[utoipa::path(get, path = "/projects/{project_id}/members", tag = "members",
    params(("project_id" = ProjectId, Path), PageQuery),
    responses((status = 200, body = Page<MemberView>)),
    extensions(("x-authz" = json!("members:read"))))]
async fn list(
    Caller(ctx): Caller,
    Path(project): Path<ProjectId>,
    Query(query): Query<PageQuery>,
) -> ApiResult<Json<Page<MemberView>>> {
    Ok(Json(queries::list(&ctx, project, query).await?))
}

/// Add somebody who has an account
#[utoipa::path(post, path = "/projects/{project_id}/members", tag = "members",
    params(("project_id" = ProjectId, Path)), request_body = AddMember,
    responses((status = 201, body = MemberView)),
    extensions(("x-authz" = json!("members:write"))))]
async fn add(
    Caller(ctx): Caller,
    Path(project): Path<ProjectId>,
    Json(input): Json<AddMember>,
) -> ApiResult<(StatusCode, Json<MemberView>)> {
    let added = ctx.write(project, Add { input }).await?;
    let member = queries::get(&ctx, project, added.output).await?;
    Ok((StatusCode::CREATED, Json(member)))
}

/// Change a member's role
#[utoipa::path(patch, path = "/projects/{project_id}/members/{user_id}", tag = "members",
    params(("project_id" = ProjectId, Path), ("user_id" = UserId, Path)),
    request_body = PatchMember,
    responses((status = 200, body = MemberView)),
    extensions(("x-authz" = json!("members:write"))))]
async fn update(
    Caller(ctx): Caller,
    Path((project, user_id)): Path<(ProjectId, UserId)>,
    Json(PatchMember { role }): Json<PatchMember>,
) -> ApiResult<Json<MemberView>> {
    let input = UpdateMember { user_id, role };
    ctx.write(project, Update { input }).await?;
    Ok(Json(queries::get(&ctx, project, user_id).await?))
}

/// Take a member out, or leave
#[utoipa::path(delete, path = "/projects/{project_id}/members/{user_id}", tag = "members",
    params(("project_id" = ProjectId, Path), ("user_id" = UserId, Path)),
    responses((status = 204)),
    extensions(("x-authz" = json!("members:delete"))))]
async fn remove(
    Caller(ctx): Caller,
    Path((project, user_id)): Path<(ProjectId, UserId)>,
) -> ApiResult<StatusCode> {
    let input = MemberRef { user_id };
    ctx.write(project, Remove { input }).await?;
    Ok(StatusCode::NO_CONTENT)
}

use http::{ApiResult, AppState, Caller, Json, Path, Query};
use kernel::{ChangeSetId, ProjectId};
use protocol::{
    Page,
    changesets::{ChangeSetDone, ChangeSetView, ChangeSetWithItems, SomeItems},
    page::PageQuery,
};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{commands, queries};

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list_change_sets))
        .routes(routes!(get_change_set))
        .routes(routes!(accept_change_set))
        .routes(routes!(reject_change_set))
        .routes(routes!(revert_change_set))
}

/// The change sets of a project, the newest first
#[utoipa::path(get, path = "/projects/{project_id}/changesets", tag = "changesets",
    params(("project_id" = ProjectId, Path), PageQuery),
    responses((status = 200, body = Page<ChangeSetView>)),
    extensions(("x-authz" = json!("graph:read+members:read"))))]
async fn list_change_sets(
    Caller(ctx): Caller,
    Path(project): Path<ProjectId>,
    Query(query): Query<PageQuery>,
) -> ApiResult<Json<Page<ChangeSetView>>> {
    Ok(Json(queries::list(&ctx, project, query).await?))
}

/// One change set with its items
#[utoipa::path(get, path = "/projects/{project_id}/changesets/{changeset_id}", tag = "changesets",
    params(("project_id" = ProjectId, Path), ("changeset_id" = ChangeSetId, Path)),
    responses((status = 200, body = ChangeSetWithItems)),
    extensions(("x-authz" = json!("graph:read+members:read"))))]
async fn get_change_set(
    Caller(ctx): Caller,
    Path((project, set)): Path<(ProjectId, ChangeSetId)>,
) -> ApiResult<Json<ChangeSetWithItems>> {
    Ok(Json(queries::get(&ctx, project, set).await?))
}

/// Carry proposals out, all of them or some
///
/// They are carried out in order, under one number, by whoever accepts. One that does not fit any more
/// is left with its reason, and so is what needs it; the others happen.
#[utoipa::path(post, path = "/projects/{project_id}/changesets/{changeset_id}/accept",
    tag = "changesets", request_body = SomeItems,
    params(("project_id" = ProjectId, Path), ("changeset_id" = ChangeSetId, Path)),
    responses((status = 200, body = ChangeSetDone)),
    extensions(("x-authz" = json!("graph:write"))))]
async fn accept_change_set(
    Caller(ctx): Caller,
    Path((project, set)): Path<(ProjectId, ChangeSetId)>,
    Json(some): Json<SomeItems>,
) -> ApiResult<Json<ChangeSetDone>> {
    Ok(Json(commands::accept(&ctx, project, set, some).await?))
}

/// Turn proposals down, all of them or some
#[utoipa::path(post, path = "/projects/{project_id}/changesets/{changeset_id}/reject",
    tag = "changesets", request_body = SomeItems,
    params(("project_id" = ProjectId, Path), ("changeset_id" = ChangeSetId, Path)),
    responses((status = 200, body = ChangeSetDone)),
    extensions(("x-authz" = json!("graph:write"))))]
async fn reject_change_set(
    Caller(ctx): Caller,
    Path((project, set)): Path<(ProjectId, ChangeSetId)>,
    Json(some): Json<SomeItems>,
) -> ApiResult<Json<ChangeSetDone>> {
    Ok(Json(commands::reject(&ctx, project, set, some).await?))
}

/// Take changes back, all of them or some
///
/// What others built upon or changed since is left, with its reason. What is taken back is one change set
/// (`by`), which can be taken back itself.
#[utoipa::path(post, path = "/projects/{project_id}/changesets/{changeset_id}/revert",
    tag = "changesets", request_body = SomeItems,
    params(("project_id" = ProjectId, Path), ("changeset_id" = ChangeSetId, Path)),
    responses((status = 200, body = ChangeSetDone)),
    extensions(("x-authz" = json!("graph:write"))))]
async fn revert_change_set(
    Caller(ctx): Caller,
    Path((project, set)): Path<(ProjectId, ChangeSetId)>,
    Json(some): Json<SomeItems>,
) -> ApiResult<Json<ChangeSetDone>> {
    Ok(Json(commands::revert(&ctx, project, set, some).await?))
}

use axum::{
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
};
use http::{ApiResult, AppState, Caller, Json, Path, Query};
use kernel::{Permission, ProjectId, Scope};
use platform::{Ctx, access};
use protocol::{
    Page,
    audit::{AuditQuery, AuditRecord},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{export, queries, whose::Whose};

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(of_project))
        .routes(routes!(own))
        .routes(routes!(all))
}

/// Who did what in a project
///
/// With `Accept: text/csv` all records that match, up to 100,000, as a table.
#[utoipa::path(get, path = "/projects/{project_id}/audit", tag = "audit",
    params(("project_id" = ProjectId, Path), AuditQuery),
    responses((status = 200, content(
        (Page<AuditRecord> = "application/json"), (String = "text/csv")))),
    extensions(("x-authz" = json!("oversight:read"))))]
async fn of_project(
    Caller(ctx): Caller,
    Path(project): Path<ProjectId>,
    Query(query): Query<AuditQuery>,
    headers: HeaderMap,
) -> ApiResult<Response> {
    let access = ctx.project(project, Permission::OVERSIGHT_READ).await?;
    answer(ctx, Whose::Project(access), query, &headers).await
}

/// What one did oneself, and what was done to one's account
///
/// With `Accept: text/csv` all records that match, up to 100,000, as a table.
#[utoipa::path(get, path = "/users/me/audit", tag = "audit", params(AuditQuery),
    responses((status = 200, content(
        (Page<AuditRecord> = "application/json"), (String = "text/csv")))),
    extensions(("x-authz" = json!("scope:audit"))))]
async fn own(
    Caller(ctx): Caller,
    Query(query): Query<AuditQuery>,
    headers: HeaderMap,
) -> ApiResult<Response> {
    let user = ctx.user_with_scope(Scope::Audit)?;
    answer(ctx, Whose::Own(user), query, &headers).await
}

/// Who did what on the whole server, for whoever runs it
///
/// With `Accept: text/csv` all records that match, up to 100,000, as a table.
#[utoipa::path(get, path = "/audit", tag = "audit", params(AuditQuery),
    responses((status = 200, content(
        (Page<AuditRecord> = "application/json"), (String = "text/csv")))),
    extensions(("x-authz" = json!("server:read"))))]
async fn all(
    Caller(ctx): Caller,
    Query(query): Query<AuditQuery>,
    headers: HeaderMap,
) -> ApiResult<Response> {
    access::operator(&ctx, Permission::SERVER_READ).await?;
    answer(ctx, Whose::Everybody, query, &headers).await
}

async fn answer(
    ctx: Ctx,
    whose: Whose,
    query: AuditQuery,
    headers: &HeaderMap,
) -> ApiResult<Response> {
    if wants_table(headers) {
        return Ok(export::respond(ctx, whose, query).await?);
    }
    let page = queries::page(&ctx, &whose, query).await?;
    Ok(Json(page).into_response())
}

/// Whether somebody wants the table, and not JSON.
fn wants_table(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(header::ACCEPT).iter();
    let kinds: Vec<String> = accepted
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|range| range.split(';').next())
        .map(|kind| kind.trim().to_ascii_lowercase())
        .collect();
    let accepts = |kind: &str| kinds.iter().any(|accepted| accepted == kind);
    accepts("text/csv") && !accepts("application/json")
}

//! The event log, as its readers may see it.

use http::{ApiResult, AppState, Caller, Json, Path, Query, page};
use kernel::{Error, Permission, ProjectId, Result};
use platform::{Ctx, log};
use protocol::events::{EVENTS_LIMIT_MAX, EventsQuery, EventsView};
use utoipa_axum::{router::OpenApiRouter, routes};

const EVENTS_LIMIT_DEFAULT: u64 = 200;

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list))
}

/// What happened after a number
async fn after(ctx: &Ctx, project: ProjectId, query: EventsQuery) -> Result<EventsView> {
    let access = ctx.project(project, Permission::GRAPH_READ).await?;
    let limit = page::limit_within(query.limit, EVENTS_LIMIT_DEFAULT, EVENTS_LIMIT_MAX)?;
    let after = query.after.unwrap_or(0);
    if after < 0 {
        return Err(Error::invalid("after", "must not be negative"));
    }
    let (visibility, after) = (access.visibility(), after.max(access.log_after));
    let events = log::after(ctx.reader(), project, after, limit).await?;
    let head = events
        .last()
        .map_or(access.head, |last| last.seq.max(access.head));
    let events = events
        .iter()
        .map(|event| event.shown_to(visibility).to_view())
        .collect::<serde_json::Result<_>>()
        .map_err(Error::internal)?;
    Ok(EventsView {
        epoch: access.epoch,
        head,
        events,
    })
}

/// The event log of a project
///
/// Who is no member reads what happened since the project became public, whatever `after` says.
#[utoipa::path(get, path = "/projects/{project_id}/events", tag = "graph",
    params(("project_id" = ProjectId, Path), EventsQuery),
    responses((status = 200, body = EventsView)),
    extensions(("x-authz" = json!("graph:read"))))]
async fn list(
    Caller(ctx): Caller,
    Path(project): Path<ProjectId>,
    Query(query): Query<EventsQuery>,
) -> ApiResult<Json<EventsView>> {
    Ok(Json(after(&ctx, project, query).await?))
}

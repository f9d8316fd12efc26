use axum::{
    http::{
        HeaderMap, HeaderValue, StatusCode,
        header::{CONTENT_ENCODING, CONTENT_TYPE, ETAG, VARY},
    },
    response::{IntoResponse, Response},
};
use http::{Anyone, ApiResult, AppState, Caller, Json, Path, extract::has_already};
use kernel::{Permission, ProjectId};
use protocol::graph::{GraphView, StateHash};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    form::Form,
    queries,
    shared::{Made, Shared},
};

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(graph))
        .routes(routes!(public))
        .routes(routes!(state_hash))
}

/// The whole project, consistent at `seq`
#[utoipa::path(get, path = "/projects/{project_id}/graph", tag = "graph",
    params(("project_id" = ProjectId, Path)),
    responses((status = 200, body = GraphView)),
    extensions(("x-authz" = json!("graph:read"))))]
async fn graph(
    Caller(ctx): Caller,
    Path(project): Path<ProjectId>,
    headers: HeaderMap,
) -> ApiResult<Response> {
    let access = ctx.project(project, Permission::GRAPH_READ).await?;
    let shared = ctx.platform.feature::<Shared>();
    let made = shared.get(&ctx, access, Form::accepted(&headers)).await?;
    Ok(whole(made))
}

/// A public project whole, for everybody who has its link
///
/// What is answered is what somebody sees who is no member, whatever credential is sent along. The
/// `ETag` changes with every event: send it as `If-None-Match` to hear 304 as long as nothing happens.
#[utoipa::path(get, path = "/public/projects/{project_id}", tag = "graph",
    params(("project_id" = ProjectId, Path),
        ("If-None-Match" = Option<String>, Header, description = "The `ETag` of what is there already")),
    responses(
        (status = 200, body = GraphView,
            headers(("ETag" = String, description = "Names the project's state"))),
        (status = 304, description = "It is still as it was")),
    extensions(("x-authz" = json!("anonymous"))))]
async fn public(
    Anyone(ctx): Anyone,
    Path(project): Path<ProjectId>,
    headers: HeaderMap,
) -> ApiResult<Response> {
    let access = ctx.public_project(project).await?;
    let now = tag(access.epoch, access.head);
    if has_already(&headers, &now) {
        return Ok((StatusCode::NOT_MODIFIED, [(ETAG, now)]).into_response());
    }
    let shared = ctx.platform.feature::<Shared>();
    let made = shared.get(&ctx, access, Form::accepted(&headers)).await?;
    // It may have gone on since.
    let now = tag(made.epoch, made.seq);
    Ok(([(ETAG, now)], whole(made)).into_response())
}

fn whole(made: Made) -> Response {
    let mut response = made.body.into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(JSON));
    headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
    if made.form != Form::Plain {
        let encoding = HeaderValue::from_static(made.form.word());
        headers.insert(CONTENT_ENCODING, encoding);
    }
    response
}

fn tag(epoch: Uuid, seq: i64) -> String {
    format!("\"{epoch}-{seq}\"")
}

const JSON: &str = "application/json";

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

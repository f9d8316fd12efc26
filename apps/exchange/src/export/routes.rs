use axum::{
    body::Body,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use http::{ApiResult, AppState, Caller, Json, Path, Query};
use kernel::{ProjectId, Result};
use protocol::{
    exports::{ExportFormat, ExportNodes, ExportQuery},
    preferences::Language,
    projects::ProjectView,
};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    json, markdown,
    nodes::{Rest, chosen, wanted},
};

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(export, export_nodes))
}

/// A project, a branch or a selection, to be read or kept elsewhere
///
/// It holds what the caller sees of it, each node as it is when its turn comes: what changes while it is sent may be
/// there before or after. Of each answer it says which model wrote it, and what it is based on. A project of more than
/// 10,000 nodes is exported in parts.
#[utoipa::path(get, path = "/projects/{project_id}/export", tag = "graph",
    params(("project_id" = ProjectId, Path), ExportQuery),
    responses((status = 200, content(
        (String = "text/markdown"),
        (serde_json::Value = "application/json"),
    ))),
    extensions(("x-authz" = json!("graph:read+project:read"))))]
async fn export(
    Caller(ctx): Caller,
    Path(project): Path<ProjectId>,
    Query(query): Query<ExportQuery>,
) -> ApiResult<Response> {
    // Who may not read the project hears that before anything is looked for in it.
    let about = projects::projects::get(&ctx, project).await?;
    let (access, ids) = wanted(&ctx, project, &query).await?;
    let rest = Rest::new(ctx, access, ids);
    Ok(respond(rest, &about, query.format, query.language)?)
}

/// A selection of more nodes than an address can name
///
/// What it holds, and how, is as of the export of a project.
#[utoipa::path(post, path = "/projects/{project_id}/export", tag = "graph",
    params(("project_id" = ProjectId, Path)),
    request_body = ExportNodes,
    responses((status = 200, content(
        (String = "text/markdown"),
        (serde_json::Value = "application/json"),
    ))),
    extensions(("x-authz" = json!("graph:read+project:read"))))]
async fn export_nodes(
    Caller(ctx): Caller,
    Path(project): Path<ProjectId>,
    Json(input): Json<ExportNodes>,
) -> ApiResult<Response> {
    let about = projects::projects::get(&ctx, project).await?;
    let (access, ids) = chosen(&ctx, project, &input.node_ids).await?;
    let rest = Rest::new(ctx, access, ids);
    Ok(respond(rest, &about, input.format, input.language)?)
}

fn respond(
    rest: Rest,
    about: &ProjectView,
    format: Option<ExportFormat>,
    language: Option<Language>,
) -> Result<Response> {
    let project = about.id;
    let (body, kind, ending) = match format.unwrap_or_default() {
        ExportFormat::Markdown => {
            let text = markdown::stream(rest, about, language.unwrap_or_default());
            (
                Body::from_stream(text),
                "text/markdown; charset=utf-8",
                "md",
            )
        }
        ExportFormat::Json => {
            let text = json::stream(rest, about)?;
            (Body::from_stream(text), "application/json", "json")
        }
    };
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    // What people wrote is kept as a file, and never shown as a page of this server.
    let file = format!("attachment; filename=\"{project}.{ending}\"");
    if let Ok(file) = HeaderValue::try_from(file) {
        headers.insert(header::CONTENT_DISPOSITION, file);
    }
    Ok(response)
}

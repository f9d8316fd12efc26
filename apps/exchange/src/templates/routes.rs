use http::{ApiResult, AppState, Caller, Json, Query};
use protocol::templates::{TemplatesQuery, TemplatesView};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::all::views;

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list))
}

/// What a new project can begin with
#[utoipa::path(get, path = "/templates", tag = "templates", params(TemplatesQuery),
    responses((status = 200, body = TemplatesView)),
    extensions(("x-authz" = json!("caller"))))]
async fn list(
    Caller(ctx): Caller,
    Query(query): Query<TemplatesQuery>,
) -> ApiResult<Json<TemplatesView>> {
    ctx.user_id()?;
    let items = views(query.language.unwrap_or_default());
    Ok(Json(TemplatesView { items }))
}

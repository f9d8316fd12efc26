//! `/models`.

use http::{ApiResult, AppState, Caller, Json};
use protocol::models::ModelList;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list))
}

/// List the models that can be asked, with sizes, prices and how they do.
#[utoipa::path(
    get,
    path = "/models",
    tag = "models",
    responses((status = 200, body = ModelList)),
    extensions(("x-authz" = json!("caller"))),
)]
async fn list(Caller(ctx): Caller) -> ApiResult<Json<ModelList>> {
    Ok(Json(super::list(&ctx).await?))
}

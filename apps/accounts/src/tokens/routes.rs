//! `/users/me/tokens`.

use axum::{Extension, http::StatusCode};
use http::{ApiResult, AppState, Caller, Json, Path, Query, idempotency::HoldsSecret};
use kernel::ApiTokenId;
use protocol::{
    Page,
    page::PageQuery,
    tokens::{CreateToken, NewToken, TokenView},
};
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(delete))
}

/// List one's API tokens.
#[utoipa::path(
    get,
    path = "/users/me/tokens",
    tag = "tokens",
    params(PageQuery),
    responses((status = 200, body = Page<TokenView>)),
    extensions(("x-authz" = json!("session"))),
)]
async fn list(
    Caller(ctx): Caller,
    Query(query): Query<PageQuery>,
) -> ApiResult<Json<Page<TokenView>>> {
    Ok(Json(super::list(&ctx, query).await?))
}

/// Make an API token. Its text is shown this once.
#[utoipa::path(
    post,
    path = "/users/me/tokens",
    tag = "tokens",
    request_body = CreateToken,
    responses((status = 201, body = NewToken)),
    extensions(("x-authz" = json!("session"))),
)]
async fn create(
    Caller(ctx): Caller,
    Json(input): Json<CreateToken>,
) -> ApiResult<(StatusCode, Extension<HoldsSecret>, Json<NewToken>)> {
    let token = super::create(&ctx, input).await?;
    Ok((StatusCode::CREATED, Extension(HoldsSecret), Json(token)))
}

/// End an API token.
#[utoipa::path(
    delete,
    path = "/users/me/tokens/{id}",
    tag = "tokens",
    params(("id" = ApiTokenId, Path)),
    responses((status = 204)),
    extensions(("x-authz" = json!("session"))),
)]
async fn delete(Caller(ctx): Caller, Path(id): Path<ApiTokenId>) -> ApiResult<StatusCode> {
    super::delete(&ctx, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

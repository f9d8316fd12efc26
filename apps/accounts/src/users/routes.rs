//! `/users/me`.

use axum::http::StatusCode;
use http::{ApiResult, AppState, Caller, Json};
use protocol::users::{DeleteUser, PatchUser, UserView};
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(me, update, delete))
}

/// Read one's own account.
#[utoipa::path(
    get,
    path = "/users/me",
    tag = "users",
    responses((status = 200, body = UserView)),
    extensions(("x-authz" = json!("caller"))),
)]
async fn me(Caller(ctx): Caller) -> ApiResult<Json<UserView>> {
    Ok(Json(super::me(&ctx).await?))
}

/// Change one's profile, preferences or instructions.
#[utoipa::path(
    patch,
    path = "/users/me",
    tag = "users",
    request_body = PatchUser,
    responses((status = 200, body = UserView)),
    extensions(("x-authz" = json!("session"))),
)]
async fn update(Caller(ctx): Caller, Json(input): Json<PatchUser>) -> ApiResult<Json<UserView>> {
    Ok(Json(super::update(&ctx, input).await?))
}

/// Delete one's account. Projects one owns must be transferred or deleted first.
#[utoipa::path(
    delete,
    path = "/users/me",
    tag = "users",
    request_body = DeleteUser,
    responses((status = 204)),
    extensions(("x-authz" = json!("session"))),
)]
async fn delete(Caller(ctx): Caller, Json(input): Json<DeleteUser>) -> ApiResult<StatusCode> {
    super::delete(&ctx, input).await?;
    Ok(StatusCode::NO_CONTENT)
}

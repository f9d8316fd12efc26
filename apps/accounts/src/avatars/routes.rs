use axum::{
    extract::{Request, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use http::{Anyone, ApiResult, AppState, Caller, Json, Path, extract::read_body};
use protocol::users::UserView;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{commands, queries};

/// Another picture has another address.
const KEPT: &str = "private, max-age=31536000, immutable";

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(put_avatar, delete_avatar))
        .routes(routes!(get_avatar))
}

/// Keep another picture of oneself: a PNG, JPEG or WebP of at most 1 MiB, of which the server keeps the middle, 256 pixels wide
#[utoipa::path(put, path = "/users/me/avatar", tag = "users",
    request_body(content = String, content_type = "application/octet-stream",
        description = "The picture as it is, whatever its media type is said to be."),
    responses((status = 200, body = UserView)),
    extensions(("x-authz" = json!("session"))))]
async fn put_avatar(
    Caller(ctx): Caller,
    State(state): State<AppState>,
    request: Request,
) -> ApiResult<Json<UserView>> {
    // Whoever may not is not read.
    ctx.session()?;
    let sent = read_body(request, &state).await?;
    Ok(Json(commands::put(&ctx, &sent).await?))
}

/// Remove one's picture
#[utoipa::path(delete, path = "/users/me/avatar", tag = "users",
    responses((status = 204)),
    extensions(("x-authz" = json!("session"))))]
async fn delete_avatar(Caller(ctx): Caller) -> ApiResult<StatusCode> {
    commands::delete(&ctx).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A person's picture, for whoever was told its address: that stands beside the name, for those who may see it
#[utoipa::path(get, path = "/avatars/{token}", tag = "users",
    params(("token" = String, Path)),
    responses((status = 200, content((String = "image/png"), (String = "image/jpeg")))),
    extensions(("x-authz" = json!("anonymous"))))]
async fn get_avatar(Anyone(ctx): Anyone, Path(token): Path<String>) -> ApiResult<Response> {
    let (media_type, picture) = queries::get(&ctx, &token).await?;
    let headers = [
        (header::CONTENT_TYPE, media_type),
        (header::CACHE_CONTROL, KEPT.to_owned()),
    ];
    Ok((headers, picture).into_response())
}

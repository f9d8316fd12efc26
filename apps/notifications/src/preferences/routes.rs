use http::{ApiResult, AppState, Caller, Json};
use protocol::notifications::NotificationPreferences;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{commands, queries};

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(get, put))
}

/// What one wants to be told, by type and project, and when
#[utoipa::path(get, path = "/users/me/notification-preferences", tag = "notifications",
    responses((status = 200, body = NotificationPreferences)),
    extensions(("x-authz" = json!("session"))))]
async fn get(Caller(ctx): Caller) -> ApiResult<Json<NotificationPreferences>> {
    let (user, _) = ctx.session()?;
    Ok(Json(queries::get(&ctx, user).await?))
}

/// Choose what one wants to be told. What is left out is as usual
#[utoipa::path(put, path = "/users/me/notification-preferences", tag = "notifications",
    request_body = NotificationPreferences,
    responses((status = 200, body = NotificationPreferences)),
    extensions(("x-authz" = json!("session"))))]
async fn put(
    Caller(ctx): Caller,
    Json(input): Json<NotificationPreferences>,
) -> ApiResult<Json<NotificationPreferences>> {
    Ok(Json(commands::put(&ctx, input).await?))
}

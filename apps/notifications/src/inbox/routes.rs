use http::{ApiResult, AppState, Caller, Json, Path, Query};
use kernel::NotificationId;
use protocol::notifications::{InboxView, NotificationsQuery, ReadAll, UnreadCount};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    commands::{self, Which},
    queries,
};

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(read))
        .routes(routes!(read_all))
}

/// One's notifications, the latest first, and how many one has not read
#[utoipa::path(get, path = "/notifications", tag = "notifications",
    params(NotificationsQuery),
    responses((status = 200, body = InboxView)),
    extensions(("x-authz" = json!("session"))))]
async fn list(
    Caller(ctx): Caller,
    Query(query): Query<NotificationsQuery>,
) -> ApiResult<Json<InboxView>> {
    let (user, _) = ctx.session()?;
    Ok(Json(queries::list(&ctx, user, query).await?))
}

/// Note that a notification is read
#[utoipa::path(post, path = "/notifications/{notification_id}/read", tag = "notifications",
    params(("notification_id" = NotificationId, Path)),
    responses((status = 200, body = UnreadCount)),
    extensions(("x-authz" = json!("session"))))]
async fn read(Caller(ctx): Caller, Path(id): Path<NotificationId>) -> ApiResult<Json<UnreadCount>> {
    Ok(Json(commands::read(&ctx, Which::One(id)).await?))
}

/// Note that all notifications are read, or all of a project
#[utoipa::path(post, path = "/notifications/read-all", tag = "notifications",
    request_body = ReadAll,
    responses((status = 200, body = UnreadCount)),
    extensions(("x-authz" = json!("session"))))]
async fn read_all(
    Caller(ctx): Caller,
    Json(ReadAll { project_id }): Json<ReadAll>,
) -> ApiResult<Json<UnreadCount>> {
    let which = project_id.map_or(Which::All, Which::Of);
    Ok(Json(commands::read(&ctx, which).await?))
}

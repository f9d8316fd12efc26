use axum::http::StatusCode;
use http::{ApiResult, AppState, Caller, Json, Path};
use kernel::PushSubscriptionId;
use protocol::push::{CreatePushSubscription, PushDeviceView, PushView};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{commands, queries};

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list, add))
        .routes(routes!(remove))
}

/// The devices that one is told on, and the key that another one needs
#[utoipa::path(get, path = "/users/me/push-subscriptions", tag = "push",
    responses((status = 200, body = PushView)),
    extensions(("x-authz" = json!("session"))))]
async fn list(Caller(ctx): Caller) -> ApiResult<Json<PushView>> {
    Ok(Json(queries::list(&ctx).await?))
}

/// Be told on the device that asks, as long as its session goes on. What it said before is replaced
#[utoipa::path(post, path = "/users/me/push-subscriptions", tag = "push",
    request_body = CreatePushSubscription,
    responses((status = 201, body = PushDeviceView)),
    extensions(("x-authz" = json!("session"))))]
async fn add(
    Caller(ctx): Caller,
    Json(input): Json<CreatePushSubscription>,
) -> ApiResult<(StatusCode, Json<PushDeviceView>)> {
    let device = commands::add(&ctx, input).await?;
    Ok((StatusCode::CREATED, Json(device)))
}

/// Be told on a device no more
#[utoipa::path(delete, path = "/users/me/push-subscriptions/{id}", tag = "push",
    params(("id" = PushSubscriptionId, Path)),
    responses((status = 204)),
    extensions(("x-authz" = json!("session"))))]
async fn remove(Caller(ctx): Caller, Path(id): Path<PushSubscriptionId>) -> ApiResult<StatusCode> {
    commands::remove(&ctx, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

//! Coming and going: register, login, refresh, logout, devices, tickets.

use axum::{
    Extension,
    http::{HeaderMap, StatusCode},
};
use http::{
    Anyone, ApiResult, AppState, Caller, Json, Path, Query, cookies, idempotency::HoldsSecret,
};
use kernel::SessionId;
use protocol::{
    Page,
    auth::{
        LogOutAll, LoggedIn, Login, RefreshSession, Register, SessionView, TokensPlace,
        TokensQuery, WsTicket,
    },
    page::PageQuery,
};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{Delivered, deliver, without_cookie};
use crate::auth;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(register))
        .routes(routes!(login))
        .routes(routes!(refresh))
        .routes(routes!(logout))
        .routes(routes!(logout_all))
        .routes(routes!(list_sessions))
        .routes(routes!(end_session))
        .routes(routes!(issue_ticket))
}

/// Make an account and log in. A mail asks to verify the address.
#[utoipa::path(
    post,
    path = "/auth/register",
    tag = "auth",
    params(TokensQuery),
    request_body = Register,
    responses((status = 201, body = LoggedIn)),
    extensions(("x-authz" = json!("anonymous"))),
)]
async fn register(
    Anyone(ctx): Anyone,
    Query(query): Query<TokensQuery>,
    Json(input): Json<Register>,
) -> ApiResult<(StatusCode, Delivered)> {
    let login = auth::register(&ctx, input).await?;
    let place = query.tokens.unwrap_or(TokensPlace::Cookie);
    let delivered = deliver(&ctx.platform.settings, place, login)?;
    Ok((StatusCode::CREATED, delivered))
}

/// Log in.
#[utoipa::path(
    post,
    path = "/auth/login",
    tag = "auth",
    params(TokensQuery),
    request_body = Login,
    responses((status = 200, body = LoggedIn)),
    extensions(("x-authz" = json!("anonymous"))),
)]
async fn login(
    Anyone(ctx): Anyone,
    Query(query): Query<TokensQuery>,
    Json(input): Json<Login>,
) -> ApiResult<Delivered> {
    let login = auth::login(&ctx, input).await?;
    let place = query.tokens.unwrap_or(TokensPlace::Cookie);
    deliver(&ctx.platform.settings, place, login)
}

/// Exchange a refresh token, from the body or the cookie, for the next one and an access token.
#[utoipa::path(
    post,
    path = "/auth/refresh",
    tag = "auth",
    params(TokensQuery),
    request_body = Option<RefreshSession>,
    responses((status = 200, body = LoggedIn)),
    extensions(("x-authz" = json!("anonymous"))),
)]
async fn refresh(
    Anyone(ctx): Anyone,
    Query(query): Query<TokensQuery>,
    headers: HeaderMap,
    input: Option<Json<RefreshSession>>,
) -> ApiResult<Delivered> {
    let settings = &ctx.platform.settings;
    let (token, came_in) = match input.and_then(|Json(input)| input.refresh_token) {
        Some(token) => (Some(token), TokensPlace::Body),
        None => (
            cookies::refresh_token(settings, &headers),
            TokensPlace::Cookie,
        ),
    };
    let login = auth::refresh(&ctx, token).await?;
    // Unless told otherwise, the next one goes the way this one came.
    deliver(settings, query.tokens.unwrap_or(came_in), login)
}

/// Log this device out.
#[utoipa::path(
    post,
    path = "/auth/logout",
    tag = "auth",
    responses((status = 204)),
    extensions(("x-authz" = json!("session"))),
)]
async fn logout(Caller(ctx): Caller) -> ApiResult<(StatusCode, HeaderMap)> {
    auth::end_own(&ctx).await?;
    let headers = without_cookie(&ctx.platform.settings)?;
    Ok((StatusCode::NO_CONTENT, headers))
}

/// Log all one's devices out, and end one's API tokens if that is asked for.
#[utoipa::path(
    post,
    path = "/auth/logout-all",
    tag = "auth",
    request_body = Option<LogOutAll>,
    responses((status = 204)),
    extensions(("x-authz" = json!("session"))),
)]
async fn logout_all(
    Caller(ctx): Caller,
    input: Option<Json<LogOutAll>>,
) -> ApiResult<(StatusCode, HeaderMap)> {
    let input = input.map(|Json(input)| input);
    auth::end_all(&ctx, input.unwrap_or_default()).await?;
    let headers = without_cookie(&ctx.platform.settings)?;
    Ok((StatusCode::NO_CONTENT, headers))
}

/// List the devices one is logged in on.
#[utoipa::path(
    get,
    path = "/auth/sessions",
    tag = "auth",
    params(PageQuery),
    responses((status = 200, body = Page<SessionView>)),
    extensions(("x-authz" = json!("session"))),
)]
async fn list_sessions(
    Caller(ctx): Caller,
    Query(query): Query<PageQuery>,
) -> ApiResult<Json<Page<SessionView>>> {
    Ok(Json(auth::list(&ctx, query).await?))
}

/// Log one of one's devices out.
#[utoipa::path(
    delete,
    path = "/auth/sessions/{id}",
    tag = "auth",
    params(("id" = SessionId, Path)),
    responses((status = 204)),
    extensions(("x-authz" = json!("session"))),
)]
async fn end_session(Caller(ctx): Caller, Path(id): Path<SessionId>) -> ApiResult<StatusCode> {
    auth::end(&ctx, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Get a ticket that opens one socket within 30 seconds.
#[utoipa::path(
    post,
    path = "/auth/ws-ticket",
    tag = "auth",
    responses((status = 201, body = WsTicket)),
    extensions(("x-authz" = json!("session"))),
)]
async fn issue_ticket(
    Caller(ctx): Caller,
) -> ApiResult<(StatusCode, Extension<HoldsSecret>, Json<WsTicket>)> {
    let ticket = auth::issue_ticket(&ctx).await?;
    Ok((StatusCode::CREATED, Extension(HoldsSecret), Json(ticket)))
}

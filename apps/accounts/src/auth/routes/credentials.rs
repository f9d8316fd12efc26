//! Passwords and mailed tokens.

use axum::http::StatusCode;
use http::{Anyone, ApiResult, AppState, Caller, Json};
use protocol::auth::{
    ChangeEmail, ChangePassword, ConfirmEmail, EmailConfirmed, ForgotPassword, ResetPassword,
    VerifyEmail,
};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::auth;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(change_password))
        .routes(routes!(forgot_password))
        .routes(routes!(reset_password))
        .routes(routes!(verify_email))
        .routes(routes!(resend_email))
        .routes(routes!(change_email))
        .routes(routes!(confirm_email))
}

/// Change one's password. All other devices are logged out, and API tokens end if that is asked for.
#[utoipa::path(
    post,
    path = "/auth/password",
    tag = "auth",
    request_body = ChangePassword,
    responses((status = 204)),
    extensions(("x-authz" = json!("session"))),
)]
async fn change_password(
    Caller(ctx): Caller,
    Json(input): Json<ChangePassword>,
) -> ApiResult<StatusCode> {
    auth::change(&ctx, input).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ask for a mail with which to set a new password. The answer is the same for every address.
#[utoipa::path(
    post,
    path = "/auth/password/forgot",
    tag = "auth",
    request_body = ForgotPassword,
    responses((status = 202)),
    extensions(("x-authz" = json!("anonymous"))),
)]
async fn forgot_password(
    Anyone(ctx): Anyone,
    Json(input): Json<ForgotPassword>,
) -> ApiResult<StatusCode> {
    auth::forgot(&ctx, input).await?;
    Ok(StatusCode::ACCEPTED)
}

/// Set a new password with a mailed token. All devices are logged out, and all API tokens end.
#[utoipa::path(
    post,
    path = "/auth/password/reset",
    tag = "auth",
    request_body = ResetPassword,
    responses((status = 204)),
    extensions(("x-authz" = json!("anonymous"))),
)]
async fn reset_password(
    Anyone(ctx): Anyone,
    Json(input): Json<ResetPassword>,
) -> ApiResult<StatusCode> {
    auth::reset(&ctx, input).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Verify one's address with a mailed token.
#[utoipa::path(
    post,
    path = "/auth/email/verify",
    tag = "auth",
    request_body = VerifyEmail,
    responses((status = 204)),
    extensions(("x-authz" = json!("anonymous"))),
)]
async fn verify_email(
    Anyone(ctx): Anyone,
    Json(input): Json<VerifyEmail>,
) -> ApiResult<StatusCode> {
    auth::verify(&ctx, input).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ask for another mail to verify one's address with.
#[utoipa::path(
    post,
    path = "/auth/email/resend",
    tag = "auth",
    responses((status = 202)),
    extensions(("x-authz" = json!("session"))),
)]
async fn resend_email(Caller(ctx): Caller) -> ApiResult<StatusCode> {
    auth::resend(&ctx).await?;
    Ok(StatusCode::ACCEPTED)
}

/// Ask for another e-mail address. Both addresses are mailed a token; the answer is the same whether or not somebody has
/// the new one.
#[utoipa::path(
    post,
    path = "/users/me/email",
    tag = "users",
    request_body = ChangeEmail,
    responses((status = 202)),
    extensions(("x-authz" = json!("session"))),
)]
async fn change_email(
    Caller(ctx): Caller,
    Json(input): Json<ChangeEmail>,
) -> ApiResult<StatusCode> {
    auth::ask_email_change(&ctx, input).await?;
    Ok(StatusCode::ACCEPTED)
}

/// Agree to another e-mail address with a token that was mailed to the old or the new one.
#[utoipa::path(
    post,
    path = "/auth/email/confirm",
    tag = "auth",
    request_body = ConfirmEmail,
    responses((status = 200, body = EmailConfirmed)),
    extensions(("x-authz" = json!("anonymous"))),
)]
async fn confirm_email(
    Anyone(ctx): Anyone,
    Json(input): Json<ConfirmEmail>,
) -> ApiResult<Json<EmailConfirmed>> {
    Ok(Json(auth::confirm_email_change(&ctx, input).await?))
}

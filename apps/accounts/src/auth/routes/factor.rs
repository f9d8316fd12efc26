//! The second factor.

use axum::{Extension, http::StatusCode};
use http::{ApiResult, AppState, Caller, Json, idempotency::HoldsSecret};
use protocol::auth::{EnrollTotp, RecoveryCodes, RemoveTotp, TotpCode, TotpEnrollment};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::auth;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(enroll_totp))
        .routes(routes!(confirm_totp))
        .routes(routes!(remove_totp))
        .routes(routes!(renew_recovery_codes))
}

type Secret<T> = (Extension<HoldsSecret>, Json<T>);

fn secret<T>(answer: T) -> Secret<T> {
    (Extension(HoldsSecret), Json(answer))
}

/// Get a secret for an authenticator. It counts once a code confirms it.
#[utoipa::path(
    post,
    path = "/auth/totp/enroll",
    tag = "auth",
    request_body = EnrollTotp,
    responses((status = 200, body = TotpEnrollment)),
    extensions(("x-authz" = json!("session"))),
)]
async fn enroll_totp(
    Caller(ctx): Caller,
    Json(input): Json<EnrollTotp>,
) -> ApiResult<Secret<TotpEnrollment>> {
    Ok(secret(auth::enroll(&ctx, input).await?))
}

/// Turn the second factor on, with a first code. The recovery codes are shown this once.
#[utoipa::path(
    post,
    path = "/auth/totp/confirm",
    tag = "auth",
    request_body = TotpCode,
    responses((status = 200, body = RecoveryCodes)),
    extensions(("x-authz" = json!("session"))),
)]
async fn confirm_totp(
    Caller(ctx): Caller,
    Json(input): Json<TotpCode>,
) -> ApiResult<Secret<RecoveryCodes>> {
    Ok(secret(auth::confirm(&ctx, input).await?))
}

/// Turn the second factor off.
#[utoipa::path(
    delete,
    path = "/auth/totp",
    tag = "auth",
    request_body = RemoveTotp,
    responses((status = 204)),
    extensions(("x-authz" = json!("session"))),
)]
async fn remove_totp(Caller(ctx): Caller, Json(input): Json<RemoveTotp>) -> ApiResult<StatusCode> {
    auth::remove(&ctx, input).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Replace the recovery codes. The new ones are shown this once.
#[utoipa::path(
    post,
    path = "/auth/recovery-codes",
    tag = "auth",
    request_body = TotpCode,
    responses((status = 200, body = RecoveryCodes)),
    extensions(("x-authz" = json!("session"))),
)]
async fn renew_recovery_codes(
    Caller(ctx): Caller,
    Json(input): Json<TotpCode>,
) -> ApiResult<Secret<RecoveryCodes>> {
    Ok(secret(auth::renew_recovery_codes(&ctx, input).await?))
}

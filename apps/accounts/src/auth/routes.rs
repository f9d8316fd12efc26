//! `/auth/*`.

mod credentials;
mod factor;
mod sessions;

use axum::{
    Extension,
    http::{HeaderMap, header},
};
use http::{ApiResult, AppState, Json, cookies, idempotency::HoldsSecret};
use platform::Settings;
use protocol::auth::{LoggedIn, TokensPlace};
use utoipa_axum::router::OpenApiRouter;

use super::Login;

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .merge(sessions::routes())
        .merge(credentials::routes())
        .merge(factor::routes())
}

/// An answer with tokens, and maybe a cookie.
type Delivered = (Extension<HoldsSecret>, HeaderMap, Json<LoggedIn>);

/// Puts the refresh token where the caller wants it.
fn deliver(settings: &Settings, place: TokensPlace, login: Login) -> ApiResult<Delivered> {
    let Login {
        mut logged_in,
        refresh_token,
        stays,
    } = login;
    let mut headers = HeaderMap::new();
    match place {
        TokensPlace::Body => logged_in.refresh_token = Some(refresh_token),
        TokensPlace::Cookie => {
            let seconds = i64::from(settings.auth.session_idle_days) * 24 * 60 * 60;
            let cookie = cookies::set(settings, &refresh_token, stays.then_some(seconds))?;
            headers.insert(header::SET_COOKIE, cookie);
        }
    }
    Ok((Extension(HoldsSecret), headers, Json(logged_in)))
}

/// Takes the cookie back from a browser.
fn without_cookie(settings: &Settings) -> ApiResult<HeaderMap> {
    let cookie = cookies::clear(settings)?;
    Ok(HeaderMap::from_iter([(header::SET_COOKIE, cookie)]))
}

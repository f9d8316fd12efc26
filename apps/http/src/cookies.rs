//! The one cookie: a browser's refresh token.

use axum::http::{HeaderMap, HeaderValue, header};
use kernel::{Error, Result};
use platform::Settings;

/// Only a TLS site may use the prefix that browsers protect; elsewhere, such as on localhost, the
/// plain name stands.
#[must_use]
pub fn name(settings: &Settings) -> &'static str {
    if settings.is_https() {
        "__Host-nonlinear_refresh"
    } else {
        "nonlinear_refresh"
    }
}

#[must_use]
pub fn refresh_token(settings: &Settings, headers: &HeaderMap) -> Option<String> {
    let name = name(settings);
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value.to_owned())
}

/// The header that gives a browser its token, for so long, or until it is closed.
pub fn set(settings: &Settings, token: &str, max_age_seconds: Option<i64>) -> Result<HeaderValue> {
    let secure = if settings.is_https() { "; Secure" } else { "" };
    let name = name(settings);
    let max_age = max_age_seconds.map_or_else(String::new, |age| format!("; Max-Age={age}"));
    let cookie = format!("{name}={token}; Path=/; HttpOnly; SameSite=Strict{max_age}{secure}");
    HeaderValue::from_str(&cookie).map_err(Error::internal)
}

/// The header that takes it back.
pub fn clear(settings: &Settings) -> Result<HeaderValue> {
    set(settings, "", Some(0))
}

//! Callers of operations that take no login.

use axum::{extract::FromRequestParts, http::request::Parts};
use http::{ApiError, AppState, identify::Identified};
use kernel::Error;
use platform::{Ctx, Principal};

/// Whoever asks, whatever bearer they send along: an expired access token must not keep anyone from
/// logging in or refreshing.
pub(super) struct Anyone(pub(super) Ctx);

impl FromRequestParts<AppState> for Anyone {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let identified = parts
            .extensions
            .get::<Identified>()
            .ok_or_else(|| Error::internal("a route without the layer that identifies callers"))?;
        let request = identified.request.clone();
        Ok(Self(Ctx::new(state.clone(), Principal::Anonymous, request)))
    }
}

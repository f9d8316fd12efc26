//! The link that ends mails, as mail programs follow it by themselves (RFC 8058): one POST, by nobody who is logged in.

use axum::http::StatusCode;
use http::{Anyone, ApiResult, AppState, Query};
use kernel::{Error, Result, UserId};
use platform::keys::Keys;
use protocol::notifications::UnsubscribeQuery;
use utoipa_axum::{router::OpenApiRouter, routes};

const DERIVED: &str = "unsubscribe";

/// Says whose mails end, and proves that it was mailed to them. It is no secret worth more: it can do nothing else.
pub(crate) fn token(keys: &Keys, user: UserId) -> String {
    format!(
        "{user}.{}",
        keys.derived_token(DERIVED, user.uuid().as_bytes())
    )
}

fn whose(keys: &Keys, token: &str) -> Result<UserId> {
    let (user, proof) = token.split_once('.').ok_or(Error::InvalidToken)?;
    let user: UserId = user.parse().map_err(|_| Error::InvalidToken)?;
    let known = keys.derived_tokens(DERIVED, user.uuid().as_bytes());
    if known.iter().any(|known| known == proof) {
        Ok(user)
    } else {
        Err(Error::InvalidToken)
    }
}

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(unsubscribe))
}

/// End all mails about notifications, by the link of one of them. It turns off mail alone, and may be sent again
#[utoipa::path(post, path = "/notifications/unsubscribe", tag = "notifications",
    params(UnsubscribeQuery),
    responses((status = 204)),
    extensions(("x-authz" = json!("anonymous"))))]
async fn unsubscribe(
    Anyone(ctx): Anyone,
    Query(UnsubscribeQuery { token }): Query<UnsubscribeQuery>,
) -> ApiResult<StatusCode> {
    let user = whose(&ctx.platform.keys, &token)?;
    accounts::users::stop_mails(&ctx.platform, user).await?;
    Ok(StatusCode::NO_CONTENT)
}

//! Addresses that need no header: for `<img>` and the like. They are somebody's, end soon, and count only while that
//! person may see the file.

use axum::http::Uri;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use kernel::{Error, MediaId, Result, SessionId, UserId};
use platform::{Ctx, access};
use protocol::media::MediaAddress;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::queries::readable;

const PURPOSE: &str = "media address";
/// An address lives between half of this and all of it, so that it is the same for a while and browsers can keep what
/// they got.
const MINUTES_MAX: i64 = 30;

/// Whose address it is, of which file, and until when.
#[derive(Debug, Serialize, Deserialize)]
struct Signed(Uuid, (UserId, SessionId), i64);

pub(super) async fn make(ctx: &Ctx, id: MediaId) -> Result<MediaAddress> {
    let row = readable(ctx, id).await?;
    let (token, expires_at) = sign(ctx, PURPOSE, id.uuid())?;
    let url = |what: &str| format!("/api/v1/media/{id}/{what}?token={token}");
    Ok(MediaAddress {
        url: url("content"),
        thumbnail_url: row.thumbnail.is_some().then(|| url("thumbnail")),
        expires_at: expires_at.into(),
    })
}

/// What stands in an address of something, for the caller's session, and until when it counts. What is made for one
/// purpose is good for no other.
pub fn sign(ctx: &Ctx, purpose: &'static str, id: Uuid) -> Result<(String, DateTime<Utc>)> {
    let whose = ctx.session()?;
    let expires_at = until(ctx.now());
    let signed = Signed(id, whose, expires_at.timestamp());
    let said = serde_json::to_vec(&signed).map_err(Error::internal)?;
    let signature = ctx.platform.keys.derived_token(purpose, &said);
    let token = format!("{}.{signature}", URL_SAFE_NO_PAD.encode(said));
    Ok((token, expires_at))
}

/// The end of the next half of the time.
fn until(now: DateTime<Utc>) -> DateTime<Utc> {
    let half = MINUTES_MAX * 30;
    let begun = now.timestamp() - now.timestamp().rem_euclid(half);
    DateTime::from_timestamp(begun + 2 * half, 0).unwrap_or(now + TimeDelta::minutes(MINUTES_MAX))
}

/// The caller of a request for a file: whoever its address was made for, if it has one.
pub(super) async fn caller(ctx: Ctx, id: MediaId, uri: &Uri) -> Result<Ctx> {
    signer(ctx, PURPOSE, id.uuid(), uri).await
}

/// The same for what was signed for another purpose.
pub async fn signer(ctx: Ctx, purpose: &'static str, id: Uuid, uri: &Uri) -> Result<Ctx> {
    let Some(token) = token_of(uri) else {
        return Ok(ctx);
    };
    let signed = verified(&ctx, purpose, token).ok_or(Error::InvalidToken)?;
    let Signed(of, whose, expires_at) = signed;
    if of != id || expires_at <= ctx.now().timestamp() {
        return Err(Error::InvalidToken);
    }
    let (user, session) = whose;
    let live = access::session(&ctx.platform, user, session).await?;
    Ok(Ctx::new(ctx.platform, live.principal, ctx.request))
}

fn verified(ctx: &Ctx, purpose: &'static str, token: &str) -> Option<Signed> {
    let (said, signature) = token.split_once('.')?;
    let said = URL_SAFE_NO_PAD.decode(said).ok()?;
    let expected = ctx.platform.keys.derived_tokens(purpose, &said);
    // The signature is as long as a token that is mailed; what is compared is its hash.
    let hash = platform::keys::token_hash(signature);
    let is_it = |token: &String| platform::keys::token_hash(token) == hash;
    expected
        .iter()
        .any(is_it)
        .then(|| serde_json::from_slice(&said).ok())?
}

/// The token of an address.
fn token_of(uri: &Uri) -> Option<&str> {
    let query = uri.query()?;
    query
        .split('&')
        .find_map(|part| part.strip_prefix("token="))
}

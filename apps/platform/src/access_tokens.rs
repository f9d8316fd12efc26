//! Access tokens: short-lived, signed, checked without the database.

use jsonwebtoken::{Algorithm, Header, Validation, decode, decode_header, encode};
use kernel::{Error, Result, SessionId, UserId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{platform::Platform, verified_tokens::Verified};

const ISSUER: &str = "nonlinear";
const AUDIENCE: &str = "nonlinear-api";
/// Tells an access token from any other thing that is signed with the same key.
const TYPE: &str = "at+jwt";
const TOKEN_BYTES_MAX: usize = 2_048;

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: Uuid,
    sid: Uuid,
    jti: Uuid,
    nbf: i64,
    iat: i64,
    exp: i64,
}

/// A new access token for a session.
pub fn issue(platform: &Platform, user: UserId, session: SessionId) -> Result<String> {
    let now = platform.clock.now().timestamp();
    let (kid, key) = platform.keys.signing();
    let mut header = Header::new(Algorithm::EdDSA);
    header.typ = Some(TYPE.to_owned());
    header.kid = Some(kid.to_owned());
    let claims = Claims {
        iss: ISSUER.to_owned(),
        aud: AUDIENCE.to_owned(),
        sub: user.uuid(),
        sid: session.uuid(),
        jti: Uuid::new_v4(),
        nbf: now,
        iat: now,
        exp: now + i64::from(platform.settings.auth.access_token_seconds),
    };
    encode(&header, &claims, key).map_err(Error::internal)
}

/// Checks signature, type and times.
pub fn verify(platform: &Platform, token: &str) -> Result<Verified> {
    let verified = match platform.verified_tokens.0.get(token) {
        Some(known) => known,
        None => {
            let fresh = verify_signature(platform, token).ok_or(Error::Unauthenticated)?;
            platform.verified_tokens.0.insert(token.to_owned(), fresh);
            fresh
        }
    };
    if verified.is_current(platform.clock.now()) {
        Ok(verified)
    } else {
        Err(Error::Unauthenticated)
    }
}

fn verify_signature(platform: &Platform, token: &str) -> Option<Verified> {
    if token.len() > TOKEN_BYTES_MAX {
        return None;
    }
    let header = decode_header(token).ok()?;
    if header.typ.as_deref() != Some(TYPE) {
        return None;
    }
    let key = platform.keys.verifying(&header.kid?)?;
    // One algorithm, never the header's; the times are checked against the database's clock.
    let mut validation = Validation::new(Algorithm::EdDSA);
    validation.set_issuer(&[ISSUER]);
    validation.set_audience(&[AUDIENCE]);
    validation.set_required_spec_claims(&["exp", "nbf", "iss", "aud", "sub"]);
    validation.validate_exp = false;
    validation.validate_nbf = false;
    let claims = decode::<Claims>(token, key, &validation).ok()?.claims;
    Some(Verified {
        user_id: claims.sub.into(),
        session_id: claims.sid.into(),
        not_before: claims.nbf,
        expires: claims.exp,
    })
}

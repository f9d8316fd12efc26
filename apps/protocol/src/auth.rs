//! Proving who one is.

use kernel::SessionId;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    preferences::Language,
    users::UserView,
    values::{Email, FirstName, LastName, Password, TimeZone, Timestamp, Username},
};

#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Register {
    pub email: Email,
    pub password: Password,
    #[serde(default)]
    pub username: Option<Username>,
    #[serde(default)]
    pub first_name: Option<FirstName>,
    #[serde(default)]
    pub last_name: Option<LastName>,
    /// What the mails that follow are written in; English if it is left out.
    #[serde(default)]
    pub language: Option<Language>,
    #[serde(default)]
    pub timezone: Option<TimeZone>,
    #[serde(default)]
    pub stay: Stay,
}

/// Whether somebody stays logged in once the browser is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(transparent)]
#[schema(default = true)]
pub struct Stay(pub bool);

impl Default for Stay {
    fn default() -> Self {
        Self(true)
    }
}

/// Another e-mail address for an account: both are mailed a token, and it changes once both came back.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeEmail {
    pub email: Email,
    pub password: Password,
    /// The second factor, where there is one: six digits, or a recovery code.
    #[serde(default)]
    #[schema(max_length = 40)]
    pub totp: Option<String>,
}

#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfirmEmail {
    #[schema(max_length = 200)]
    pub token: Option<String>,
}

/// What became of a change of address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EmailConfirmed {
    /// Whether it is changed now; if not, the other address has not agreed yet.
    pub changed: bool,
}

#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Login {
    pub email: Email,
    pub password: Password,
    /// The second factor: six digits, or a recovery code.
    #[serde(default)]
    #[schema(max_length = 40)]
    pub totp: Option<String>,
    #[serde(default)]
    pub stay: Stay,
}

/// For API clients; browsers send their cookie instead.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RefreshSession {
    #[serde(default)]
    #[schema(max_length = 200)]
    pub refresh_token: Option<String>,
}

#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct TokensQuery {
    /// `body`: the refresh token comes in the body, not as a cookie.
    #[param(inline)]
    pub tokens: Option<TokensPlace>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum TokensPlace {
    Body,
    Cookie,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LoggedIn {
    pub user: UserView,
    pub access_token: String,
    /// Seconds until the access token expires.
    pub expires_in: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<String>,
}

#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ChangePassword {
    pub current_password: Password,
    pub new_password: Password,
    /// Whether API tokens end, too, and an enrolment of a second factor that nobody confirmed.
    #[serde(default)]
    pub end_tokens: bool,
}

/// What ends besides all sessions.
#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LogOutAll {
    /// Whether API tokens end, too, and an enrolment of a second factor that nobody confirmed.
    #[serde(default)]
    pub end_tokens: bool,
}

#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ForgotPassword {
    pub email: Email,
}

#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ResetPassword {
    #[schema(max_length = 200)]
    pub token: Option<String>,
    pub password: Password,
}

#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VerifyEmail {
    #[schema(max_length = 200)]
    pub token: Option<String>,
}

/// Enrolling a second factor takes the password: whoever finds a session open must not lock its owner
/// out.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EnrollTotp {
    pub password: Password,
}

/// A secret to put into an authenticator; it counts once a code confirms it.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TotpEnrollment {
    /// Base32, to type in.
    pub secret: String,
    /// For a QR code.
    pub otpauth_url: String,
}

#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TotpCode {
    #[schema(max_length = 40)]
    pub code: String,
}

/// Removing the second factor takes the password and a code.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RemoveTotp {
    pub password: Password,
    #[schema(max_length = 40)]
    pub code: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RecoveryCodes {
    /// Each works once in place of a code. Shown this once.
    pub recovery_codes: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SessionView {
    pub id: SessionId,
    /// The device, as its program names itself.
    pub label: Option<String>,
    pub address: Option<String>,
    pub created_at: Timestamp,
    pub last_used_at: Timestamp,
    pub expires_at: Timestamp,
    /// Whether this is the session that asks.
    pub current: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WsTicket {
    pub ticket: String,
    /// Seconds.
    pub expires_in: u64,
}

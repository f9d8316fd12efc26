//! An authenticator, as people carry it.

use serde_json::Value;
use totp_rs::Totp;

use super::{TestApp, client::text};

/// The code that the authenticator of this enrolment shows now.
pub(crate) fn code(app: &TestApp, enrollment: &Value) -> String {
    let totp = Totp::from_url(text(&enrollment["otpauthUrl"])).expect("an authenticator reads it");
    let now = app.now().timestamp();
    let now = u64::try_from(now).expect("it is after 1970");
    totp.generate(now).to_string()
}

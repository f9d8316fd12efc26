//! Access tokens whose signatures were checked lately.

use std::time::Duration;

use chrono::{DateTime, Utc};
use kernel::{SessionId, UserId};
use moka::sync::Cache;

const LEEWAY_SECONDS: i64 = 5;
const VERIFIED_ENTRIES_MAX: u64 = 10_000;
const VERIFIED_TTL: Duration = Duration::from_secs(60);

/// Who an access token speaks for.
#[derive(Clone, Copy, Debug)]
pub struct Verified {
    pub user_id: UserId,
    pub session_id: SessionId,
    pub(crate) not_before: i64,
    pub(crate) expires: i64,
}

impl Verified {
    pub(crate) fn is_current(&self, now: DateTime<Utc>) -> bool {
        let now = now.timestamp();
        self.not_before <= now + LEEWAY_SECONDS && now < self.expires + LEEWAY_SECONDS
    }
}

/// Signatures that were checked lately: checking one again costs more than the rest of a request.
#[derive(Debug)]
pub struct VerifiedTokens(pub(crate) Cache<String, Verified>);

impl Default for VerifiedTokens {
    fn default() -> Self {
        let cache = Cache::builder()
            .max_capacity(VERIFIED_ENTRIES_MAX)
            .time_to_live(VERIFIED_TTL)
            .build();
        Self(cache)
    }
}

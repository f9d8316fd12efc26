//! Which credentials were seen to live a moment ago.

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use kernel::SessionId;
use moka::sync::Cache;

use crate::principal::Principal;

/// How long a read may go on with a credential that was ended meanwhile. Writes look every time.
const LIVENESS_TTL: Duration = Duration::from_secs(1);
const LIVENESS_ENTRIES_MAX: u64 = 50_000;

/// What the database said of a credential a moment ago.
#[derive(Clone, Debug)]
pub(crate) struct Live {
    pub(crate) principal: Principal,
    pub(crate) expires_at: DateTime<Utc>,
}

/// Remembers for a second which credentials live, so that reading costs no extra query each time.
#[derive(Debug)]
pub struct Liveness {
    pub(crate) sessions: Cache<SessionId, Option<Arc<Live>>>,
    pub(crate) tokens: Cache<Vec<u8>, Option<Arc<Live>>>,
}

impl Default for Liveness {
    fn default() -> Self {
        Self {
            sessions: Cache::builder()
                .max_capacity(LIVENESS_ENTRIES_MAX)
                .time_to_live(LIVENESS_TTL)
                .build(),
            tokens: Cache::builder()
                .max_capacity(LIVENESS_ENTRIES_MAX)
                .time_to_live(LIVENESS_TTL)
                .build(),
        }
    }
}

impl Liveness {
    /// After something was revoked here, reads need not wait either.
    pub fn forget_all(&self) {
        self.sessions.invalidate_all();
        self.tokens.invalidate_all();
    }
}

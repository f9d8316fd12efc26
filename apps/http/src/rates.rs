//! How many requests one caller may send: by account, or by address for those without one.

use std::{
    net::IpAddr,
    num::NonZeroU32,
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{
    extract::{Request, State},
    http::Method,
    middleware::Next,
    response::{IntoResponse, Response},
};
use governor::{
    DefaultKeyedRateLimiter, Quota, RateLimiter,
    clock::{Clock, DefaultClock},
};
use kernel::{Error, UserId};
use platform::settings::RateSettings;

use crate::{identify::Identified, problem::ApiError};

/// After this many requests the limiters forget whoever has been quiet.
const TIDY_EVERY: Duration = Duration::from_secs(60);

/// Requests that try to prove who one is: guessing must be slow.
const LOGIN_PATHS: [&str; 5] = [
    "/api/v1/auth/login",
    "/api/v1/auth/register",
    "/api/v1/auth/password/forgot",
    "/api/v1/auth/password/reset",
    "/api/v1/auth/email/verify",
];

#[derive(Debug)]
pub struct Rates {
    enabled: bool,
    anonymous: DefaultKeyedRateLimiter<u128>,
    users: DefaultKeyedRateLimiter<UserId>,
    logins: DefaultKeyedRateLimiter<u128>,
    tidied: std::sync::Mutex<Instant>,
}

/// A crowd that comes back after a restart may share one address. What a socket may do is decided
/// where it proves whose it is; until then their number is bounded.
const SOCKET_PATH: &str = "/api/v1/ws";
/// The files of the browser's program lie in memory, and one page needs more of them than a minute allows requests.
const FILES_PATH: &str = "/assets/";

impl Rates {
    #[must_use]
    pub fn new(settings: &RateSettings) -> Self {
        Self {
            enabled: settings.enabled,
            anonymous: RateLimiter::keyed(per_minute(settings.anonymous_per_minute)),
            users: RateLimiter::keyed(per_minute(settings.user_per_minute)),
            logins: RateLimiter::keyed(per_minute(settings.login_per_minute)),
            tidied: std::sync::Mutex::new(Instant::now()),
        }
    }

    fn check(&self, identified: &Identified, is_login: bool) -> Result<(), Error> {
        if !self.enabled {
            return Ok(());
        }
        self.tidy();
        let network = identified.request.address.map_or(0, network);
        if is_login {
            admit(&self.logins, &network)?;
        }
        match identified
            .principal
            .as_ref()
            .and_then(platform::Principal::user_id)
        {
            Some(user) => admit(&self.users, &user),
            None => admit(&self.anonymous, &network),
        }
    }

    fn tidy(&self) {
        // Whoever finds the lock taken leaves the work to the one who holds it.
        let Ok(mut tidied) = self.tidied.try_lock() else {
            return;
        };
        if tidied.elapsed() > TIDY_EVERY {
            *tidied = Instant::now();
            self.anonymous.retain_recent();
            self.users.retain_recent();
            self.logins.retain_recent();
        }
    }
}

fn per_minute(requests: u32) -> Quota {
    Quota::per_minute(NonZeroU32::new(requests).unwrap_or(NonZeroU32::MIN))
}

fn admit<K: std::hash::Hash + Eq + Clone>(
    limiter: &DefaultKeyedRateLimiter<K>,
    key: &K,
) -> Result<(), Error> {
    limiter
        .check_key(key)
        .map_err(|refused| Error::RateLimited {
            retry_after: refused.wait_time_from(DefaultClock::default().now()),
        })
}

/// One household or host: an IPv4 address, or an IPv6 network of 64 bits.
#[must_use]
pub fn network(address: IpAddr) -> u128 {
    match address.to_canonical() {
        IpAddr::V4(address) => u128::from(u32::from(address)),
        IpAddr::V6(address) => u128::from(address) & !u128::from(u64::MAX),
    }
}

pub async fn layer(State(rates): State<Arc<Rates>>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let is_login = request.method() == Method::POST && LOGIN_PATHS.contains(&path);
    let Some(identified) = request.extensions().get::<Identified>() else {
        return ApiError(Error::internal("rates before identification")).into_response();
    };
    if path == SOCKET_PATH || path.starts_with(FILES_PATH) {
        return next.run(request).await;
    }
    match rates.check(identified, is_login) {
        Ok(()) => next.run(request).await,
        Err(error) => ApiError(error).into_response(),
    }
}

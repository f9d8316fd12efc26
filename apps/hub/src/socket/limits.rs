//! What a socket may do at once.

/// A socket with more is not read from until some have ended.
pub(crate) const OPS_IN_FLIGHT_MAX: usize = 256;

pub(crate) const SUBSCRIPTIONS_MAX: usize = 50;

//! Which request something was asked through.

use std::{net::IpAddr, sync::Arc};

use kernel::OpId;

/// Names an operation of a client: sent again with the same data, it finds what it did before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpKey {
    pub id: OpId,
    /// SHA-256 of what was asked.
    pub fingerprint: [u8; 32],
}

/// Which request this is, for logs and the audit.
#[derive(Clone, Debug, Default)]
pub struct RequestInfo {
    pub id: Option<Arc<str>>,
    pub address: Option<IpAddr>,
    /// How the caller's program names itself.
    pub agent: Option<Arc<str>>,
    /// From an `Idempotency-Key`: the operation of this request, so that a resend changes nothing.
    pub op: Option<OpKey>,
}

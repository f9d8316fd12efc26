//! Why a socket is closed (RFC 6455, section 7.4, and our own).

pub(crate) const PROTOCOL_ERROR: u16 = 1002;
pub(crate) const NOT_TEXT: u16 = 1003;
pub(crate) const NOT_UTF8: u16 = 1007;
pub(crate) const FRAME_TOO_LARGE: u16 = 1009;

// Come back, with full jitter, and go on from where you were.
pub(crate) const RESTARTING: u16 = 1012;
pub(crate) const TRY_LATER: u16 = 1013;
pub(crate) const TOO_SLOW: u16 = 4008;
pub(crate) const PROTOCOL_RESTART: u16 = 4010;
pub(crate) const TOO_MANY_MESSAGES: u16 = 4029;

// Do not come back.
pub(crate) const NOT_AUTHENTICATED: u16 = 4001;
pub(crate) const NO_LONGER_ALLOWED: u16 = 4003;
pub(crate) const GONE: u16 = 4004;

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

/// Those with which the server closes a socket by itself.
const CLOSING: [u16; 8] = [
    RESTARTING,
    TRY_LATER,
    TOO_SLOW,
    PROTOCOL_RESTART,
    TOO_MANY_MESSAGES,
    NOT_AUTHENTICATED,
    NO_LONGER_ALLOWED,
    GONE,
];

/// Begins all measurements of sockets at nothing.
pub(crate) fn begin_measurements() {
    for code in CLOSING {
        metrics::counter!("nonlinear_sockets_closed_total", "code" => code.to_string())
            .increment(0);
    }
    metrics::counter!("nonlinear_presence_left_out_total").increment(0);
    for name in ["nonlinear_sockets", "nonlinear_channels"] {
        metrics::gauge!(name).increment(0.0);
    }
}

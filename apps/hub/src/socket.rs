//! One socket: a task that reads what its client sends and writes what waits for it.

mod budget;
mod codes;
mod link;
mod live;
mod ops;
mod prove;
mod subscriptions;

pub(crate) use codes::{
    FRAME_TOO_LARGE, GONE, NO_LONGER_ALLOWED, NOT_AUTHENTICATED, NOT_TEXT, NOT_UTF8,
    PROTOCOL_ERROR, PROTOCOL_RESTART, RESTARTING, TOO_MANY_MESSAGES, TOO_SLOW, TRY_LATER,
};
pub(crate) use ops::{OPS_IN_FLIGHT_MAX, nack};
pub(crate) use prove::{PROOF_MAX, serve};
pub(crate) use subscriptions::SUBSCRIPTIONS_MAX;

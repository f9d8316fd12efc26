//! One socket: a task that reads what its client sends and writes what waits for it.

mod budget;
mod codes;
mod limits;
mod link;
mod live;
mod nack;
mod ops;
mod prove;
mod running;
mod subscriptions;

pub(crate) use codes::{
    FRAME_TOO_LARGE, GONE, NO_LONGER_ALLOWED, NOT_AUTHENTICATED, NOT_TEXT, NOT_UTF8,
    PROTOCOL_ERROR, PROTOCOL_RESTART, RESTARTING, TOO_MANY_MESSAGES, TOO_SLOW, TRY_LATER,
    begin_measurements,
};
pub(crate) use limits::{OPS_IN_FLIGHT_MAX, SUBSCRIPTIONS_MAX};
pub(crate) use nack::nack;
pub(crate) use prove::{PROOF_MAX, serve};

//! One socket: a task that reads what its client sends and writes what waits for it.

mod budget;
mod codes;
mod link;
mod live;
mod ops;
mod prove;
mod subscriptions;

pub(crate) use codes::{
    GONE, NO_LONGER_ALLOWED, NOT_AUTHENTICATED, PROTOCOL_RESTART, RESTARTING, TRY_LATER,
};
pub(crate) use ops::nack;
pub(crate) use prove::serve;

//! Schedules: agents begin tasks by the clock, once, or when something happens.

mod clock;
mod commands;
mod fire;
mod queries;
mod queue;
mod routes;
mod row;
mod triggers;

pub(crate) use fire::fire;
pub(crate) use routes::routes;
pub(crate) use row::trigger;
pub(crate) use triggers::notice;

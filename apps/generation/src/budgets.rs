//! Budgets: what a project and its members may spend, reserved before it is spent.

mod commands;
mod limits;
mod queries;
mod reserve;
mod routes;
mod row;

pub(crate) use limits::PersonLimits;
pub(crate) use queries::{all, spent_of};
pub(crate) use reserve::{Amount, begun, pays_for, reserve, reserve_more, sendable};
pub(crate) use routes::routes;
pub(crate) use row::to_view;
